/** Compares a passage of an answer with another one, an answer, a file or the clipboard. */
import * as vscode from "vscode";
import type { Antiphon } from "../../antiphon.js";
import { paneEditor } from "../../answers/excerpts.js";
import { messagesOf } from "../../answers/sendSource.js";
import type { Passage } from "../../answers/passages.js";
import { sanitize, sanitizeForPick } from "../../core/format/sanitize.js";
import { SCHEME } from "../../core/panes/uri.js";
import { paneRow } from "../../panes/paneRow.js";
import type { Pane } from "../../protocol.js";
import { showInfo } from "../../ui/messages.js";
import { candidatePanes, paneAt } from "../panes/choosePanes.js";

type Row = vscode.QuickPickItem & { readonly passage: () => Promise<Passage | undefined> };

/** Compares the selection of a pane. */
export async function comparePassage(app: Antiphon): Promise<void> {
  const editor = paneEditor();
  const pane = editor && (await paneAt(app, editor.document.uri));
  if (editor === undefined || pane === undefined || editor.selection.isEmpty) {
    void showInfo(vscode.l10n.t("Select a passage of an answer first."));
    return;
  }
  const left = passageOf(editor, pane.title);
  const title = vscode.l10n.t("Compare the passage with");
  const chosen = await vscode.window.showQuickPick(await rows(app, editor, pane), { title, matchOnDescription: true });
  const right = await chosen?.passage();
  if (right !== undefined) {
    await app.passages.compare(left, right);
  }
}

async function rows(app: Antiphon, editor: vscode.TextEditor, pane: Pane): Promise<Row[]> {
  const found: Row[] = [];
  for (const other of vscode.window.visibleTextEditors.filter((each) => each !== editor && !each.selection.isEmpty)) {
    const name = (await paneAt(app, other.document.uri))?.title ?? vscode.workspace.asRelativePath(other.document.uri);
    const passage = passageOf(other, name);
    found.push({ label: vscode.l10n.t("The passage selected in {0}", sanitizeForPick(name)), passage: () => Promise.resolve(passage) });
  }
  for (const other of (await candidatePanes(app, editor.document.uri)).filter(({ id }) => id !== pane.id)) {
    found.push({ ...paneRow(app.panes, other), passage: () => lastAnswer(app, other) });
  }
  for (const { document } of vscode.window.visibleTextEditors.filter((each) => each.document.uri.scheme !== SCHEME)) {
    const label = vscode.workspace.asRelativePath(document.uri);
    found.push({ label: sanitizeForPick(label), passage: () => Promise.resolve({ label: sanitize(label), text: document.getText() }) });
  }
  const label = vscode.l10n.t("The clipboard");
  found.push({ label, passage: async () => ({ label, text: await vscode.env.clipboard.readText() }) });
  return found;
}

async function lastAnswer(app: Antiphon, pane: Pane): Promise<Passage | undefined> {
  const answer = (await messagesOf(app.server, pane)).findLast(({ role }) => role === "assistant");
  return { label: sanitize(pane.title), text: answer?.content ?? "" };
}

function passageOf(editor: vscode.TextEditor, label: string): Passage {
  return { label: sanitize(label), text: editor.document.getText(editor.selection) };
}
