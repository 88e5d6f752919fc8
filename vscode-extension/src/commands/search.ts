/** Commands that find what was said. */
import * as vscode from "vscode";
import type { Antiphon } from "../context.js";
import type { SearchHit } from "../protocol.js";
import { searchHistory } from "../search/searchBox.js";

/** Searches as one types, and opens what is chosen at its line. */
export async function search(app: Antiphon, query?: unknown): Promise<void> {
  const found = await searchHistory(app.server, typeof query === "string" ? query : "");
  if (found === undefined) {
    return;
  }
  if ("hit" in found) {
    await openHit(app, found.hit);
    return;
  }
  app.searchResults.show(found.hits);
  await vscode.commands.executeCommand("antiphon.search.focus");
}

/** Opens a pane at the line that was found. */
export async function openHit(_app: Antiphon, { uri, line }: SearchHit): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
  const place = new vscode.Position(Math.min(line, document.lineCount - 1), 0);
  const editor = await vscode.window.showTextDocument(document, { preview: false, selection: new vscode.Range(place, place) });
  editor.revealRange(new vscode.Range(place, place), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
