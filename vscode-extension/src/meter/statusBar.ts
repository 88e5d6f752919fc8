/** The status bar item: how many answers are complete, their tokens and their cost. */
import * as vscode from "vscode";
import { budgetLine, spentLine, tightest } from "../core/format/budgets.js";
import { answerTokens, cost, joinParts, outputTokens, sum, tokens, totalCost } from "../core/format/figures.js";
import { describeState } from "../core/format/states.js";
import { pace } from "../core/meter/meterLine.js";
import { isBusy, type PaneRecord } from "../core/panes/record.js";
import { Throttle } from "../core/throttle.js";
import type { Totals } from "./totals.js";
import type { PaneStore } from "../panes/store.js";
import type { Server } from "../server/server.js";

const UPDATE_MS = 500;

export class StatusBar implements vscode.Disposable {
  private readonly item: vscode.StatusBarItem;
  /** The panes of the last question. */
  private asked = new Set<string>();
  private readonly throttle = new Throttle(
    () => {
      this.draw();
    },
    () => UPDATE_MS,
  );
  private readonly listeners: vscode.Disposable[];

  constructor(
    private readonly panes: PaneStore,
    private readonly server: Server,
    private readonly totals: Totals,
  ) {
    this.item = vscode.window.createStatusBarItem("answers", vscode.StatusBarAlignment.Left);
    this.item.name = vscode.l10n.t("Antiphon answers");
    this.listeners = [
      panes.onRecord((paneId) => {
        this.track(paneId);
        this.throttle.request();
      }),
      server.onState(() => {
        this.throttle.request();
      }),
      totals.onChange(() => {
        this.throttle.request();
      }),
    ];
    this.draw();
    this.item.show();
  }

  dispose(): void {
    this.throttle.dispose();
    vscode.Disposable.from(...this.listeners, this.item).dispose();
  }

  private track(paneId: string): void {
    if (!isBusy(this.panes.record(paneId))) {
      return;
    }
    if (this.records().every((record) => !isBusy(record))) {
      this.asked = new Set();
    }
    this.asked.add(paneId);
  }

  private records(): PaneRecord[] {
    return [...this.asked].flatMap((paneId) => this.panes.record(paneId) ?? []);
  }

  private draw(): void {
    const records = this.records();
    const busy = records.filter(isBusy).length;
    const failed = this.server.state === "failed";
    const budget = tightest(this.totals.today?.budgets ?? []);
    const short = budget !== undefined && budget.state !== "within";
    this.item.backgroundColor = failed ? new vscode.ThemeColor("statusBarItem.errorBackground") : short ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
    if (failed) {
      this.set(`$(error) Antiphon`, "antiphon.restartServer", vscode.l10n.t("Antiphon's server is not running. Click to start it."));
    } else if (busy > 0) {
      const text = joinParts(`${records.length - busy}/${records.length}`, total(records));
      this.set(`$(loading~spin) ${text}`, "antiphon.stopAll", this.tooltip(records));
    } else {
      const text = joinParts("Antiphon", total(records), short ? budgetLine(budget) : undefined);
      this.set(`$(comment-discussion) ${text}`, "antiphon.broadcastPrompt", this.tooltip(records));
    }
  }

  private tooltip(records: readonly PaneRecord[]): vscode.MarkdownString {
    const text = tooltip(records, this.panes);
    const today = this.totals.today;
    if (today !== undefined) {
      const { usage, cost: spentToday, unpriced } = today.total;
      const spent = joinParts(tokens(usage.inputTokens + usage.cachedInputTokens + usage.outputTokens + usage.reasoningTokens), sum(spentToday.amount, unpriced));
      const lines = [vscode.l10n.t("Today: {0}", spent), ...today.budgets.map((budget) => `${budgetLine(budget)}: ${spentLine(budget)}`)];
      text.appendMarkdown(` · [${vscode.l10n.t("Meters")}](command:antiphon.showMeters)\n\n`).appendText(lines.join("\n\n"));
    }
    return text;
  }

  private set(text: string, command: string, hint: vscode.MarkdownString | string): void {
    this.item.text = text;
    this.item.command = command;
    this.item.tooltip = hint;
  }
}

function total(records: readonly PaneRecord[]): string | undefined {
  const used = records.reduce((before, { usage }) => before + outputTokens(usage), 0);
  return used === 0 ? undefined : joinParts(tokens(used), totalCost(records.flatMap((record) => record.cost ?? [])));
}

function tooltip(records: readonly PaneRecord[], panes: PaneStore): vscode.MarkdownString {
  const text = new vscode.MarkdownString("", true);
  text.isTrusted = { enabledCommands: ["antiphon.stop", "antiphon.stopAll", "antiphon.broadcastPrompt", "antiphon.showMeters"] };
  const busy = records.some(isBusy);
  for (const record of records) {
    const link = encodeURIComponent(JSON.stringify([record.pane.uri]));
    const stop = isBusy(record) ? ` [$(stop-circle)](command:antiphon.stop?${link})` : "";
    const figures = joinParts(
      record.usage && answerTokens(record.usage),
      cost(record.cost),
      pace(record, panes.silentMs(record.pane.id)),
    );
    text.appendMarkdown(`\`${record.pane.model.replace(/[`\r\n]/g, "'")}\` ${describeState(record)}${figures === "" ? "" : ` · ${figures}`}${stop}\n\n`);
  }
  const [command, title] = busy
    ? ["antiphon.stopAll", vscode.l10n.t("Stop all")]
    : ["antiphon.broadcastPrompt", vscode.l10n.t("Broadcast a prompt")];
  text.appendMarkdown(`[${title}](command:${command})`);
  return text;
}
