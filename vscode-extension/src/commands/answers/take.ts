/** Commands that take text out of a pane: to the clipboard, a file, a prompt, another pane. */
import * as vscode from "vscode";
import type { Antiphon } from "../../antiphon.js";
import { answerOf, codeAtCursor, type Excerpt, excerptOf, paneEditor } from "../../answers/excerpts.js";
import { confirmHiddenCharacters } from "../../answers/codeApplier.js";
import { sanitizeForPick } from "../../core/format/sanitize.js";
import type { Pane } from "../../protocol.js";
import { showInfo } from "../../ui/messages.js";
import { paneAt } from "../panes/choosePanes.js";
import { explainNoPane, resolvePane, type Target } from "../panes/target.js";
import { sendPassage } from "./send.js";

/** How long the status bar shows what was copied. */
const MESSAGE_MS = 3000;

/** Copies the answer at the cursor, else the last one. */
export async function copyAnswer(app: Antiphon, target?: Target | Pane): Promise<void> {
  await withPane(app, target, async (pane) => copy(await answerOf(app.server, pane), pane));
}

/** Copies the block of code at the cursor, else the answer. */
export async function copyCode(app: Antiphon, target?: Target | Pane): Promise<void> {
  await withPane(app, target, async (pane) =>
    copy((await codeAtCursor(app.server, paneEditor(pane))) ?? (await answerOf(app.server, pane)), pane),
  );
}

/** Puts the selection, the code at the cursor or the answer into the file that the user was last in. */
export async function insertAtCursor(app: Antiphon, target?: Target | Pane): Promise<void> {
  await withPane(app, target, async (pane) => {
    const editor = app.fileEditor.find();
    if (editor === undefined) {
      void showInfo(vscode.l10n.t("Open the file to insert into beside the answer."));
      return;
    }
    const excerpt = await excerptOf(app.server, pane);
    if (excerpt !== undefined && (await accepted(excerpt))) {
      await app.fileEditor.insert(editor, excerpt.text);
    }
  });
}

/** Opens a new file with the selection, the code at the cursor or the answer. */
export async function newFile(app: Antiphon, target?: Target | Pane): Promise<void> {
  await withPane(app, target, async (pane) => {
    const excerpt = await excerptOf(app.server, pane);
    if (excerpt !== undefined && (await accepted(excerpt))) {
      const known = await vscode.languages.getLanguages();
      const language = excerpt.kind === "code" ? known.find((id) => id === excerpt.languageId) : "markdown";
      const document = await vscode.workspace.openTextDocument({ content: excerpt.text, ...(language !== undefined && { language }) });
      await vscode.window.showTextDocument(document, { preview: false });
    }
  });
}

/** Takes a passage along: the selection, or what answers have in common at the cursor. */
export async function takePassage(app: Antiphon): Promise<void> {
  const editor = paneEditor();
  const range = editor && (editor.selection.isEmpty ? app.consensus.passageAt(editor.document.uri, editor.selection) : editor.selection);
  if (editor === undefined || range === undefined) {
    void showInfo(vscode.l10n.t("Select a passage of an answer first, or put the cursor into one that is marked."));
    return;
  }
  const text = editor.document.getText(range);
  const file = app.fileEditor.find();
  const rows: (vscode.QuickPickItem & { take: () => unknown })[] = [
    { label: `$(arrow-swap) ${vscode.l10n.t("Into other panes, or to new models…")}`, take: () => sendPassage(app, editor.document.uri, range) },
    { label: `$(edit) ${vscode.l10n.t("Into a prompt")}`, take: () => app.composer.open(`${text}\n`, []) },
    ...(file === undefined ? [] : [{ label: `$(insert) ${vscode.l10n.t("Into {0}, at the cursor", sanitizeForPick(vscode.workspace.asRelativePath(file.document.uri)))}`, take: () => app.fileEditor.insert(file, text) }]),
    { label: `$(new-file) ${vscode.l10n.t("Into a new file")}`, take: () => newFile(app, editor.document.uri) },
    { label: `$(copy) ${vscode.l10n.t("To the clipboard")}`, take: () => vscode.env.clipboard.writeText(text) },
  ];
  const chosen = await vscode.window.showQuickPick(rows, { title: vscode.l10n.t("Where the passage goes") });
  await chosen?.take();
}

async function withPane(app: Antiphon, target: Target | Pane, take: (pane: Pane) => Promise<void>): Promise<void> {
  const pane = await paneAt(app, target ?? resolvePane(undefined));
  await (pane === undefined ? explainNoPane() : take(pane));
}

async function copy(excerpt: Excerpt | undefined, pane: Pane): Promise<void> {
  if (excerpt === undefined) {
    void showInfo(vscode.l10n.t("{0} has not answered yet.", pane.title));
    return;
  }
  await vscode.env.clipboard.writeText(excerpt.text);
  const text = excerpt.kind === "code" ? vscode.l10n.t("The block of code is copied.") : vscode.l10n.t("The answer is copied.");
  vscode.window.setStatusBarMessage(text, MESSAGE_MS);
}

async function accepted({ unseen }: Excerpt): Promise<boolean> {
  return unseen.length === 0 || confirmHiddenCharacters(unseen);
}
