/** All parts of the extension, made once and wired here. */
import * as vscode from "vscode";
import { Composer, PROMPT_LANGUAGE } from "./ask/composer.js";
import { Models } from "./ask/models.js";
import { CodeBack } from "./code/codeBack.js";
import { registerCommands } from "./commands/table.js";
import { Comparisons } from "./compare/comparisons.js";
import { Consensus } from "./compare/consensus.js";
import { SCHEME } from "./core/uri.js";
import { MetersView } from "./meter/metersView.js";
import { Totals } from "./meter/totals.js";
import { BusyContext } from "./panes/contextKeys.js";
import { PaneDecorations } from "./panes/decorations.js";
import { PaneFileSystem } from "./panes/fileSystem.js";
import { FollowScroll } from "./panes/follow.js";
import { Grid } from "./panes/grid.js";
import { PaneLenses } from "./panes/lenses.js";
import { GroupLocks } from "./panes/locks.js";
import { MeterLines } from "./panes/meterLines.js";
import { MessageTexts } from "./panes/messages.js";
import { PaneStore } from "./panes/store.js";
import { ThinkingFolds } from "./panes/thinking.js";
import { Runs } from "./runs.js";
import { SearchResults } from "./search/results.js";
import { Secrets } from "./secrets.js";
import { describe } from "./server/failure.js";
import { Server } from "./server/server.js";
import { ServerSettings } from "./server/settings.js";
import { StatusBar } from "./statusBar.js";
import { PanesView } from "./views/panes.js";
import { SessionsView } from "./views/sessions.js";

export class Antiphon implements vscode.Disposable {
  readonly log = vscode.window.createOutputChannel("Antiphon", { log: true });
  readonly grid = new Grid();
  readonly secrets: Secrets;
  readonly server: Server;
  readonly panes: PaneStore;
  readonly runs: Runs;
  readonly models: Models;
  readonly composer: Composer;
  readonly sessions: SessionsView;
  readonly comparisons: Comparisons;
  readonly consensus: Consensus;
  readonly code: CodeBack;
  readonly searchResults = new SearchResults();
  private readonly totals: Totals;
  private readonly disposables: vscode.Disposable[];

  constructor(context: vscode.ExtensionContext) {
    const settings = new ServerSettings(context.extension);
    this.secrets = new Secrets(context.secrets);
    this.server = new Server(context, settings, this.log, (client) => {
      this.secrets.serve(client);
    });
    this.panes = new PaneStore(this.server, this.log);
    this.runs = new Runs(this.server, this.panes, this.grid, this.log);
    this.models = new Models(this.server, context.workspaceState);
    this.composer = new Composer(this.server, this.models);
    this.sessions = new SessionsView(this.server, this.log);
    this.comparisons = new Comparisons(this.server, this.panes, context.workspaceState, this.log);
    this.consensus = new Consensus(this.server, this.panes, context.workspaceState, this.log);
    this.code = new CodeBack(this.server);
    this.totals = new Totals(this.server, this.log);
    this.disposables = [
      ...this.register(),
      ...registerCommands(this),
      this.server.onState((state) => {
        // The walkthrough's first step is done when the server runs.
        void vscode.commands.executeCommand("setContext", "antiphon.running", state === "running");
      }),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration("antiphon") && this.server.state !== "stopped") {
          const take = settings.needsRestart(change) ? this.server.restart() : this.server.settingsChanged();
          take.catch((error: unknown) => {
            this.log.error(`the settings were not taken: ${describe(error)}`);
          });
        }
      }),
    ];
  }

  /** Ends the server too. */
  async stop(): Promise<void> {
    await this.server.stop();
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables, this.panes, this.server, this.log).dispose();
  }

  private register(): vscode.Disposable[] {
    const messages = new MessageTexts(this.panes, this.server, this.log);
    const files = new PaneFileSystem(this.panes, messages, this.server);
    const lenses = new PaneLenses(this.panes);
    const decorations = new PaneDecorations(this.panes);
    const panes = new PanesView(this.panes);
    const meters = new MetersView(this.server, this.totals);
    return [
      messages,
      files,
      files.register(),
      lenses,
      vscode.languages.registerCodeLensProvider({ scheme: SCHEME }, lenses),
      this.composer,
      vscode.languages.registerCodeLensProvider({ language: PROMPT_LANGUAGE }, this.composer),
      decorations,
      vscode.window.registerFileDecorationProvider(decorations),
      new BusyContext(this.panes),
      new FollowScroll(this.panes),
      new GroupLocks(),
      new MeterLines(this.panes),
      new ThinkingFolds(this.panes),
      new StatusBar(this.panes, this.server, this.totals),
      this.sessions,
      vscode.window.createTreeView("antiphon.sessions", { treeDataProvider: this.sessions }),
      panes,
      vscode.window.createTreeView("antiphon.panes", { treeDataProvider: panes, canSelectMany: true }),
      this.searchResults,
      vscode.window.createTreeView("antiphon.search", { treeDataProvider: this.searchResults }),
      meters,
      vscode.window.registerWebviewViewProvider("antiphon.meters", meters),
      this.comparisons,
      this.consensus,
      vscode.languages.registerCodeActionsProvider({ scheme: SCHEME }, this.consensus),
      this.code,
      this.totals,
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        this.panes.closed(uri);
      }),
    ];
  }
}
