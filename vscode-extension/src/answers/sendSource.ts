/** Picks what is sent: a selection of a pane, or messages of it. */
import * as vscode from "vscode";
import { sanitizeForPick } from "../core/format/sanitize.js";
import { addressOf } from "../core/panes/uri.js";
import type { Message, Pane, TransferFrom } from "../protocol.js";
import type { Server } from "../server/server.js";
import { documentOf, toWire } from "../ui/documents.js";

const TITLE_LENGTH = 80;

export interface SendSource {
  readonly from: TransferFrom;
  /** Panes of this session are offered first. */
  readonly sessionId: string;
}

/** Returns a range of a pane or message document as a source. */
export function rangeSource(uri: vscode.Uri, range: vscode.Range): SendSource | undefined {
  const address = addressOf(uri);
  const { start, end } = range;
  return (
    address && {
      sessionId: address.sessionId,
      from: {
        uri: toWire(uri),
        range: {
          start: { line: start.line, character: start.character },
          end: { line: end.line, character: end.character },
        },
      },
    }
  );
}

/** Asks the user for messages of a pane; the one at `line`, else the last answer, is selected at first. */
export async function pickMessages(server: Server, pane: Pane, line?: number): Promise<SendSource | undefined> {
  const messages = await messagesOf(server, pane);
  const first = (line === undefined ? undefined : await messageAt(pane, messages, line)) ?? messages.at(-1);
  const rows = messages.map((message) => ({ ...messageRow(message), picked: message === first, message }));
  const title = vscode.l10n.t("Messages to send from {0}", pane.title);
  const chosen = await vscode.window.showQuickPick(rows, { title, canPickMany: true });
  return chosen === undefined || chosen.length === 0
    ? undefined
    : { sessionId: pane.sessionId, from: { messageIds: chosen.map(({ message }) => message.id) } };
}

/** Lists the messages that a pane's document shows, in order. */
export async function messagesOf(server: Server, pane: Pane): Promise<Message[]> {
  const { messages } = await server.execute("antiphon.session.open", { sessionId: pane.sessionId });
  return messages.filter(({ paneId, superseded }) => paneId === pane.id && superseded !== true);
}

/** Finds the message at a line of its pane: the document has one symbol a message. */
export async function messageAt(pane: Pane, messages: readonly Message[], line: number): Promise<Message | undefined> {
  const uri = documentOf(pane.uri);
  const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[] | undefined>("vscode.executeDocumentSymbolProvider", uri);
  const index = symbols?.findLastIndex(({ range }) => range.start.line <= line) ?? -1;
  return symbols?.length === messages.length ? messages[index] : undefined;
}

/** Builds a row of a list of messages. */
export function messageRow({ role, model, content }: Message): vscode.QuickPickItem {
  const [line = ""] = content.trim().split("\n", 1);
  const who = role === "user" ? vscode.l10n.t("You") : role === "system" ? vscode.l10n.t("System") : (model ?? "");
  const begin = Array.from(line).slice(0, TITLE_LENGTH).join("");
  return { label: sanitizeForPick(begin.length < line.length ? `${begin}…` : line) || "—", description: sanitizeForPick(who) };
}
