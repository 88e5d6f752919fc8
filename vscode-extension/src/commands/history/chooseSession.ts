/** Finds the session that a command is about, if neither a view nor a keybinding names it. */
import * as vscode from "vscode";
import type { Antiphon } from "../../antiphon.js";
import { sanitizeForPick } from "../../core/format/sanitize.js";
import { formatTime } from "../../core/format/time.js";
import type { Session } from "../../protocol.js";
import { showInfo } from "../../ui/messages.js";

/** Asks the user for a session, newest first; says so if there is none. */
export async function pickSession(app: Antiphon, title: string): Promise<Session | undefined> {
  const { sessions } = await app.server.execute("antiphon.session.list", { limit: 100 });
  if (sessions.length === 0) {
    void showInfo(vscode.l10n.t("There are no sessions yet."));
    return undefined;
  }
  const rows = sessions.map((session) => ({
    label: sanitizeForPick(session.title),
    description: sanitizeForPick([...session.tags, ...session.panes.map((pane) => pane.title)].join(", ")),
    detail: formatTime(session.updatedAt),
    session,
  }));
  return (await vscode.window.showQuickPick(rows, { title, matchOnDescription: true }))?.session;
}
