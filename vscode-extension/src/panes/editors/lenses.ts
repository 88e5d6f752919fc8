/**
 * Shows the actions on a pane above its first line, and at the end of a settled answer that is longer than
 * a pane: while it grows, a lens at its end would move with every append.
 */
import * as vscode from "vscode";
import { answerTokens, cost, duration, joinParts, outputTokens, withIcon } from "../../core/format/figures.js";
import { describeState } from "../../core/format/states.js";
import { isBusy, type PaneRecord } from "../../core/panes/record.js";
import { Throttle } from "../../core/throttle.js";
import type { PaneStore } from "../store.js";

const FIGURES_MS = 500;
/** A pane shows eight lines of some thirty columns at least. */
const LONG_LINES = 12;
const LEAST_COLUMNS = 60;
const TOP = new vscode.Range(0, 0, 0, 0);

export class PaneLenses implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<void>();
  private readonly throttle = new Throttle(
    () => {
      this.emitter.fire();
    },
    () => FIGURES_MS,
  );
  /** The text of the lenses of busy panes. */
  private readonly busy = new Map<string, string>();
  private readonly listener: vscode.Disposable;

  readonly onDidChangeCodeLenses = this.emitter.event;

  constructor(private readonly panes: PaneStore) {
    this.listener = panes.onRecord((paneId) => {
      this.changed(paneId);
    });
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const record = await this.panes.findRecord(document.uri);
    if (record === undefined) {
      return [];
    }
    const commands = commandsFor(record, document.uri);
    const lenses = commands.map((command) => new vscode.CodeLens(TOP, command));
    if (!isBusy(record) && record.messageId !== undefined && isLong(document)) {
      const end = document.lineAt(document.lineCount - 1).range;
      lenses.push(...figuresFirst(commands).map((command) => new vscode.CodeLens(end, command)));
    }
    return lenses;
  }

  dispose(): void {
    this.listener.dispose();
    this.throttle.dispose();
    this.emitter.dispose();
  }

  /** Updates the lens of a busy pane only if its state changes: its figures are shown beside the answer. */
  private changed(paneId: string): void {
    const record = this.panes.record(paneId);
    const says = record && isBusy(record) ? summary(record) : undefined;
    if (says !== undefined && this.busy.get(paneId) === says) {
      return;
    }
    if (says === undefined) {
      this.busy.delete(paneId);
    } else {
      this.busy.set(paneId, says);
    }
    this.throttle.request();
  }
}

/** Returns whether a pane of the least size does not show both ends of a text. */
function isLong(document: vscode.TextDocument): boolean {
  return document.lineCount + document.getText().length / LEAST_COLUMNS > LONG_LINES;
}

/** At the end of an answer its state comes before what to do next. */
function figuresFirst(commands: readonly vscode.Command[]): vscode.Command[] {
  return [...commands].sort((one, other) => Number(one.command !== "") - Number(other.command !== ""));
}

function commandsFor(record: PaneRecord, uri: vscode.Uri): vscode.Command[] {
  const lens = (title: string, command: string): vscode.Command => ({ title, command, arguments: [uri] });
  const state = { title: summary(record), command: "" };
  if (isBusy(record)) {
    return [lens(withIcon("stop-circle", vscode.l10n.t("Stop")), "antiphon.stop"), state];
  }
  const again = lens(withIcon("refresh", vscode.l10n.t("Regenerate")), "antiphon.regenerateAnswer");
  const followUp = lens(withIcon("reply", vscode.l10n.t("Follow up")), "antiphon.followUp");
  const all = lens(vscode.l10n.t("in all"), "antiphon.followUpAll");
  if (record.failure?.kind === "authentication" || record.failure?.kind === "permission") {
    return [state, lens(withIcon("key", vscode.l10n.t("Set API key")), "antiphon.setApiKey"), again, followUp];
  }
  if (record.messageId === undefined) {
    return [followUp, all];
  }
  // Figures last, as a narrow pane cuts the end; failures first.
  return record.status === "complete" ? [followUp, all, again, state] : [state, followUp, all, again];
}

/** Formats the state: `$(check) 42 tokens · $0.003 · 1.2 s`; a busy pane has its figures beside the answer. */
function summary(record: PaneRecord): string {
  const { usage, latency } = record;
  const figures =
    usage === undefined || isBusy(record) || outputTokens(usage) === 0
      ? undefined
      : joinParts(answerTokens(usage), cost(record.cost), latency && duration(latency.totalMs));
  return withIcon(icon(record), joinParts(label(record), figures));
}

/** Returns the codicon of a pane's state. */
export function icon(record: PaneRecord): string {
  switch (record.status) {
    case "waiting":
    case "streaming":
      return "sync~spin";
    case "complete":
      return "check";
    case "truncated":
    case "filtered":
    case "interrupted":
      return "warning";
    case "cancelled":
      return "circle-slash";
    case "failed":
      return "error";
    case "idle":
      return "circle-outline";
  }
}

function label(record: PaneRecord): string {
  // The icon says it.
  return record.status === "complete" ? "" : vscode.l10n.t(describeState(record));
}
