/** Shows the open panes of this window with their states and figures. */
import * as vscode from "vscode";
import { answerTokens, cost, joinParts } from "../core/format/figures.js";
import { describeState } from "../core/format/states.js";
import { pace } from "../core/meter/meterLine.js";
import { isBusy, type PaneRecord } from "../core/panes/record.js";
import { sanitize } from "../core/format/sanitize.js";
import { Throttle } from "../core/throttle.js";
import { addressOf } from "../core/panes/uri.js";
import { paneTabs } from "./layout/tabs.js";
import { icon } from "./editors/lenses.js";
import type { PaneStore } from "./store.js";

const UPDATE_MS = 500;

export class PanesView implements vscode.TreeDataProvider<vscode.Uri>, vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<undefined>();
  private readonly throttle = new Throttle(
    () => {
      this.emitter.fire(undefined);
    },
    () => UPDATE_MS,
  );
  private readonly listeners: vscode.Disposable[];

  readonly onDidChangeTreeData = this.emitter.event;

  constructor(private readonly panes: PaneStore) {
    const update = (): void => {
      this.throttle.request();
    };
    this.listeners = [vscode.window.tabGroups.onDidChangeTabs(update), panes.onRecord(update)];
  }

  getChildren(node?: vscode.Uri): vscode.Uri[] {
    if (node !== undefined) {
      return [];
    }
    const uris = paneTabs().flatMap(({ uri }) => (addressOf(uri)?.kind === "pane" ? uri : []));
    return [...new Map(uris.map((uri) => [uri.toString(), uri])).values()];
  }

  async getTreeItem(uri: vscode.Uri): Promise<vscode.TreeItem> {
    const record = await this.panes.findRecord(uri).catch(() => undefined);
    const item = new vscode.TreeItem(sanitize(record?.pane.title ?? uri.path.split("/").at(-1) ?? ""));
    item.id = uri.toString();
    item.command = { title: vscode.l10n.t("Show"), command: "vscode.open", arguments: [uri] };
    if (record !== undefined) {
      item.iconPath = themeIcon(record);
      item.contextValue = isBusy(record) ? "busyPane" : "settledPane";
      item.description = joinParts(
        record.usage && answerTokens(record.usage),
        cost(record.cost),
        pace(record, this.panes.silentMs(record.pane.id)),
      );
      item.tooltip = sanitize(joinParts(record.pane.model, describeState(record), record.failure?.message));
    }
    return item;
  }

  dispose(): void {
    this.throttle.dispose();
    vscode.Disposable.from(...this.listeners, this.emitter).dispose();
  }
}

function themeIcon(record: PaneRecord): vscode.ThemeIcon {
  const color = record.status === "failed" ? "list.errorForeground" : isBusy(record) ? "charts.blue" : undefined;
  return new vscode.ThemeIcon(icon(record), color === undefined ? undefined : new vscode.ThemeColor(color));
}
