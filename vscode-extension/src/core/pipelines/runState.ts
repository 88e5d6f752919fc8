/** Follows a run of a pipeline, step by step. */
import { duration, joinParts, totalCost } from "../format/figures.js";
import type { Cost, PipelineRunResult, StepEvent, StepOutline, StepResult, StepStatus } from "../../protocol.js";

/** A run as far as it is known. */
export interface RunState {
  readonly runId?: string;
  readonly isRunning: boolean;
  readonly steps: Readonly<Record<string, StepResult>>;
}

/** A run that was kept, to compare it with another or to resume it. */
export interface KeptRun {
  readonly runId: string;
  readonly startedAt: string;
  readonly status: "complete" | "partial" | "failed" | "cancelled" | "running";
}

const MOST_KEPT = 20;

export function beginRun(): RunState {
  return { isRunning: true, steps: {} };
}

export function applyStep(state: RunState, { runId, step }: StepEvent): RunState {
  return { ...state, runId, steps: { ...state.steps, [step.id]: step } };
}

/** Returns the state of a run that is over: what its last events did not bring is in the result. */
export function endRun(state: RunState, steps: readonly StepResult[] = []): RunState {
  const ended = Object.fromEntries(steps.map((step) => [step.id, step]));
  return { ...state, isRunning: false, steps: { ...state.steps, ...ended } };
}

/** Formats how far a run is: `2 of 4 steps · sum`. */
export function progressLine({ steps }: RunState, outline: readonly StepOutline[]): string {
  const statusOf = (id: string): StepStatus => steps[id]?.status ?? "waiting";
  const ended = outline.filter(({ id }) => !["waiting", "running"].includes(statusOf(id)));
  const running = outline.filter(({ id }) => statusOf(id) === "running").map(({ id }) => id);
  return joinParts(`${ended.length} of ${outline.length} steps`, running.join(", "));
}

/** Formats how a run has ended: `stopped · 1 of 3 steps complete`. */
export function endLine(status: PipelineRunResult["status"], steps: readonly StepResult[]): string {
  const complete = steps.filter((step) => step.status === "complete").length;
  const word = { complete: "complete", partial: "partly complete", failed: "failed", cancelled: "stopped" }[status];
  return joinParts(word, status === "complete" ? `${complete} steps` : `${complete} of ${steps.length} steps complete`);
}

/** Formats what a step has come to: `complete · $0.01 · 2.1 s`. */
export function stepLine(step: StepResult | undefined): string {
  if (step === undefined || step.status === "waiting") {
    return "";
  }
  if (step.status === "running") {
    return "running";
  }
  const broken = (step.expect ?? []).filter(({ ok }) => !ok).length;
  return joinParts(
    step.status === "complete" ? "" : step.status,
    step.messageIds.length > 0 ? costOf(step.cost) : "",
    step.latency.totalMs > 0 ? duration(step.latency.totalMs) : "",
    broken === 0 ? "" : `${broken} ${broken === 1 ? "rule" : "rules"} not kept`,
  );
}

/** Returns whether a run can go on: it has ended, and not every step is complete. */
export function isResumable({ runId, isRunning, steps }: RunState): boolean {
  return runId !== undefined && !isRunning && Object.values(steps).some(({ status }) => status !== "complete");
}

/** Remembers a run, newest first; one that was resumed is not listed twice. */
export function keepRun(kept: readonly KeptRun[], run: KeptRun): KeptRun[] {
  return [run, ...kept.filter(({ runId }) => runId !== run.runId)].slice(0, MOST_KEPT);
}

function costOf(cost: Cost): string {
  return totalCost([cost]);
}
