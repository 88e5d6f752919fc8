/**
 * Brings documents to the front. Asked to show a document that is open elsewhere while a locked group
 * has the focus, `showTextDocument` leaves an empty group behind; this command does not.
 */
import * as vscode from "vscode";

/** Shows a document in the group that has it, else where the editor opens files. */
export async function reveal(uri: vscode.Uri, selection?: vscode.Range): Promise<void> {
  await vscode.commands.executeCommand("vscode.open", uri, { preview: false, ...(selection && { selection }) });
}
