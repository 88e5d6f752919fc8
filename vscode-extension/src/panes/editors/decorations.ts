/** Colours the tabs of panes: answering, complete, incomplete or failed. */
import * as vscode from "vscode";
import { isBusy } from "../../core/panes/record.js";
import { addressOf, SCHEME } from "../../core/panes/uri.js";
import type { PaneStore } from "../store.js";

const ANSWERING = new vscode.ThemeColor("charts.blue");
const COMPLETE = new vscode.ThemeColor("charts.green");
const CUT = new vscode.ThemeColor("list.warningForeground");
const FAILED = new vscode.ThemeColor("list.errorForeground");

export class PaneDecorations implements vscode.FileDecorationProvider, vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<vscode.Uri[]>();
  private readonly shown = new Map<string, string>();
  /** The documents of each pane that the editor has asked about: its messages have the pane's colour too. */
  private readonly coloured = new Map<string, Map<string, vscode.Uri>>();
  private readonly listener: vscode.Disposable;

  readonly onDidChangeFileDecorations = this.emitter.event;

  constructor(private readonly panes: PaneStore) {
    this.listener = panes.onRecord((paneId) => {
      this.changed(paneId);
    });
  }

  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    const address = uri.scheme === SCHEME ? addressOf(uri) : undefined;
    if (address !== undefined) {
      const uris = this.coloured.get(address.paneId) ?? new Map<string, vscode.Uri>();
      this.coloured.set(address.paneId, uris.set(uri.toString(), uri));
    }
    const record = address && this.panes.record(address.paneId);
    if (isBusy(record)) {
      return { color: ANSWERING, tooltip: vscode.l10n.t("answering") };
    }
    switch (record?.status) {
      case "complete":
        return { color: COMPLETE, tooltip: vscode.l10n.t("answered") };
      case "truncated":
      case "filtered":
      case "interrupted":
        return { color: CUT, tooltip: vscode.l10n.t("not whole") };
      case "failed":
        return { color: FAILED, tooltip: vscode.l10n.t("failed") };
      default:
        return undefined;
    }
  }

  dispose(): void {
    this.listener.dispose();
    this.emitter.dispose();
  }

  /** Fires only if the colour changes: figures change far more often. */
  private changed(paneId: string): void {
    const uri = this.panes.uri(paneId);
    const record = this.panes.record(paneId);
    const kind = isBusy(record) ? "busy" : (record?.status ?? "");
    if (uri !== undefined && this.shown.get(paneId) !== kind) {
      this.shown.set(paneId, kind);
      this.emitter.fire([uri, ...(this.coloured.get(paneId)?.values() ?? [])]);
    }
  }
}
