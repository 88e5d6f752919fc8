/**
 * Folds the reasoning of later answers when the user enters their pane. The editor folds only the first
 * block by itself (server/reasoningFolding.ts), and the fold command works only in the active editor;
 * no pane is activated for it.
 */
import * as vscode from "vscode";
import { isBusy } from "../../core/panes/record.js";
import { linesToFold } from "../../core/panes/reasoning.js";
import { Throttle } from "../../core/throttle.js";
import { addressOf, SCHEME } from "../../core/panes/uri.js";
import { REASONING_KIND } from "../../server/reasoningFolding.js";
import type { PaneStore } from "../store.js";

const UPDATE_MS = 300;

export class ReasoningFolds implements vscode.Disposable {
  /** Blocks that were folded once: a user who unfolds one wants to read it. */
  private readonly folded = new Map<string, Set<number>>();
  private readonly throttle = new Throttle(
    () => {
      void this.update();
    },
    () => UPDATE_MS,
  );
  private readonly listeners: vscode.Disposable[];

  constructor(private readonly panes: PaneStore) {
    const update = (): void => {
      this.throttle.request();
    };
    this.listeners = [
      panes.onRecord(update),
      vscode.window.onDidChangeActiveTextEditor(update),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document === vscode.window.activeTextEditor?.document && document.uri.scheme === SCHEME) {
          update();
        }
      }),
    ];
  }

  dispose(): void {
    vscode.Disposable.from(...this.listeners).dispose();
    this.throttle.dispose();
  }

  private async update(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    const address = document?.uri.scheme === SCHEME ? addressOf(document.uri) : undefined;
    if (document === undefined || address === undefined || isBusy(this.panes.record(address.paneId))) {
      return;
    }
    const ranges = await vscode.commands.executeCommand<vscode.FoldingRange[] | undefined>(
      "vscode.executeFoldingRangeProvider",
      document.uri,
    );
    if (vscode.window.activeTextEditor?.document !== document || !isFoldingAllowed(document)) {
      return;
    }
    const starts = (ranges ?? []).filter(({ kind }) => kind === REASONING_KIND).map(({ start }) => start);
    const seen = this.folded.get(address.paneId) ?? new Set();
    const selectionLines = linesToFold(starts, seen);
    this.folded.set(address.paneId, new Set([...seen, ...starts]));
    if (selectionLines.length > 0) {
      await vscode.commands.executeCommand("editor.fold", { selectionLines, levels: 1 });
    }
  }
}

/** Returns whether the user allows automatic folding in panes. */
function isFoldingAllowed(document: vscode.TextDocument): boolean {
  return vscode.workspace.getConfiguration("editor", document).get("foldingImportsByDefault", true);
}
