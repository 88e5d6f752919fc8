/** Commands that rename, tag, share, fork, delete, export and import sessions. */
import * as vscode from "vscode";
import type { Antiphon } from "../../antiphon.js";
import { sanitize, sanitizeForPick } from "../../core/format/sanitize.js";
import { addressOf } from "../../core/panes/uri.js";
import { paneRow } from "../../panes/paneRow.js";
import type { Message, Pane, Session } from "../../protocol.js";
import { messageAt, messageRow, messagesOf } from "../../answers/sendSource.js";
import { confirm, showInfo } from "../../ui/messages.js";
import { explainNoPane, resolvePane, type Target } from "../panes/target.js";
import { paneAt } from "../panes/choosePanes.js";
import { pickSession } from "./chooseSession.js";
import { openSession } from "./openSession.js";
import { documentOf } from "../../ui/documents.js";

type Format = "markdown" | "json";

export async function renameSession(app: Antiphon, given?: Session, title?: unknown): Promise<void> {
  const session = given ?? (await pickSession(app, vscode.l10n.t("Rename a session")));
  if (session === undefined) {
    return;
  }
  const box = { title: vscode.l10n.t("Title of the session"), value: session.title };
  const wanted = typeof title === "string" ? title : await vscode.window.showInputBox(box);
  if (wanted !== undefined && wanted.trim() !== "") {
    await app.server.execute("antiphon.session.rename", { sessionId: session.id, title: wanted });
    app.sessions.refresh();
  }
}

export async function tagSession(app: Antiphon, given?: Session): Promise<void> {
  const session = given ?? (await pickSession(app, vscode.l10n.t("Tag a session")));
  if (session === undefined) {
    return;
  }
  const line = await vscode.window.showInputBox({
    title: vscode.l10n.t("Tags of {0}", session.title),
    prompt: vscode.l10n.t("With commas between them; none takes them all away"),
    value: session.tags.join(", "),
  });
  if (line !== undefined) {
    const tags = line.split(",").flatMap((tag) => (tag.trim() === "" ? [] : tag.trim()));
    await app.server.execute("antiphon.session.tag", { sessionId: session.id, tags });
    app.sessions.refresh();
  }
}

/** Lets other users of a server read a session, and no others; a keybinding can pass who. */
export async function shareSession(app: Antiphon, given?: Session, users?: unknown): Promise<void> {
  const session = given ?? (await pickSession(app, vscode.l10n.t("Share a session")));
  const readers = session && (isReaders(users) ? users : await pickReaders(session));
  if (session === undefined || readers === undefined) {
    return;
  }
  const shared = await app.server.execute("antiphon.session.share", { sessionId: session.id, with: readers });
  const names = shared.with === "all" ? vscode.l10n.t("all users of the server") : sanitize(shared.with.join(", "));
  void showInfo(names === "" ? vscode.l10n.t("The session is shared with nobody.") : vscode.l10n.t("The session is shared with {0}.", names));
}

/** Forks a session at the message at the cursor, or at one that the user picks. */
export async function forkSession(app: Antiphon, target?: Target | Pane | Session): Promise<Session | undefined> {
  const pane = isSession(target) ? await pickPane(app, target) : await paneAt(app, target ?? resolvePane(undefined));
  if (pane === undefined && isSession(target)) {
    return undefined;
  }
  if (pane === undefined) {
    return explainNoPane();
  }
  const message = await chooseForkMessage(app, pane);
  if (message === undefined) {
    return undefined;
  }
  const { session } = await app.server.execute("antiphon.session.fork", { messageId: message.id });
  const [copy] = session.panes;
  if (copy !== undefined) {
    const document = await vscode.workspace.openTextDocument(documentOf(copy.uri));
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: false });
  }
  return session;
}

/** Deletes a session, or all that are selected in the view. */
export async function deleteSession(app: Antiphon, given?: Session, selection?: unknown): Promise<void> {
  const selected = Array.isArray(selection) ? (selection as Partial<Session>[]).filter(isSession) : [];
  const one = given ?? (await pickSession(app, vscode.l10n.t("Delete a session")));
  const sessions = selected.length > 1 ? selected : one === undefined ? [] : [one];
  const [first] = sessions;
  if (first === undefined) {
    return;
  }
  const remove = vscode.l10n.t("Delete");
  const panes = sessions.reduce((sum, session) => sum + session.panes.length, 0);
  const detail = vscode.l10n.t("{0} panes and all that was said in them go. This cannot be undone.", panes);
  const asked = sessions.length === 1 ? vscode.l10n.t("Delete “{0}”?", first.title) : vscode.l10n.t("Delete {0} sessions?", sessions.length);
  if (!(await confirm(asked, detail, remove))) {
    return;
  }
  await removeSessions(app, sessions);
}

async function removeSessions(app: Antiphon, sessions: readonly Session[]): Promise<void> {
  for (const { id } of sessions) {
    await app.server.execute("antiphon.session.delete", { sessionId: id });
  }
  const gone = new Set(sessions.map(({ id }) => id));
  await app.grid.close((uri) => gone.has(addressOf(uri)?.sessionId ?? ""));
  app.sessions.refresh();
}

