/**
 * Compares answers with each other or with a file in the editor's own diff, updated while a side
 * streams, and shows how similar they are. A comparison is closed and reopened without touching the
 * panes.
 */
import * as vscode from "vscode";
import { likeness, title } from "../core/format/comparison.js";
import { isBusy } from "../core/panes/record.js";
import { sanitize } from "../core/format/sanitize.js";
import { Throttle } from "../core/throttle.js";
import { addressOf, messagePath, SCHEME, wirePath } from "../core/panes/uri.js";
import type { Grid } from "../panes/layout/grid.js";
import type { PaneStore } from "../panes/store.js";
import type { CompareResult, CompareSide } from "../protocol.js";
import { describe, failureOf } from "../server/failure.js";
import type { Server } from "../server/server.js";
import { diffTabs, type Documents, retitle, showWide, type Sides } from "./diffEditor.js";
import { documentOf } from "../ui/documents.js";

const LAST = "antiphon.lastComparison";
const UPDATE_MS = 1000;

interface Open {
  readonly sides: Sides;
  readonly documents: Documents;
  readonly labels: readonly [string, string];
}

export class Comparisons implements vscode.Disposable {
  private open: Open | undefined;
  private readonly item: vscode.StatusBarItem;
  private readonly throttle = new Throttle(
    () => void this.update(),
    () => UPDATE_MS,
  );
  private readonly listeners: vscode.Disposable[];

  constructor(
    private readonly server: Server,
    private readonly panes: PaneStore,
    private readonly grid: Grid,
    private readonly memory: vscode.Memento,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.item = vscode.window.createStatusBarItem("likeness", vscode.StatusBarAlignment.Left);
    this.item.name = vscode.l10n.t("Antiphon comparison");
    this.item.command = "antiphon.toggleComparison";
    this.listeners = [
      panes.onAnswer((messageId) => {
        if (this.open !== undefined && showsMessage(this.open.documents, messageId)) {
          this.throttle.request();
        }
      }),
      panes.onRecord(() => {
        if (this.open !== undefined) {
          this.throttle.request();
        }
      }),
      vscode.window.tabGroups.onDidChangeTabs(() => {
        if (this.open !== undefined && diffTabs(this.open.documents).length === 0) {
          this.item.hide();
        }
      }),
    ];
    void this.restore();
  }

  /** Opens the diff of two sides. Rejects as the server does. */
  async compare(sides: Sides): Promise<CompareResult | undefined> {
    const result = await this.request(sides);
    const documents = result === undefined ? this.guessDocuments(sides) : addresses(result);
    const labels = this.labels(sides, result);
    this.open = { sides, documents, labels };
    await this.memory.update(LAST, sides);
    await showWide(this.grid, documents, title(...labels, this.isStreaming() ? undefined : result));
    this.showSimilarity(result);
    return result;
  }

  /** Closes open comparisons, or reopens the last one. Returns false if there was none. */
  async toggle(): Promise<boolean> {
    const tabs = diffTabs();
    if (tabs.length > 0) {
      this.item.hide();
      await vscode.window.tabGroups.close(tabs, true);
      return true;
    }
    const sides = this.memory.get<Sides>(LAST);
    if (sides === undefined) {
      return false;
    }
    try {
      await this.compare(sides);
      return true;
    } catch (error) {
      if (failureOf(error)?.kind !== "not_found") {
        throw error;
      }
      await this.memory.update(LAST, undefined);
      return false;
    }
  }

  dispose(): void {
    this.throttle.dispose();
    vscode.Disposable.from(...this.listeners, this.item).dispose();
  }

  /** Restores the similarity after a reload: the editor reopens diffs by itself. */
  private async restore(): Promise<void> {
    const sides = this.memory.get<Sides>(LAST);
    if (sides === undefined || diffTabs().length === 0) {
      return;
    }
    try {
      const result = await this.request(sides);
      if (result !== undefined && this.open === undefined && diffTabs(addresses(result)).length > 0) {
        this.open = { sides, documents: addresses(result), labels: this.labels(sides, result) };
        this.showSimilarity(result);
      }
    } catch (error) {
      this.log.info(`the last comparison is no more: ${describe(error)}`);
    }
  }

  /** Requests a comparison; `undefined` if an answer that is streaming has no text yet. */
  private async request(sides: Sides): Promise<CompareResult | undefined> {
    try {
      return await this.server.execute("antiphon.compare", sides);
    } catch (error) {
      const waits = [sides.left, sides.right].some(({ paneId }) => paneId !== undefined && isBusy(this.panes.record(paneId)));
      if (waits && failureOf(error)?.kind === "invalid_params" && sides.left.paneId !== sides.right.paneId) {
        return undefined;
      }
      throw error;
    }
  }

  private guessDocuments({ left, right }: Sides): Documents {
    return { left: this.document(left), right: this.document(right) };
  }

  private document({ paneId, uri }: CompareSide): vscode.Uri {
    const messageId = paneId === undefined ? undefined : this.panes.record(paneId)?.messageId;
    const pane = paneId === undefined ? undefined : this.panes.uri(paneId);
    if (pane !== undefined && messageId !== undefined) {
      return documentOf(vscode.Uri.from({ scheme: SCHEME, path: messagePath(wirePath(pane), messageId) }));
    }
    return documentOf(uri ?? "");
  }

  private labels({ left, right }: Sides, result: CompareResult | undefined): [string, string] {
    const label = ({ paneId, uri }: CompareSide, given: string | undefined): string =>
      given ??
      (paneId === undefined ? undefined : this.panes.record(paneId)?.pane.title) ??
      vscode.workspace.asRelativePath(documentOf(uri ?? ""));
    return [label(left, result?.left.label), label(right, result?.right.label)];
  }

  private isStreaming(): boolean {
    const sides = this.open === undefined ? [] : [this.open.sides.left, this.open.sides.right];
    return sides.some(({ paneId }) => paneId !== undefined && isBusy(this.panes.record(paneId)));
  }

  private async update(): Promise<void> {
    const open = this.open;
    if (open === undefined || diffTabs(open.documents).length === 0) {
      return;
    }
    try {
      const result = await this.request(open.sides);
      if (open !== this.open) {
        return;
      }
      this.showSimilarity(result);
      if (!this.isStreaming() && result !== undefined && addresses(result).left.toString() === open.documents.left.toString()) {
        await this.grid.undisturbed(() => retitle(open.documents, title(...open.labels, result)));
      }
    } catch (error) {
      this.log.warn(`a comparison could not be made anew: ${describe(error)}`);
    }
  }

  private showSimilarity(result: CompareResult | undefined): void {
    if (result === undefined) {
      this.item.hide();
      return;
    }
    const { equal, inserted, deleted } = result.stats;
    this.item.text = `$(diff) ${likeness(result.similarity)}`;
    this.item.tooltip = vscode.l10n.t(
      "{0} ↔ {1}: {2} characters alike, {3} only right, {4} only left. Click to put the comparison away.",
      sanitize(result.left.label),
      sanitize(result.right.label),
      equal,
      inserted,
      deleted,
    );
    this.item.show();
  }
}

function addresses({ left, right }: CompareResult): Documents {
  return { left: documentOf(left.uri), right: documentOf(right.uri) };
}

function showsMessage({ left, right }: Documents, messageId: string): boolean {
  return [left, right].some((uri) => {
    const address = addressOf(uri);
    return address?.kind === "message" && address.messageId === messageId;
  });
}
