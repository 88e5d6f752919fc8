/** Shows the sessions of the history, newest first, each with its panes. */
import * as vscode from "vscode";
import { sanitize } from "../core/format/sanitize.js";
import { formatTime } from "../core/format/time.js";
import type { Pane, Session } from "../protocol.js";
import { describe } from "../server/failure.js";
import type { Server } from "../server/server.js";
import { documentOf } from "../ui/documents.js";

const PAGE = 50;

export type SessionNode = Session | Pane | More;

interface More {
  readonly more: true;
}

export class SessionsView implements vscode.TreeDataProvider<SessionNode>, vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<undefined>();
  private readonly listeners: vscode.Disposable[];
  private shown = PAGE;

  readonly onDidChangeTreeData = this.emitter.event;

  constructor(
    private readonly server: Server,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.listeners = [
      server.onChange(({ changes }) => {
        if (changes.some(({ type }) => type === "session")) {
          this.refresh();
        }
      }),
      server.onState((state) => {
        if (state === "running") {
          this.refresh();
        }
      }),
    ];
  }

  refresh(): void {
    this.emitter.fire(undefined);
  }

  /** Shows another page of older sessions. */
  showMore(): void {
    this.shown += PAGE;
    this.refresh();
  }

  async getChildren(node?: SessionNode): Promise<SessionNode[]> {
    if (node !== undefined) {
      return "panes" in node ? node.panes : [];
    }
    try {
      return await this.list();
    } catch (error) {
      this.log.warn(`sessions could not be listed: ${describe(error)}`);
      return [];
    }
  }

  private async list(): Promise<SessionNode[]> {
    const sessions: Session[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.server.execute("antiphon.session.list", { limit: PAGE, ...(cursor !== undefined && { cursor }) });
      sessions.push(...page.sessions);
      cursor = page.nextCursor;
    } while (cursor !== undefined && sessions.length < this.shown);
    return cursor === undefined ? sessions : [...sessions, { more: true }];
  }

  getTreeItem(node: SessionNode): vscode.TreeItem {
    if ("more" in node) {
      return moreItem();
    }
    return "panes" in node ? sessionItem(node) : paneItem(node);
  }

  dispose(): void {
    vscode.Disposable.from(...this.listeners, this.emitter).dispose();
  }
}

function sessionItem(session: Session): vscode.TreeItem {
  const item = new vscode.TreeItem(sanitize(session.title), vscode.TreeItemCollapsibleState.Collapsed);
  item.id = session.id;
  item.contextValue = "session";
  item.iconPath = new vscode.ThemeIcon("comment-discussion");
  item.command = { title: vscode.l10n.t("Open"), command: "antiphon.openSession", arguments: [session] };
  item.description = shortTime(session.updatedAt);
  item.tooltip = `${sanitize(session.title)}\n${sanitize(session.panes.map(({ model }) => model).join(", "))}\n${formatTime(session.updatedAt)}`;
  return item;
}

function paneItem(pane: Pane): vscode.TreeItem {
  const item = new vscode.TreeItem(sanitize(pane.title));
  item.id = `history-${pane.id}`;
  item.contextValue = "pane";
  item.iconPath = new vscode.ThemeIcon("comment");
  item.description = sanitize(pane.model);
  item.command = { title: vscode.l10n.t("Open"), command: "vscode.open", arguments: [documentOf(pane.uri)] };
  return item;
}

function moreItem(): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t("Older sessions…"));
  item.command = { title: vscode.l10n.t("Show older sessions"), command: "antiphon.showOlderSessions" };
  return item;
}

/** Formats a time: `14:02` today, else the date. */
function shortTime(time: string): string {
  const [[day, clock], [today]] = [time, new Date().toISOString()].map((each) => formatTime(each).split(" ")) as [string[], string[]];
  return (day === today ? clock : day) ?? "";
}
