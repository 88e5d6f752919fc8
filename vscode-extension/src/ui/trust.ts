/** Blocks sending from untrusted folders: only existing answers can be read. */
import * as vscode from "vscode";
import { showWarning } from "./messages.js";

/** Returns whether prompts may be sent; explains it to the user if not. */
export function ensureTrusted(): boolean {
  if (!vscode.workspace.isTrusted) {
    void explainRestriction();
  }
  return vscode.workspace.isTrusted;
}

async function explainRestriction(): Promise<void> {
  const manage = vscode.l10n.t("Manage Trust");
  const answer = await showWarning(vscode.l10n.t("This folder is not trusted, so Antiphon sends nothing from it."), manage);
  if (answer === manage) {
    await vscode.commands.executeCommand("workbench.trust.manage");
  }
}
