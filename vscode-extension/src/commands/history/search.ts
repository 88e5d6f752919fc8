/** Commands that search the history. */
import * as vscode from "vscode";
import type { Antiphon } from "../../antiphon.js";
import type { SearchHit } from "../../protocol.js";
import { reveal } from "../../ui/reveal.js";
import { searchHistory } from "../../history/searchBox.js";
import { documentOf } from "../../ui/documents.js";

/** Searches while the user types, and opens the chosen hit at its line. */
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

/** Opens a pane at the line of a hit; without a hit it starts a search. */
export async function openHit(app: Antiphon, hit?: SearchHit): Promise<void> {
  if (hit === undefined) {
    await search(app);
    return;
  }
  const { uri, line } = hit;
  const document = await vscode.workspace.openTextDocument(documentOf(uri));
  const place = new vscode.Position(Math.min(line, document.lineCount - 1), 0);
  await reveal(document.uri, new vscode.Range(place, place));
}
