/** Opens, finds and renames diffs in the editor. */
import * as vscode from "vscode";
import { addressOf, SCHEME } from "../core/panes/uri.js";
import type { Grid } from "../panes/layout/grid.js";
import { lockGroupOfDiff } from "../panes/layout/locks.js";
import { tabsCaughtUp } from "../panes/layout/tabs.js";
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

/** Shows the diff if it is wide enough for two texts, and locks its group; an open one comes to the front. */
export async function showWide(grid: Grid, documents: Documents, title: string): Promise<void> {
  const [tab] = diffTabs(documents);
  await showDiff(documents, title, { viewColumn: tab?.group.viewColumn ?? (await grid.wideColumn()) });
  await lockGroupOfDiff();
}

async function showDiff({ left, right }: Documents, title: string, options: vscode.TextDocumentShowOptions): Promise<void> {
  await vscode.commands.executeCommand("vscode.diff", left, right, title, { preview: false, ...options });
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

/** Changes the title of an open diff, which takes reopening it. Nothing else may arrange the groups meanwhile. */
export async function retitle(documents: Documents, title: string): Promise<void> {
  const [tab] = diffTabs(documents);
  // A diff behind other tabs would come to the front.
  if (tab === undefined || tab.label === title || !tab.isActive) {
    return;
  }
  const editor = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === documents.right.toString());
  const seen = editor?.visibleRanges[0];
  const { isActive, viewColumn, tabs } = tab.group;
  const isAlone = tabs.length === 1;
  const others = textTabs(documents.right).length;
  if (isAlone) {
    // Else its group would be closed with it.
    await vscode.window.showTextDocument(documents.right, { viewColumn, preserveFocus: true, preview: false });
  }
  await vscode.window.tabGroups.close(tab, true);
  await showDiff(documents, title, { viewColumn, preserveFocus: !isActive, ...(seen && { selection: new vscode.Range(seen.start, seen.start) }) });
  if (isAlone) {
    await tabsCaughtUp(() => textTabs(documents.right).length > others);
    const opened = textTabs(documents.right).filter((each) => others === 0 || each.group.viewColumn === viewColumn);
    await vscode.window.tabGroups.close(opened, true);
  }
}

function textTabs(uri: vscode.Uri): vscode.Tab[] {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.filter(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString());
}

function isMessage(uri: vscode.Uri): boolean {
  return uri.scheme === SCHEME && addressOf(uri)?.kind === "message";
}
