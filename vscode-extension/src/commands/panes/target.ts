/** Finds the pane that a command is about. */
import * as vscode from "vscode";
import type { Antiphon } from "../../antiphon.js";
import { addressOf, SCHEME } from "../../core/panes/uri.js";
import { renderedUri } from "../../panes/layout/locks.js";
import { paneTabs } from "../../panes/layout/tabs.js";
import type { Pane } from "../../protocol.js";
import { showInfo } from "../../ui/messages.js";
import { documentOf } from "../../ui/documents.js";

/** A pane as menus, lenses, links and keybindings name it; without one it is the active editor. */
export type Target = vscode.Uri | string | undefined;

/** Returns all panes of the session of a pane. */
export async function sessionPanes(app: Antiphon, target: Target): Promise<Pane[] | undefined> {
  const uri = resolvePane(target) ?? anyPane();
  const address = uri && addressOf(uri);
  if (address === undefined) {
    return undefined;
  }
  const { session } = await app.server.execute("antiphon.session.open", { sessionId: address.sessionId });
  return session.panes;
}

export function resolvePane(target: Target): vscode.Uri | undefined {
  if (target instanceof vscode.Uri || typeof target === "string") {
    return documentOf(target);
  }
  const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
  const active = (tab && renderedUri(tab)) ?? vscode.window.activeTextEditor?.document.uri;
  return active?.scheme === SCHEME ? active : undefined;
}

function anyPane(): vscode.Uri | undefined {
  return paneTabs().find(({ tab }) => tab.isActive)?.uri;
}

/** Tells the user to choose a pane first. */
export function explainNoPane(): Promise<undefined> {
  void showInfo(vscode.l10n.t("Choose a pane first: click into an answer."));
  return Promise.resolve(undefined);
}
