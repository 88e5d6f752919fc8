/**
 * Marks what several answers agree on: what all, some or one of them say, by the kind and the colour of
 * an underline. The marks are updated with the answers and restored after a reload.
 */
import * as vscode from "vscode";
import { isBusy } from "../core/panes/record.js";
import { Throttle } from "../core/throttle.js";
import { addressOf, SCHEME } from "../core/panes/uri.js";
import type { PaneStore } from "../panes/store.js";
import type { ConsensusResult, Range, Statement } from "../protocol.js";
import { describe } from "../server/failure.js";
import type { Server } from "../server/server.js";
import { documentOf } from "../ui/documents.js";

const MARKED = "antiphon.consensusPanes";
const OVERVIEW = "antiphon.consensusOverview";
const MARKING = "antiphon.consensus";
const UPDATE_MS = 1000;
const LINES = { all: ["solid", "charts.green"], some: ["dashed", "charts.blue"], one: ["dotted", "charts.orange"] } as const;

type Verdict = Statement["verdict"];
const VERDICTS = Object.keys(LINES) as Verdict[];

export class Consensus implements vscode.CodeActionProvider, vscode.Disposable {
  private readonly kinds = Object.fromEntries(VERDICTS.map((verdict) => [verdict, kindOf(verdict)])) as Record<
    Verdict,
    vscode.TextEditorDecorationType
  >;
  private result: ConsensusResult | undefined;
  private readonly throttle = new Throttle(
    () => void this.update(),
    () => UPDATE_MS,
  );
  private readonly listeners: vscode.Disposable[];

  constructor(
    private readonly server: Server,
    panes: PaneStore,
    private readonly memory: vscode.Memento,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.listeners = [
      vscode.window.onDidChangeVisibleTextEditors(() => {
        this.draw();
      }),
      panes.onRecord((paneId) => {
        if (this.marked.includes(paneId) && !isBusy(panes.record(paneId))) {
          this.throttle.request();
        }
      }),
    ];
    if (this.marked.length > 0 && anyPaneShown()) {
      this.throttle.request();
    }
    this.setMenuContext();
  }

  /** The panes whose answers are marked. */
  get marked(): readonly string[] {
    return this.memory.get<string[]>(MARKED) ?? [];
  }

  /** Marks the answers of panes. If the server refuses, it rejects and the former marks stay. */
  async mark(paneIds: readonly string[]): Promise<ConsensusResult> {
    const result = await this.server.execute("antiphon.consensus", { paneIds: [...paneIds] });
    await this.memory.update(MARKED, [...paneIds]);
    this.result = result;
    this.draw();
    this.setMenuContext();
    await this.memory.update(OVERVIEW, result.uri);
    return result;
  }

  /** Removes the marks. */
  async clear(): Promise<void> {
    await this.memory.update(MARKED, undefined);
    this.result = undefined;
    this.draw();
    this.setMenuContext();
  }

  /** Returns the range of the marked passage at a place of a document. */
  passageAt(document: vscode.Uri, place: vscode.Range): vscode.Range | undefined {
    return this.result?.statements
      .flatMap(({ support }) => support)
      .filter(({ uri }) => sameDocument(uri, document))
      .map(({ range }) => rangeOf(range))
      .find((range) => range.intersection(place) !== undefined);
  }

  provideCodeActions(document: vscode.TextDocument, place: vscode.Range): vscode.CodeAction[] {
    const passage = this.passageAt(document.uri, place);
    if (passage === undefined) {
      return [];
    }
    const action = new vscode.CodeAction(vscode.l10n.t("Take this passage…"), vscode.CodeActionKind.RefactorRewrite);
    action.command = { title: action.title, command: "antiphon.sendPassage", arguments: [document.uri, passage] };
    return [action];
  }

  dispose(): void {
    this.throttle.dispose();
    vscode.Disposable.from(...this.listeners, ...Object.values(this.kinds)).dispose();
  }

  private async update(): Promise<void> {
    try {
      const paneIds = this.marked;
      if (paneIds.length > 1) {
        const before = this.memory.get<string>(OVERVIEW);
        const { uri } = await this.mark(paneIds);
        if (before !== undefined && before !== uri) {
          await replaceInFront(documentOf(before), documentOf(uri));
        }
      }
    } catch (error) {
      // Fewer than two answers have text, or one was deleted: nothing can be marked now.
      this.result = undefined;
      this.draw();
      this.log.info(`what answers have in common is not marked: ${describe(error)}`);
    }
  }

  private draw(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document.uri.scheme === SCHEME) {
        for (const verdict of VERDICTS) {
          editor.setDecorations(this.kinds[verdict], this.marksOf(editor.document.uri, verdict));
        }
      }
    }
  }

  private marksOf(document: vscode.Uri, verdict: Verdict): vscode.DecorationOptions[] {
    const { statements = [], compared = 0 } = this.result ?? {};
    return statements
      .filter((statement) => statement.verdict === verdict)
      .flatMap(({ support }) => {
        // Plain text: what a model wrote must not be read as Markdown.
        const hoverMessage = new vscode.MarkdownString().appendText(
          vscode.l10n.t("{0} of {1} answers say so, in nearly these words.", support.length, compared),
        );
        return support
          .filter(({ uri }) => sameDocument(uri, document))
          .map(({ range }) => ({ range: rangeOf(range), hoverMessage }));
      });
  }

  private setMenuContext(): void {
    void vscode.commands.executeCommand("setContext", MARKING, this.marked.length > 0);
  }
}

/** Shows a document in the place of another that is in front: the overview names the answers that it is of. */
async function replaceInFront(before: vscode.Uri, after: vscode.Uri): Promise<void> {
  const shows = ({ input }: vscode.Tab): boolean => input instanceof vscode.TabInputText && input.uri.toString() === before.toString();
  for (const { activeTab, viewColumn } of vscode.window.tabGroups.all) {
    if (activeTab !== undefined && shows(activeTab)) {
      // Not `showTextDocument`, which keeps the text for minutes after its tab is closed.
      await vscode.commands.executeCommand("vscode.open", after, { viewColumn, preserveFocus: true, preview: false });
      await vscode.window.tabGroups.close(activeTab, true);
    }
  }
}

function kindOf(verdict: Verdict): vscode.TextEditorDecorationType {
  const [style, color] = LINES[verdict];
  return vscode.window.createTextEditorDecorationType({
    border: `0 ${style}`,
    borderWidth: "0 0 2px 0",
    borderColor: new vscode.ThemeColor(color),
    overviewRulerColor: new vscode.ThemeColor(color),
    overviewRulerLane: vscode.OverviewRulerLane.Right,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
}

function anyPaneShown(): boolean {
  return vscode.window.visibleTextEditors.some(({ document }) => document.uri.scheme === SCHEME);
}

function rangeOf({ start, end }: Range): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

function sameDocument(uri: string, document: vscode.Uri): boolean {
  const [one, other] = [addressOf(vscode.Uri.parse(uri)), addressOf(document)];
  return one !== undefined && one.kind === other?.kind && one.paneId === other.paneId;
}
