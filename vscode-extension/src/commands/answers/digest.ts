/** Commands that summarize and merge answers. */
import * as vscode from "vscode";
import type { Antiphon } from "../../antiphon.js";
import { coverageLine } from "../../core/format/coverage.js";
import type { DigestResult, MergeParams, Pane, SummarizeParams } from "../../protocol.js";
import { showInfo, showWarning } from "../../ui/messages.js";
import { ensureTrusted } from "../../ui/trust.js";
import { resolvePane, type Target } from "../panes/target.js";
import { paneAt, candidatePanes, pickPanes, selectedPanes } from "../panes/choosePanes.js";
import { MergeBox, SummaryBox } from "./digestBox.js";

/** Summarizes answers in a new pane, or each in its own. A keybinding can pass all parameters. */
export async function summarize(app: Antiphon, target?: Target | Pane | SummarizeParams, selection?: unknown): Promise<DigestResult | undefined> {
  if (!ensureTrusted()) {
    return undefined;
  }
  const given = isParams(target) ? target : undefined;
  const params = given ?? (await askForSummary(app, await choose(app, target, selection, vscode.l10n.t("Answers to sum up"))));
  return params && reportCoverage(await app.runs.digest("antiphon.summarize", params), vscode.l10n.t("Summary"));
}

/** Merges answers in a new pane. A keybinding can pass all parameters. */
export async function merge(app: Antiphon, target?: Target | Pane | MergeParams, selection?: unknown): Promise<DigestResult | undefined> {
  if (!ensureTrusted()) {
    return undefined;
  }
  const given = isParams(target) ? target : undefined;
  const params = given ?? (await askForMerge(app, await choose(app, target, selection, vscode.l10n.t("Answers to merge"))));
  return params && reportCoverage(await app.runs.digest("antiphon.merge", params), vscode.l10n.t("Merge"));
}

async function choose(app: Antiphon, target: unknown, selection: unknown, title: string): Promise<Pane[] | undefined> {
  const selected = await selectedPanes(app, selection);
  if (selected !== undefined) {
    return selected;
  }
  const first = await paneAt(app, target ?? resolvePane(undefined));
  return pickPanes(app, await candidatePanes(app, first?.uri), title);
}

async function askForSummary(app: Antiphon, panes: Pane[] | undefined): Promise<SummarizeParams | undefined> {
  if (panes === undefined) {
    return undefined;
  }
  const paneIds = panes.map(({ id }) => id);
  const how = await new SummaryBox(app, paneIds).run();
  return how && { paneIds, ...how };
}

async function askForMerge(app: Antiphon, panes: Pane[] | undefined): Promise<MergeParams | undefined> {
  if (panes === undefined) {
    return undefined;
  }
  const paneIds = panes.map(({ id }) => id);
  const how = await new MergeBox(app, paneIds).run();
  return how && { paneIds, ...how };
}

/** Reports which sources were used, also if all were. */
function reportCoverage(result: DigestResult, name: string): DigestResult {
  const { coverage } = result;
  const text = `${name}: ${coverageLine(coverage)}.`;
  if (coverage.leftOut.length + coverage.cut.length > 0) {
    void showWarning(text);
  } else {
    void showInfo(text);
  }
  return result;
}

function isParams(target: unknown): target is SummarizeParams & MergeParams {
  return typeof target === "object" && target !== null && "paneIds" in target;
}
