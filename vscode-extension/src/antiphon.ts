/** Creates all parts of the extension and connects them. */
import * as vscode from "vscode";
import { ClosedPanes } from "./ask/closedPanes.js";
import { Composer } from "./ask/composer.js";
import { FollowUps } from "./ask/followUps.js";
import { Models } from "./ask/models/models.js";
import { LastSelection } from "./ask/promptFiles/lastSelection.js";
import { Prompts } from "./ask/prompts.js";
import { CodeApplier } from "./answers/codeApplier.js";
import { Comparisons } from "./answers/comparisons.js";
import { FileEditor } from "./answers/fileEditor.js";
import { Passages } from "./answers/passages.js";
import { Consensus } from "./answers/consensus.js";
import { addressOf, SCHEME } from "./core/panes/uri.js";
import { PIPELINE_LANGUAGE, PROMPT_LANGUAGE } from "./core/prompts/promptFile.js";
import { MetersView } from "./meter/metersView.js";
import { Totals } from "./meter/totals.js";
import { BusyContext } from "./panes/editors/contextKeys.js";
import { PaneDecorations } from "./panes/editors/decorations.js";
import { WalkthroughSteps } from "./panes/walkthroughSteps.js";
import { PaneFileSystem } from "./panes/documents/fileSystem.js";
import { PaneAutoscroll } from "./panes/editors/autoscroll.js";
import { Grid } from "./panes/layout/grid.js";
import { PaneLenses } from "./panes/editors/lenses.js";
import { GroupLocks } from "./panes/layout/locks.js";
import { SideOpener } from "./panes/layout/sideOpener.js";
import { LayoutWatch } from "./panes/layout/layoutWatch.js";
import { MeterLines } from "./panes/editors/meterLines.js";
import { MessageTexts } from "./panes/documents/messageTexts.js";
import { SessionFollows } from "./panes/sessionFollows.js";
import { PaneStore } from "./panes/store.js";
import { ReasoningFolds } from "./panes/editors/reasoningFolds.js";
import { Runs } from "./ask/runs.js";
import { SearchResults } from "./history/searchResults.js";
import { Secrets } from "./server/secrets.js";
import { serverAddress } from "./server/connection/endpoint.js";
import { describe } from "./server/failure.js";
import { Server } from "./server/server.js";
import { ServerSettings } from "./server/settings.js";
import { StatusBar } from "./meter/statusBar.js";
import { RenderedPanes } from "./panes/rendered/renderedPanes.js";
import { PanesView } from "./panes/panesView.js";
import { Agreement } from "./history/pipelines/agreement.js";
import { PipelineFiles } from "./history/pipelines/pipelineFiles.js";
import { PipelineRuns } from "./history/pipelines/pipelineRuns.js";
import { PipelinesView } from "./history/pipelines/pipelinesView.js";
import { SessionsView } from "./history/sessionsView.js";

export class Antiphon implements vscode.Disposable {
  readonly log = vscode.window.createOutputChannel("Antiphon", { log: true });
  readonly grid = new Grid();
  readonly secrets: Secrets;
  readonly server: Server;
  readonly panes: PaneStore;
  readonly runs: Runs;
  readonly models: Models;
  readonly prompts: Prompts;
  readonly followUps: FollowUps;
  readonly composer: Composer;
  readonly sessions: SessionsView;
  readonly pipelineFiles: PipelineFiles;
  readonly agreement: Agreement;
  readonly pipelineRuns: PipelineRuns;
  readonly pipelines: PipelinesView;
  readonly comparisons: Comparisons;
  readonly consensus: Consensus;
  readonly code: CodeApplier;
  readonly fileEditor = new FileEditor();
  readonly passages = new Passages(this.grid);
  readonly lastSelection = new LastSelection();
  readonly searchResults = new SearchResults();
  private readonly totals: Totals;
  private readonly disposables: vscode.Disposable[];

