/** Opens, finds and renames diffs in the editor. */
import * as vscode from "vscode";
import { addressOf, SCHEME } from "../core/panes/uri.js";
import type { CompareSide } from "../protocol.js";

/** The two sides of a comparison, kept to request it again. */
export interface Sides {
  readonly left: CompareSide;
  readonly right: CompareSide;
}

export interface Documents {
  readonly left: vscode.Uri;
  readonly right: vscode.Uri;
}

/** Shows the diff; an open one comes to the front. It may cover a pane, whose group is locked. */
export async function showDiff({ left, right }: Documents, title: string, options: vscode.TextDocumentShowOptions = {}): Promise<void> {
  const { viewColumn } = vscode.window.tabGroups.activeTabGroup;
  await vscode.commands.executeCommand("vscode.diff", left, right, title, { preview: false, viewColumn, ...options });
}

/** Returns the tabs of comparisons: of these documents, or of any. */
export function diffTabs(documents?: Documents): vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => {
      if (!(input instanceof vscode.TabInputTextDiff)) {
        return false;
      }
      const { original, modified } = input;
      return documents === undefined
        ? [original, modified].some(isMessage)
        : original.toString() === documents.left.toString() && modified.toString() === documents.right.toString();
    });
}

/** Changes the title of an open diff, which takes reopening it. */
export async function retitle(documents: Documents, title: string): Promise<void> {
  const [tab] = diffTabs(documents);
  // A diff behind other tabs would come to the front.
  if (tab === undefined || tab.label === title || !tab.isActive) {
    return;
  }
  const editor = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === documents.right.toString());
  const seen = editor?.visibleRanges[0];
  const { isActive, viewColumn } = tab.group;
  await vscode.window.tabGroups.close(tab, true);
  await showDiff(documents, title, { viewColumn, preserveFocus: !isActive, ...(seen && { selection: new vscode.Range(seen.start, seen.start) }) });
}

function isMessage(uri: vscode.Uri): boolean {
  return uri.scheme === SCHEME && addressOf(uri.path)?.kind === "message";
}
