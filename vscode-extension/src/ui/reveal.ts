/**
 * Brings documents to the front. If a locked group has the focus, `showTextDocument` leaves an empty
 * group behind for a document that is open elsewhere; this command does not.
 */
import * as vscode from "vscode";

/** Shows a document in the group that has it, else in the default group. */
export async function reveal(uri: vscode.Uri, selection?: vscode.Range): Promise<void> {
  await vscode.commands.executeCommand("vscode.open", uri, { preview: false, ...(selection && { selection }) });
}
