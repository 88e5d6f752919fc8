/** Finds, opens and closes the tabs of panes. */
import * as vscode from "vscode";
import { sortPanes } from "../../core/layout/order.js";
import { addressOf, SCHEME } from "../../core/panes/uri.js";
import { RENDERED } from "../../core/panes/rendered.js";
import { lockGroupOf, renderedUri, showsPane } from "./locks.js";

const CATCH_UP_MS = 20;
const CATCH_UP_TRIES = 100;

export interface PaneTab {
  readonly tab: vscode.Tab;
  readonly uri: vscode.Uri;
}

/** Returns the tabs of panes in the order of their groups. */
export function paneTabs(): PaneTab[] {
  return vscode.window.tabGroups.all.flatMap((group) =>
    group.tabs.flatMap((tab) => {
      const uri = tab.input instanceof vscode.TabInputText ? tab.input.uri : renderedUri(tab);
      return uri?.scheme === SCHEME ? [{ tab, uri }] : [];
    }),
  );
}

/** Returns the open panes in the order in which they were asked, those of the session in front first. */
export function panesAsAsked(): { readonly uri: vscode.Uri; readonly sessionId: string }[] {
  const located = paneTabs().map(({ tab, uri }) => ({
    uri,
    sessionId: addressOf(uri)?.sessionId ?? "",
    paneId: addressOf(uri)?.paneId ?? "",
    isFront: tab.isActive,
  }));
  return [...new Map(sortPanes(located).map((pane) => [pane.uri.toString(), pane])).values()];
}

/** Shows a pane without moving the focus, and locks its group; a rendered one has no text editor. */
export async function showPane(uri: vscode.Uri, column: vscode.ViewColumn): Promise<vscode.TextEditor | undefined> {
  if (showsRendered(uri)) {
    await vscode.commands.executeCommand("vscode.openWith", uri, RENDERED, { viewColumn: column, preserveFocus: true, preview: false });
    await lockGroupOf(uri);
    return undefined;
  }
  const document = await vscode.workspace.openTextDocument(uri);
  const editor = await vscode.window.showTextDocument(document, { viewColumn: column, preserveFocus: true, preview: false });
  await lockGroupOf(uri);
  return editor;
}

/** Shows a pane in another group at the line that was at the top before. */
export async function movePane(uri: vscode.Uri, column: vscode.ViewColumn): Promise<void> {
  const before = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
  const top = before?.visibleRanges[0]?.start.line ?? 0;
  const editor = await showPane(uri, column);
  if (editor !== undefined && editor !== before && top > 0) {
    editor.revealRange(new vscode.Range(top, 0, top, 0), vscode.TextEditorRevealType.AtTop);
  }
}

/** Shows a pane as its text or rendered, in the place of the other. */
export async function showAs(uri: vscode.Uri, rendered: boolean): Promise<void> {
  const tabs = paneTabs().filter((each) => each.uri.toString() === uri.toString());
  const before = tabs.find(({ tab }) => tab.isActive && tab.group.isActive) ?? tabs.find(({ tab }) => tab.isActive) ?? tabs[0];
  const options = { preview: false, ...(before && { viewColumn: before.tab.group.viewColumn }) };
  await vscode.commands.executeCommand("vscode.openWith", uri, rendered ? RENDERED : "default", options);
  await closeTabs(paneTabs().filter((each) => each.uri.toString() === uri.toString() && (renderedUri(each.tab) !== undefined) !== rendered));
  await lockGroupOf(uri);
}

/** Returns whether a pane is to be shown rendered: as it is now, else as the settings say. */
function showsRendered(uri: vscode.Uri): boolean {
  const open = paneTabs().find((each) => each.uri.toString() === uri.toString());
  const isPane = addressOf(uri)?.kind === "pane";
  return open === undefined ? isPane && vscode.workspace.getConfiguration("antiphon.panes").get("rendered", false) : renderedUri(open.tab) !== undefined;
}

/** Closes tabs of panes without moving the focus. */
export async function closeTabs(tabs: readonly PaneTab[]): Promise<void> {
  const wanted = tabs.map(({ tab }) => tab);
  await vscode.window.tabGroups.close(wanted, true);
}

/** Counts the groups in front of the panes: up to the last one that shows a file. */
export function groupsInFront(): number {
  return vscode.window.tabGroups.all.findLastIndex((group) => group.tabs.some((tab) => !showsPane(tab))) + 1;
}

/** Brings the first pane of each group to its front. */
export async function showFronts(uris: readonly vscode.Uri[], columnOf: (uri: vscode.Uri) => vscode.ViewColumn | undefined): Promise<void> {
  for (const uri of uris) {
    const column = columnOf(uri);
    const isFront = paneTabs().some(({ tab, uri: open }) => tab.isActive && tab.group.viewColumn === column && open.toString() === uri.toString());
    if (column !== undefined && !isFront) {
      await showPane(uri, column);
    }
  }
}

/** Waits until the extension's view of the tabs is as the editor made it: it comes later. */
export async function tabsCaughtUp(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < CATCH_UP_TRIES && !isSo(); tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, CATCH_UP_MS));
  }
}

/** Moves the active group in front of the panes if it shows files: the editor opened it between them. */
export async function bringFilesToFront(): Promise<void> {
  const { activeTabGroup } = vscode.window.tabGroups;
  const paneColumns = paneTabs().map(({ tab }) => tab.group.viewColumn);
  if (!activeTabGroup.tabs.some((tab) => !showsPane(tab))) {
    return;
  }
  const first: number = Math.min(...paneColumns);
  for (let moves = activeTabGroup.viewColumn - first; moves > 0; moves -= 1) {
    await vscode.commands.executeCommand("workbench.action.moveActiveEditorGroupLeft");
  }
  await tabsCaughtUp(() => vscode.window.tabGroups.all.findIndex(({ isActive }) => isActive) === first - 1);
}
