/** Tells the user of panes that are closed while they are answering: they go on, and cost. */
import * as vscode from "vscode";
import { isBusy } from "../core/panes/record.js";
import { addressOf } from "../core/panes/uri.js";
import { paneTabs } from "../panes/layout/tabs.js";
import type { PaneStore } from "../panes/store.js";
import { showWarning } from "../ui/messages.js";
import { documentOf } from "../ui/documents.js";

/** Panes are moved between groups by opening and closing them. */
const SETTLE_MS = 300;

export class ClosedPanes implements vscode.Disposable {
  private readonly closed = new Set<string>();
  private readonly listener: vscode.Disposable;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly panes: PaneStore) {
    this.listener = vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
      for (const { input } of closed) {
        const address = input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom ? addressOf(input.uri) : undefined;
        if (address?.kind === "pane" && isBusy(panes.record(address.paneId))) {
          this.closed.add(address.paneId);
          clearTimeout(this.timer);
          this.timer = setTimeout(() => void this.tell(), SETTLE_MS);
        }
      }
    });
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.listener.dispose();
  }

  private async tell(): Promise<void> {
    const open = new Set(paneTabs().map(({ uri }) => addressOf(uri)?.paneId));
    const records = [...this.closed].flatMap((paneId) => this.panes.record(paneId) ?? []);
    this.closed.clear();
    const unseen = records.filter((record) => isBusy(record) && !open.has(record.pane.id)).map(({ pane }) => pane);
    if (unseen.length === 0) {
      return;
    }
    const [stop, show] = [vscode.l10n.t("Stop"), vscode.l10n.t("Show")];
    const text =
      unseen.length === 1
        ? vscode.l10n.t("{0} is closed and still answering.", unseen[0]?.title ?? "")
        : vscode.l10n.t("{0} panes are closed and still answering.", unseen.length);
    const answer = await showWarning(text, stop, show);
    for (const { uri } of answer === undefined ? [] : unseen) {
      await vscode.commands.executeCommand(answer === stop ? "antiphon.stop" : "vscode.open", documentOf(uri));
    }
  }
}
