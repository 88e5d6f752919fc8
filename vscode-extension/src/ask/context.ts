/** Builds context items from the selection and files, with unsaved text. */
import { relative } from "node:path/posix";
import * as vscode from "vscode";
import type { ContextItem, Range } from "../protocol.js";
import { sanitizeForPick } from "../core/format/sanitize.js";
import { SCHEME } from "../core/panes/uri.js";
import { documentOf, toWire } from "../ui/documents.js";

/** What git prints for the open folders, as a prompt file names it. */
const DIFFS: ReadonlyMap<string, string> = new Map([
  ["git:diff", "@diff"],
  ["git:staged", "@staged"],
]);

/** Returns the selection of an editor; `undefined` if it is empty. */
export function selectionItem(editor: vscode.TextEditor | undefined): ContextItem | undefined {
  if (editor === undefined || editor.selection.isEmpty) {
    return undefined;
  }
  const { document, selection } = editor;
  return {
    uri: toWire(document.uri),
    range: rangeOf(selection),
    text: document.getText(selection),
    languageId: document.languageId,
  };
}

/** Returns a whole file, with its text if that differs from the disk. */
export function fileItem(uri: vscode.Uri): ContextItem {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open !== undefined && (open.isDirty || uri.scheme !== "file")) {
    return { uri: toWire(uri), text: open.getText(), languageId: open.languageId };
  }
  return { uri: uri.toString() };
}

/** Asks the user for files: open ones first, then a dialog for any other. */
export async function pickFiles(): Promise<ContextItem[] | undefined> {
  interface Row extends vscode.QuickPickItem {
    readonly uri?: vscode.Uri;
    readonly git?: string;
  }
  const browse = vscode.l10n.t("Other files…");
  const rows: Row[] = openFiles().map((uri) => ({
    label: `$(file) ${sanitizeForPick(vscode.workspace.asRelativePath(uri))}`,
    uri,
  }));
  rows.push(
    { label: "$(git-commit) @diff", description: vscode.l10n.t("what has changed and is not staged"), git: "git:diff" },
    { label: "$(git-commit) @staged", description: vscode.l10n.t("what is staged for the next commit"), git: "git:staged" },
    { label: `$(folder-opened) ${browse}` },
  );
  const title = vscode.l10n.t("Files and changes to put in front of the prompt");
  const picked = await vscode.window.showQuickPick(rows, { canPickMany: true, title, ignoreFocusOut: true });
  if (picked === undefined) {
    return undefined;
  }
  const others = picked.some(({ uri, git }) => uri === undefined && git === undefined)
    ? ((await vscode.window.showOpenDialog({ canSelectMany: true, openLabel: vscode.l10n.t("Add") })) ?? [])
    : [];
  const diffs = picked.flatMap(({ git }) => (git === undefined ? [] : { uri: git }));
  return [...[...picked.flatMap(({ uri }) => uri ?? []), ...others].map(fileItem), ...diffs];
}

/** Formats the label of a context item: `src/app.py:3–9`. */
export function labelOf({ uri, range }: ContextItem): string {
  const diff = DIFFS.get(uri);
  if (diff !== undefined) {
    return diff;
  }
  const path = vscode.workspace.asRelativePath(documentOf(uri));
  return range === undefined ? path : `${path}:${lines(range, "–")}`;
}

/** Writes a context item as a prompt file names it; `undefined` for what is outside of its workspace. */
export function entryOf({ uri, range }: ContextItem, folder: vscode.Uri): string | undefined {
  const diff = DIFFS.get(uri);
  if (diff !== undefined) {
    return diff;
  }
  const file = documentOf(uri);
  const workspace = vscode.workspace.getWorkspaceFolder(folder);
  if (workspace === undefined || vscode.workspace.getWorkspaceFolder(file) !== workspace) {
    return undefined;
  }
  const path = relative(folder.path, file.path);
  return range === undefined ? path : `${path}:${lines(range, "-")}`;
}

function lines({ start, end }: Range, between: string): string {
  const first = start.line + 1;
  const last = Math.max(first, end.line + (end.character > 0 ? 1 : 0));
  return first === last ? String(first) : `${first}${between}${last}`;
}

function openFiles(): vscode.Uri[] {
  const uris = vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .flatMap(({ input }) => (input instanceof vscode.TabInputText ? input.uri : []))
    .filter(({ scheme }) => scheme !== SCHEME && scheme !== "untitled");
  return [...new Map(uris.map((uri) => [uri.toString(), uri])).values()];
}

function rangeOf({ start, end }: vscode.Range): ContextItem["range"] & object {
  return {
    start: { line: start.line, character: start.character },
    end: { line: end.line, character: end.character },
  };
}