/** Exports a session; a keybinding can pass the format and the file. */
export async function exportSession(app: Antiphon, given?: Session, format?: unknown, file?: unknown): Promise<void> {
  const session = given ?? (await pickSession(app, vscode.l10n.t("Export a session")));
  const wanted = session && (isFormat(format) ? format : await pickFormat());
  if (session === undefined || wanted === undefined) {
    return;
  }
  const target = file instanceof vscode.Uri ? file : await askForFile(session, wanted);
  if (target !== undefined) {
    const { text } = await app.server.execute("antiphon.session.export", { sessionId: session.id, format: wanted });
    await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
    void offerToOpen(target);
  }
}

async function offerToOpen(file: vscode.Uri): Promise<void> {
  const open = vscode.l10n.t("Open");
  if ((await showInfo(vscode.l10n.t("Exported to {0}.", vscode.workspace.asRelativePath(file)), open)) === open) {
    await vscode.commands.executeCommand("vscode.open", file);
  }
}

/** Imports a session from an exported JSON file, and opens it. */
export async function importSession(app: Antiphon, file?: unknown): Promise<Session | undefined> {
  const filters = { JSON: ["json"] };
  const picked = file instanceof vscode.Uri ? [file] : await vscode.window.showOpenDialog({ filters, openLabel: vscode.l10n.t("Import"), title: vscode.l10n.t("Import a session") });
  if (picked?.[0] === undefined) {
    return undefined;
  }
  const text = new TextDecoder("utf-8", { fatal: false }).decode(await vscode.workspace.fs.readFile(picked[0]));
  const { session, copies = [] } = await app.server.execute("antiphon.session.import", { text });
  app.sessions.refresh();
  await openSession(app, session);
  if (copies.length > 0) {
    void offerToDeleteCopy(app, session);
  }
  return session;
}

async function offerToDeleteCopy(app: Antiphon, session: Session): Promise<void> {
  const remove = vscode.l10n.t("Delete This Copy");
  const text = vscode.l10n.t("“{0}” was here already: there are two now.", sanitize(session.title));
  if ((await showInfo(text, remove)) === remove) {
    await removeSessions(app, [session]);
  }
}

async function chooseForkMessage(app: Antiphon, pane: Pane): Promise<Message | undefined> {
  const messages = await messagesOf(app.server, pane);
  const editor = vscode.window.activeTextEditor;
  const line = editor?.selection.active.line ?? 0;
  // In the first line the cursor has not been moved.
  if (line > 0 && addressOf(editor?.document.uri ?? { path: "" })?.paneId === pane.id) {
    const here = await messageAt(pane, messages, line);
    if (here !== undefined) {
      return here;
    }
  }
  const rows = messages.map((message) => ({ ...messageRow(message), message })).reverse();
  const title = vscode.l10n.t("The last message that the fork keeps");
  return (await vscode.window.showQuickPick(rows, { title }))?.message;
}

async function pickFormat(): Promise<Format | undefined> {
  const rows: (vscode.QuickPickItem & { format: Format })[] = [
    { label: "Markdown", detail: vscode.l10n.t("To read"), format: "markdown" },
    { label: "JSON", detail: vscode.l10n.t("Everything; can be imported again"), format: "json" },
  ];
  return (await vscode.window.showQuickPick(rows, { title: vscode.l10n.t("Format of the export") }))?.format;
}

function askForFile(session: Session, format: Format): Thenable<vscode.Uri | undefined> {
  const words = session.title.match(/[\p{L}\p{M}\p{N}]+/gu) ?? ["session"];
  const name = `${words.join("-").slice(0, 60)}.${format === "json" ? "json" : "md"}`;
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const title = vscode.l10n.t("Export the session");
  return vscode.window.showSaveDialog({ title, ...(folder && { defaultUri: vscode.Uri.joinPath(folder.uri, name) }) });
}

async function pickPane(app: Antiphon, { panes }: Session): Promise<Pane | undefined> {
  const title = vscode.l10n.t("The pane to fork");
  return panes.length === 1 ? panes[0] : (await vscode.window.showQuickPick(panes.map((pane) => paneRow(app.panes, pane)), { title }))?.pane;
}

type Readers = "all" | string[];

async function pickReaders({ title }: Session): Promise<Readers | undefined> {
  const rows: (vscode.QuickPickItem & { readers?: Readers })[] = [
    { label: vscode.l10n.t("Some users…"), detail: vscode.l10n.t("By their names; they can read it, and only you change it") },
    { label: vscode.l10n.t("All users of the server"), readers: "all" },
    { label: vscode.l10n.t("Nobody"), detail: vscode.l10n.t("Share it no more"), readers: [] },
  ];
  const row = await vscode.window.showQuickPick(rows, { title: vscode.l10n.t("Who may read {0}", sanitizeForPick(title)) });
  if (row === undefined || row.readers !== undefined) {
    return row?.readers;
  }
  const line = await vscode.window.showInputBox({ title: vscode.l10n.t("Users who may read it"), prompt: vscode.l10n.t("With commas between them") });
  const names = line?.split(",").flatMap((name) => (name.trim() === "" ? [] : name.trim())) ?? [];
  return names.length === 0 ? undefined : names;
}

function isReaders(users: unknown): users is Readers {
  return users === "all" || (Array.isArray(users) && users.every((name) => typeof name === "string"));
}

function isSession(target: unknown): target is Session {
  return typeof target === "object" && target !== null && "panes" in target;
}

function isFormat(format: unknown): format is Format {
  return format === "markdown" || format === "json";
}
