/** Shows a text whole, and asks the user to agree to it. */
import * as vscode from "vscode";
import type { Antiphon } from "../../antiphon.js";
import { sanitize } from "../../core/format/sanitize.js";

/** Asks below the text, so that it can be read to its end; anything but `yes` is a no. */
export async function agreeTo(app: Antiphon, name: string, text: string, question: string, yes: string): Promise<boolean> {
  const uri = await app.pipelineFiles.show(name, text);
  // Not the first row: an Enter that was meant for another list agrees to nothing.
  const rows = [vscode.l10n.t("Do Nothing"), yes];
  const answer = await vscode.window.showQuickPick(rows, { title: sanitize(question), ignoreFocusOut: true });
  await closeTab(uri);
  return answer === yes;
}

async function closeTab(uri: vscode.Uri): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const shown = tabs.filter(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString());
  await vscode.window.tabGroups.close(shown, true);
}
