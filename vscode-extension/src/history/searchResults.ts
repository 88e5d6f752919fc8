/** Shows the hits of a search as a tree, by session. */
import * as vscode from "vscode";
import { markHighlights } from "../core/searchQuery.js";
import { sanitize } from "../core/format/sanitize.js";
import { formatTime } from "../core/format/time.js";
import type { SearchHit } from "../protocol.js";

export interface FoundSession {
  readonly sessionId: string;
  readonly title: string;
  readonly hits: readonly SearchHit[];
}

type Node = FoundSession | SearchHit;

export class SearchResults implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<undefined>();
  private sessions: FoundSession[] = [];

  readonly onDidChangeTreeData = this.emitter.event;

  /** Shows the results of another search. */
  show(hits: readonly SearchHit[]): void {
    const found = new Map<string, SearchHit[]>();
    for (const hit of hits) {
      found.set(hit.sessionId, [...(found.get(hit.sessionId) ?? []), hit]);
    }
    this.sessions = [...found].map(([sessionId, own]) => ({ sessionId, title: own[0]?.title ?? "", hits: own }));
    this.emitter.fire(undefined);
    void vscode.commands.executeCommand("setContext", "antiphon.searched", hits.length > 0);
  }

  getChildren(node?: Node): Node[] {
    return node === undefined ? this.sessions : "hits" in node ? [...node.hits] : [];
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if ("hits" in node) {
      const item = new vscode.TreeItem(sanitize(node.title), vscode.TreeItemCollapsibleState.Expanded);
      item.iconPath = new vscode.ThemeIcon("comment-discussion");
      item.description = String(node.hits.length);
      return item;
    }
    const item = new vscode.TreeItem(sanitize(markHighlights(node)));
    const who = node.role === "assistant" ? node.model : node.role;
    item.description = sanitize(`${who} · ${node.paneTitle} · ${formatTime(node.createdAt)}`);
    item.tooltip = `${sanitize(node.paneTitle)}\n${formatTime(node.createdAt)}`;
    item.accessibilityInformation = { label: `${sanitize(node.snippet)}, ${item.description}` };
    item.command = { title: vscode.l10n.t("Open"), command: "antiphon.openHit", arguments: [node] };
    return item;
  }

  dispose(): void {
    this.emitter.dispose();
  }
}
