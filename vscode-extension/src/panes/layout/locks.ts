/**
 * Locks the editor groups of panes: a file that is opened from the explorer or by its name then goes to
 * another group, and not over an answer. A group without panes is unlocked.
 */
import * as vscode from "vscode";
import { SCHEME } from "../../core/panes/uri.js";
import { RENDERED } from "../../core/panes/rendered.js";
import { isAtLeast } from "../../core/server/version.js";

const LOCK = "workbench.action.lockEditorGroup";
const UNLOCK = "workbench.action.unlockEditorGroup";

/** Locks the group that shows a document, without moving the focus. */
export async function lockGroupOf(uri: vscode.Uri): Promise<void> {
  if (supportsUriArgument() && vscode.workspace.getConfiguration("antiphon.layout").get<boolean>("lockGroups", true)) {
    await vscode.commands.executeCommand(LOCK, uri);
  }
}

/** Locks the active group if it shows nothing but a comparison: a file would cover it. */
export async function lockGroupOfDiff(): Promise<void> {
  const { tabs } = vscode.window.tabGroups.activeTabGroup;
  if (tabs.every(showsPane) && vscode.workspace.getConfiguration("antiphon.layout").get<boolean>("lockGroups", true)) {
    await vscode.commands.executeCommand(LOCK);
  }
}

export class GroupLocks implements vscode.Disposable {
  private readonly listener = vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
    const left = new Set(closed.filter(showsPane).map(({ group }) => group));
    for (const group of vscode.window.tabGroups.all) {
      if (left.has(group) && !group.tabs.some(showsPane)) {
        void unlock(group);
      }
    }
  });

  dispose(): void {
    this.listener.dispose();
  }
}

async function unlock(group: vscode.TabGroup): Promise<void> {
  const [file] = group.tabs.flatMap(({ input }) => (input instanceof vscode.TabInputText ? [input.uri] : []));
  if (file !== undefined && supportsUriArgument()) {
    await vscode.commands.executeCommand(UNLOCK, file);
  } else if (group.isActive) {
    await vscode.commands.executeCommand(UNLOCK);
  }
}

/** Returns the address of the rendered pane that a tab shows. */
export function renderedUri({ input }: vscode.Tab): vscode.Uri | undefined {
  return input instanceof vscode.TabInputCustom && input.viewType === RENDERED ? input.uri : undefined;
}

/** Returns whether a tab shows a pane, or a comparison with one. */
export function showsPane({ input }: vscode.Tab): boolean {
  return input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom
    ? input.uri.scheme === SCHEME
    : input instanceof vscode.TabInputTextDiff && [input.original, input.modified].some(({ scheme }) => scheme === SCHEME);
}

/** Returns whether the editor can lock a group that is not active. */
function supportsUriArgument(): boolean {
  return isAtLeast(vscode.version, 1, 93);
}
