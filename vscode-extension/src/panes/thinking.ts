/**
 * Folds what a model thought before it answered, once the answer is there and the person is in its
 * pane: the editor folds the active editor only, and no pane is made active for this.
 */
import * as vscode from "vscode";
import { isBusy } from "../core/record.js";
import { Throttle } from "../core/throttle.js";
import { addressOf, SCHEME } from "../core/uri.js";
import type { PaneStore } from "./store.js";

const FIRST_LINE = "> **Thinking**";
const LOOK_MS = 300;

export class ThinkingFolds implements vscode.Disposable {
  /** Folded once; who unfolds it wants to read it. */
  private readonly folded = new Set<string>();
  private readonly throttle = new Throttle(
    () => {
      void this.look();
    },
    () => LOOK_MS,
  );
  private readonly listeners: vscode.Disposable[];

  constructor(private readonly panes: PaneStore) {
    const look = (): void => {
      this.throttle.request();
    };
    this.listeners = [
      panes.onRecord(look),
      vscode.window.onDidChangeActiveTextEditor(look),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document === vscode.window.activeTextEditor?.document && document.uri.scheme === SCHEME) {
          look();
        }
      }),
    ];
  }

  dispose(): void {
    vscode.Disposable.from(...this.listeners).dispose();
    this.throttle.dispose();
  }

  private async look(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    const address = document?.uri.scheme === SCHEME ? addressOf(document.uri.path) : undefined;
    if (document === undefined || address === undefined || isBusy(this.panes.record(address.paneId))) {
      return;
    }
    const starts = document.getText().split(/\r\n|\r|\n/);
    const lines = starts.flatMap((line, number) => (line === FIRST_LINE ? [number] : []));
    const fresh = lines.filter((line) => !this.folded.has(`${document.uri.toString()}#${String(line)}`));
    if (fresh.length === 0) {
      return;
    }
    const ranges = await vscode.commands.executeCommand<vscode.FoldingRange[] | undefined>(
      "vscode.executeFoldingRangeProvider",
      document.uri,
    );
    const known = new Set((ranges ?? []).filter(({ kind }) => kind === vscode.FoldingRangeKind.Comment).map(({ start }) => start));
    const selectionLines = fresh.filter((line) => known.has(line));
    if (selectionLines.length === 0 || vscode.window.activeTextEditor?.document !== document) {
      return;
    }
    for (const line of selectionLines) {
      this.folded.add(`${document.uri.toString()}#${String(line)}`);
    }
    await vscode.commands.executeCommand("editor.fold", { selectionLines, levels: 1 });
  }
}
