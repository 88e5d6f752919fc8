/** Commands that run pipelines, stop them, and go on where one failed. */
import * as vscode from "vscode";
import type { Antiphon } from "../../antiphon.js";
import { askInputs } from "../../ask/promptFiles/inputBoxes.js";
import { brokenRules } from "../../core/prompts/inputs.js";
import { firstModels, type Overrides } from "../../core/pipelines/models.js";
import { endLine, isResumable } from "../../core/pipelines/runState.js";
import type { Runnable } from "../../history/pipelines/pipelineRuns.js";
import type { PipelineEntry, PipelineResult, PipelineRunParams, PipelineRunResult } from "../../protocol.js";
import { toWire } from "../../ui/documents.js";
import { showInfo, showWarning } from "../../ui/messages.js";
import { ensureTrusted } from "../../ui/trust.js";
import { askApproval } from "./approval.js";
import { findPipeline, pipelineInFront, type Target } from "./choosePipeline.js";
import { chooseOtherModels } from "./otherModels.js";

/** Runs a pipeline, and asks for its inputs. A keybinding can pass all parameters. */
export function runPipeline(app: Antiphon, target?: Target | PipelineRunParams): Promise<PipelineRunResult | undefined> {
  return run(app, target, false);
}

/** Runs a pipeline with other models for some of its steps. */
export function runPipelineWith(app: Antiphon, target?: Target | PipelineRunParams): Promise<PipelineRunResult | undefined> {
  return run(app, target, true);
}

export async function stopPipeline(app: Antiphon, target?: Target): Promise<void> {
  const { pipelines } = await app.server.execute("antiphon.pipeline.list", {});
  const running = pipelines.filter(({ id }) => app.pipelineRuns.state(id)?.isRunning === true);
  const entry = target === undefined && running.length === 1 ? running[0] : await findPipeline(app, target, vscode.l10n.t("Stop a pipeline"));
  if (entry !== undefined) {
    await app.pipelineRuns.stop(entry.id);
  }
}

/** Goes on with the last run of a pipeline: what is complete is kept. */
export async function resumePipeline(app: Antiphon, target?: Target): Promise<PipelineRunResult | undefined> {
  const entry = await findPipeline(app, target, vscode.l10n.t("Resume a pipeline"));
  if (entry === undefined || !ensureTrusted()) {
    return undefined;
  }
  const state = app.pipelineRuns.state(entry.id);
  const [last] = app.pipelineRuns.kept(entry.id);
  const runId = state === undefined ? last?.runId : isResumable(state) ? state.runId : undefined;
  if (runId === undefined || (state === undefined && last?.status === "complete")) {
    void showInfo(vscode.l10n.t("There is nothing to resume: no run of “{0}” has stopped before its end.", entry.name));
    return undefined;
  }
  return start(app, entry, { resume: runId }, {});
}

async function run(app: Antiphon, target: Target | PipelineRunParams | undefined, others: boolean): Promise<PipelineRunResult | undefined> {
  if (!ensureTrusted()) {
    return undefined;
  }
  const given: PipelineRunParams = isParams(target) ? target : {};
  const document = target === undefined || target instanceof vscode.Uri ? pipelineInFront(target) : undefined;
  const named = isParams(target) ? target.pipelineId : document === undefined ? target : document.uri;
  const entry = await findPipeline(app, named, vscode.l10n.t("Run a pipeline"));
  if (entry === undefined) {
    return document && runText(app, document);
  }
  if (document?.isDirty === true && !(await document.save())) {
    return undefined;
  }
  const kept = await app.server.execute("antiphon.pipeline.get", { pipelineId: entry.id });
  const approve = await askApproval(app, kept, vscode.l10n.t("Run “{0}” of this workspace as it is shown", kept.pipeline.name));
  if (approve === undefined) {
    return undefined;
  }
  const models = others ? await chooseOtherModels(app, kept) : (given.models ?? {});
  const inputs = models && (await askInputs(kept.pipeline.name, kept.pipeline.inputs, given.inputs, others));
  if (models === undefined || inputs === undefined) {
    return undefined;
  }
  return start(app, runnable(kept), { ...given, pipelineId: entry.id, inputs, models, ...approve }, models, kept);
}

/** Runs the text of a document that is in no library. */
async function runText(app: Antiphon, document: vscode.TextDocument): Promise<PipelineRunResult | undefined> {
  const text = document.getText();
  const { pipeline: read, pipelines } = await app.server.execute("antiphon.pipeline.import", { text, preview: true });
  const inputs = await askInputs(read.name, read.inputs);
  const graph = pipelines[0]?.graph ?? [];
  const id = document.uri.toString();
  return inputs && start(app, { id, name: read.name, steps: graph }, { pipeline: text, uri: toWire(document.uri), inputs }, {}, { pipeline: read, graph });
}

async function start(
  app: Antiphon,
  pipeline: Runnable,
  params: PipelineRunParams,
  models: Overrides,
  kept?: Pick<PipelineResult, "pipeline" | "graph">,
): Promise<PipelineRunResult> {
  const first = kept === undefined ? [] : firstModels(kept.pipeline.steps, kept.graph, await app.models.list(), models);
  const result = await app.pipelineRuns.run(pipeline, params, first);
  void report(app, pipeline, result);
  return result;
}

/** Says how a run has ended, and offers what can be done about it. */
async function report(app: Antiphon, pipeline: Runnable, result: PipelineRunResult): Promise<void> {
  const [resume, drift] = [vscode.l10n.t("Resume"), vscode.l10n.t("Compare with Earlier Run")];
  const broken = brokenRules(result.steps.flatMap(({ expect = [] }) => expect), result.panes);
  const line = `${pipeline.name}: ${endLine(result.status, result.steps)}`;
  const failed = result.steps.flatMap(({ id, status, failure }) => (failure === undefined || status === "complete" ? [] : `${id}: ${failure.message}`));
  if (result.status === "complete" && broken.length === 0) {
    const actions = app.pipelineRuns.kept(pipeline.id).length > 1 ? [drift] : [];
    if ((await showInfo(`${line}.`, ...actions)) === drift) {
      await vscode.commands.executeCommand("antiphon.comparePipelineRuns", pipeline.id);
    }
    return;
  }
  const rules = broken.length === 0 ? [] : [vscode.l10n.t("Rules that are not kept: {0}", broken.join("; "))];
  const actions = result.status === "complete" ? [] : [resume];
  if ((await showWarning([line, ...failed, ...rules].join(". "), ...actions)) === resume) {
    await vscode.commands.executeCommand("antiphon.resumePipeline", pipeline.id);
  }
}

function runnable({ pipeline, graph }: PipelineResult): Runnable & Pick<PipelineEntry, "id"> {
  return { id: pipeline.id, name: pipeline.name, steps: graph };
}

function isParams(target: unknown): target is PipelineRunParams & { readonly pipelineId: string } {
  return typeof target === "object" && target !== null && "pipelineId" in target && !("step" in target);
}
