/** Converts between the server's URIs and those of the documents that show them, and reads documents. */
import * as vscode from "vscode";
import { sessionNames } from "../core/panes/sessionNames.js";
import { SCHEME, shownPlace, wirePath } from "../core/panes/uri.js";

/** Returns the document that shows what a URI of the server names. */
export function documentOf(wire: string | vscode.Uri): vscode.Uri {
  const uri = typeof wire === "string" ? vscode.Uri.parse(wire) : wire;
  return uri.scheme === SCHEME && uri.query === "" ? uri.with(shownPlace(uri.path, (sessionId) => sessionNames.folder(sessionId))) : uri;
}

/** Returns the URI by which the server knows a document. */
export function toWire(uri: vscode.Uri): string {
  return uri.scheme === SCHEME && uri.query !== "" ? uri.with({ path: wirePath(uri), query: "" }).toString(true) : uri.toString(uri.scheme === SCHEME);
}

/** Returns an open document. */
export function findDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
}

/** Returns the text of a file letter for letter: as it is in the editor, if it is open there. */
export async function readText(uri: vscode.Uri): Promise<string> {
  return findDocument(uri)?.getText() ?? new TextDecoder("utf-8", { ignoreBOM: true }).decode(await vscode.workspace.fs.readFile(uri));
}
