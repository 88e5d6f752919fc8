/** Finds the text of a pane that a command is about: the selection, the code at the cursor, an answer. */
import * as vscode from "vscode";
import { addressOf, SCHEME } from "../core/panes/uri.js";
import type { CodeProposeResult, Message, Pane, UnseenCharacter } from "../protocol.js";
import { failureOf } from "../server/failure.js";
import type { Server } from "../server/server.js";
import { messageAt, messagesOf } from "./sendSource.js";
import { toWire } from "../ui/documents.js";

export interface Excerpt {
  readonly text: string;
  readonly kind: "selection" | "code" | "answer";
  readonly languageId?: string;
  /** Hidden characters in code. */
  readonly unseen: readonly UnseenCharacter[];
}

/** Returns the editor of a pane that has the focus; `undefined` if the cursor is elsewhere. */
export function paneEditor(pane?: Pane): vscode.TextEditor | undefined {
  const editor = vscode.window.activeTextEditor;
  const address = editor?.document.uri.scheme === SCHEME ? addressOf(editor.document.uri) : undefined;
  return address !== undefined && (pane === undefined || address.paneId === pane.id) ? editor : undefined;
}

/** Returns the selection, else the block of code at the cursor, else the answer. */
export async function excerptOf(server: Server, pane: Pane): Promise<Excerpt | undefined> {
  const editor = paneEditor(pane);
  if (editor !== undefined && !editor.selection.isEmpty) {
    return { text: editor.document.getText(editor.selection), kind: "selection", unseen: [] };
  }
  return (await codeAtCursor(server, editor)) ?? answerOf(server, pane);
}

/** Returns the block of code at the cursor; `undefined` if there is none. */
export async function codeAtCursor(server: Server, editor: vscode.TextEditor | undefined): Promise<Excerpt | undefined> {
  // In the first line the cursor has not been moved.
  if (editor === undefined || editor.selection.active.line === 0) {
    return undefined;
  }
  const { line, character } = editor.selection.active;
  const where = { uri: toWire(editor.document.uri), position: { line, character } };
  try {
    const found: CodeProposeResult = await server.execute("antiphon.code.propose", where);
    const { code: text, languageId, unseen } = found;
    return { text, kind: "code", unseen, ...(languageId !== undefined && { languageId }) };
  } catch (error) {
    if (failureOf(error)?.kind === "invalid_params") {
      return undefined;
    }
    throw error;
  }
}

/** Returns the message at the cursor, else the last answer. */
export async function answerOf(server: Server, pane: Pane): Promise<Excerpt | undefined> {
  const message = await messageAtCursor(server, pane);
  return message && { text: message.content, kind: "answer", unseen: [] };
}

async function messageAtCursor(server: Server, pane: Pane): Promise<Message | undefined> {
  const messages = await messagesOf(server, pane);
  const line = paneEditor(pane)?.selection.active.line ?? 0;
  const here = line > 0 ? await messageAt(pane, messages, line) : undefined;
  return here ?? messages.findLast(({ role }) => role === "assistant");
}
