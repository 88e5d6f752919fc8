/** Compares two runs of a pipeline, answer by answer, in the editor's own diffs. */
import * as vscode from "vscode";
import { showWide } from "../../answers/diffEditor.js";
import type { Antiphon } from "../../antiphon.js";
import { title as diffTitle } from "../../core/format/comparison.js";
import { sanitize, sanitizeForPick } from "../../core/format/sanitize.js";
import { formatTime } from "../../core/format/time.js";
import { driftLine, type DriftRow, driftRows } from "../../core/pipelines/drift.js";
import type { KeptRun } from "../../core/pipelines/runState.js";
import type { PipelineDriftResult } from "../../protocol.js";
import { documentOf } from "../../ui/documents.js";
import { showInfo } from "../../ui/messages.js";
import { findPipeline, type Target } from "./choosePipeline.js";

interface Row extends vscode.QuickPickItem {
  readonly row?: DriftRow;
}

/** Compares the last run of a pipeline with an earlier one. */
export async function comparePipelineRuns(app: Antiphon, target?: Target): Promise<PipelineDriftResult | undefined> {
  const entry = await findPipeline(app, target, vscode.l10n.t("Compare the runs of a pipeline"));
  if (entry === undefined) {
    return undefined;
  }
  const [last, ...earlier] = await app.pipelineRuns.listEnded(entry.id);
  if (last === undefined || earlier.length === 0) {
    void showInfo(vscode.l10n.t("Run “{0}” twice first: two of its runs are compared.", entry.name));
    return undefined;
  }
  const other = earlier.length === 1 ? earlier[0] : await pickRun(earlier);
  if (other === undefined) {
    return undefined;
  }
  const drift = await app.server.execute("antiphon.pipeline.drift", { left: other.runId, right: last.runId });
  await showAnswers(app, entry.name, drift);
  return drift;
}

async function pickRun(runs: readonly KeptRun[]): Promise<KeptRun | undefined> {
  const rows = runs.map((run) => ({ label: formatTime(run.startedAt), description: run.status, run }));
  return (await vscode.window.showQuickPick(rows, { title: vscode.l10n.t("The earlier run") }))?.run;
}

/** Lists the answers, and shows the difference of the one that is picked, or of all. */
async function showAnswers(app: Antiphon, name: string, drift: PipelineDriftResult): Promise<void> {
  const found = driftRows(drift);
  const rows: Row[] = found.map((row) => ({
    label: `$(${row.moved === "" ? "diff" : "warning"}) ${sanitizeForPick(row.label)}`,
    description: row.figures,
    ...(row.moved !== "" && { detail: sanitizeForPick(vscode.l10n.t("Another model answered: {0}", row.moved)) }),
    row,
  }));
  const title = sanitize(`${name}: ${driftLine(drift)}`);
  const all: Row = { label: `$(diff-multiple) ${vscode.l10n.t("All answers")}` };
  const picked = await vscode.window.showQuickPick([all, ...rows], { title, matchOnDescription: true, matchOnDetail: true });
  if (picked?.row === undefined) {
    await (picked && showAll(name, found));
    return;
  }
  const { left, right, similarity } = picked.row.pane;
  const label = diffTitle(vscode.l10n.t("{0} before", picked.row.label), vscode.l10n.t("now"), { similarity });
  await showWide(app.grid, { left: documentOf(left), right: documentOf(right) }, label);
}

async function showAll(name: string, rows: readonly DriftRow[]): Promise<void> {
  const diffs = rows.map(({ pane }) => [documentOf(pane.right), documentOf(pane.left), documentOf(pane.right)]);
  await vscode.commands.executeCommand("vscode.changes", sanitize(name), diffs);
}
