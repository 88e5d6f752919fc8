/**
 * Locks the editor groups of panes: a file that is opened from the explorer or by its name then goes to
 * another group, and not over an answer. A group without panes is unlocked.
 */
import * as vscode from "vscode";
import { SCHEME } from "../../core/panes/uri.js";
import { isAtLeast } from "../../core/server/version.js";

const LOCK = "workbench.action.lockEditorGroup";
const UNLOCK = "workbench.action.unlockEditorGroup";

/** Locks the group that shows a document, without moving the focus. */
export async function lockGroupOf(uri: vscode.Uri): Promise<void> {
  if (supportsUriArgument() && vscode.workspace.getConfiguration("antiphon.layout").get<boolean>("lockGroups", true)) {
    await vscode.commands.executeCommand(LOCK, uri);
  }
}

export class GroupLocks implements vscode.Disposable {
  private readonly listener = vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
    const left = new Set(closed.filter(isPane).map(({ group }) => group));
    for (const group of vscode.window.tabGroups.all) {
      if (left.has(group) && !group.tabs.some(isPane)) {
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

function isPane({ input }: vscode.Tab): boolean {
  return input instanceof vscode.TabInputText && input.uri.scheme === SCHEME;
}

/** Returns whether the editor can lock a group that is not active. */
function supportsUriArgument(): boolean {
  return isAtLeast(vscode.version, 1, 93);
}