  constructor(context: vscode.ExtensionContext) {
    const settings = new ServerSettings(context.extension);
    this.secrets = new Secrets(context.secrets, () => serverAddress()?.origin);
    this.server = new Server(context, settings, this.log, this.secrets);
    this.panes = new PaneStore(this.server, this.log);
    this.runs = new Runs(this.server, this.panes, this.grid, this.log);
    this.models = new Models(this.server, context.workspaceState);
    this.prompts = new Prompts(context.workspaceState);
    this.followUps = new FollowUps(this.panes, this.runs, this.prompts);
    this.composer = new Composer(this.server, this.models, this.prompts, context.workspaceState);
    this.sessions = new SessionsView(this.server, this.log);
    this.pipelineFiles = new PipelineFiles(this.server);
    this.agreement = new Agreement(this.pipelineFiles);
    this.pipelineRuns = new PipelineRuns(this.server, this.runs, context.workspaceState);
    this.pipelines = new PipelinesView(this.server, this.pipelineRuns, this.panes, this.log);
    this.comparisons = new Comparisons(this.server, this.panes, this.grid, context.workspaceState, this.log);
    this.consensus = new Consensus(this.server, this.panes, context.workspaceState, this.log);
    this.code = new CodeApplier(this.server, this.grid);
    this.totals = new Totals(this.server, this.log);
    for (const document of vscode.workspace.textDocuments) {
      this.serve(document);
    }
    this.disposables = [
      ...this.register(),
      new RenderedPanes(context.extensionUri, this.panes, this.log).register(),
      this.server.onState((state) => {
        // The first step of the walkthrough is complete once the server runs.
        void vscode.commands.executeCommand("setContext", "antiphon.running", state === "running");
      }),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration("antiphon") && this.server.state !== "stopped") {
          const applied = settings.needsRestart(change) ? this.server.restart() : this.server.settingsChanged();
          applied.catch((error: unknown) => {
            this.log.error(`the settings were not taken: ${describe(error)}`);
          });
        }
      }),
    ];
  }

  /** Stops the server. */
  async stop(): Promise<void> {
    await this.server.stop();
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables, this.panes, this.server, this.log).dispose();
  }

  /** Starts the server for the language features of a prompt file or a pipeline. */
  private serve({ languageId, isUntitled }: vscode.TextDocument): void {
    if (!isUntitled && (languageId === PROMPT_LANGUAGE || languageId === PIPELINE_LANGUAGE)) {
      this.server.connect().catch((error: unknown) => {
        this.log.warn(`no language features: ${describe(error)}`);
      });
    }
  }

  /** Restarts a running server, which knows only from its start whether the folder is trusted. */
  private restartTrusted(): void {
    if (this.server.state !== "stopped") {
      this.server.restart().catch((error: unknown) => {
        this.log.error(`the server was not restarted for a folder that is trusted now: ${describe(error)}`);
      });
    }
  }

  private register(): vscode.Disposable[] {
    const opener = new SideOpener(this.grid, this.log);
    const follows = new SessionFollows(this.server, this.panes, this.log, (uri) => {
      opener.show(uri);
    });
    const messages = new MessageTexts(this.panes, this.server, this.log);
    const files = new PaneFileSystem(this.panes, messages, this.server);
    const lenses = new PaneLenses(this.panes);
    const decorations = new PaneDecorations(this.panes);
    const panes = new PanesView(this.panes);
    const meters = new MetersView(this.server, this.totals);
    return [
      follows,
      follows.onSession(({ sessionId, deleted }) => {
        this.sessions.refresh();
        if (deleted === true) {
          void this.grid.close((uri) => addressOf(uri)?.sessionId === sessionId);
        }
      }),
      messages,
      files,
      files.register(),
      lenses,
      vscode.languages.registerCodeLensProvider({ scheme: SCHEME }, lenses),
      this.followUps,
      vscode.languages.registerCodeLensProvider({ scheme: SCHEME }, this.followUps),
      new ClosedPanes(this.panes),
      this.composer,
      vscode.languages.registerCodeLensProvider({ language: PROMPT_LANGUAGE }, this.composer),
      decorations,
      vscode.window.registerFileDecorationProvider(decorations),
      new BusyContext(this.panes),
      new PaneAutoscroll(this.panes),
      new GroupLocks(),
      new LayoutWatch(this.grid, this.log),
      new MeterLines(this.panes),
      new ReasoningFolds(this.panes),
      new StatusBar(this.panes, this.server, this.totals),
      this.sessions,
      vscode.window.createTreeView("antiphon.sessions", { treeDataProvider: this.sessions, canSelectMany: true }),
      this.pipelineFiles,
      this.agreement,
      this.pipelineRuns,
      this.pipelines,
      panes,
      vscode.window.createTreeView("antiphon.panes", { treeDataProvider: panes, canSelectMany: true }),
      this.searchResults,
      vscode.window.createTreeView("antiphon.search", { treeDataProvider: this.searchResults }),
      meters,
      vscode.window.registerWebviewViewProvider("antiphon.meters", meters),
      this.comparisons,
      this.consensus,
      new WalkthroughSteps(this.panes),
      vscode.languages.registerCodeActionsProvider({ scheme: SCHEME }, this.consensus),
      this.code,
      this.fileEditor,
      this.lastSelection,
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        this.restartTrusted();
      }),
      vscode.workspace.onDidOpenTextDocument((document) => {
        this.serve(document);
      }),
      this.passages.register(),
      this.totals,
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        this.panes.onClosed(uri);
      }),
    ];
  }
}
