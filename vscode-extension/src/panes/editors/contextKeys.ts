/** Sets the context key of panes with a running answer: those have a stop button in their title. */
import * as vscode from "vscode";
import { isBusy } from "../../core/panes/record.js";
import type { PaneStore } from "../store.js";

const BUSY_PANES = "antiphon.busyPanes";

export class BusyContext implements vscode.Disposable {
  private readonly busy = new Set<string>();
  private readonly listener: vscode.Disposable;

  constructor(private readonly panes: PaneStore) {
    this.listener = panes.onRecord((paneId) => {
      this.changed(paneId);
    });
  }

  dispose(): void {
    this.listener.dispose();
  }

  private changed(paneId: string): void {
    const uri = this.panes.uri(paneId)?.toString();
    const busy = isBusy(this.panes.record(paneId));
    if (uri === undefined || this.busy.has(uri) === busy) {
      return;
    }
    if (busy) {
      this.busy.add(uri);
    } else {
      this.busy.delete(uri);
    }
    void vscode.commands.executeCommand("setContext", BUSY_PANES, [...this.busy]);
  }
}
