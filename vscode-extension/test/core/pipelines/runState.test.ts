import assert from "node:assert/strict";
import { test } from "node:test";
import { applyStep, beginRun, endLine, endRun, isResumable, keepRun, progressLine, stepLine } from "../../../src/core/pipelines/runState.js";
import type { StepOutline, StepResult, StepStatus } from "../../../src/protocol.js";

const outline: StepOutline[] = [
  { id: "ask", type: "broadcast", needs: [] },
  { id: "sum", type: "summarize", needs: ["ask"] },
];

function step(id: string, status: StepStatus, more: Partial<StepResult> = {}): StepResult {
  return {
    id,
    type: "broadcast",
    status,
    paneIds: [],
    messageIds: [],
    usage: { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, reasoningTokens: 0, source: "provider" },
    cost: { amount: "0", currency: "USD", source: "priced" },
    latency: { queuedMs: 0, ttftMs: null, totalMs: 0, tokensPerSecond: null },
    ...more,
  };
}

test("a run is as far as its steps", () => {
  let state = beginRun();
  assert.equal(progressLine(state, outline), "0 of 2 steps");
  state = applyStep(state, { type: "step", runId: "r", step: step("ask", "running") });
  assert.equal(progressLine(state, outline), "0 of 2 steps · ask");
  state = applyStep(state, { type: "step", runId: "r", step: step("ask", "complete") });
  assert.equal(progressLine(state, outline), "1 of 2 steps");
  assert.equal(state.runId, "r");
});

test("a run that ended before all of its steps were complete can go on", () => {
  const begun = applyStep(beginRun(), { type: "step", runId: "r", step: step("ask", "running") });
  assert.ok(!isResumable(begun));
  assert.ok(!isResumable(endRun(beginRun())));
  assert.ok(isResumable(endRun(begun, [step("ask", "complete"), step("sum", "failed")])));
  assert.ok(!isResumable(endRun(begun, [step("ask", "complete"), step("sum", "complete")])));
});

test("a step shows its state, cost and time, and the rules that it breaks", () => {
  assert.equal(stepLine(undefined), "");
  assert.equal(stepLine(step("ask", "waiting")), "");
  assert.equal(stepLine(step("ask", "running")), "running");
  const latency = { queuedMs: 0, ttftMs: 80, totalMs: 2100, tokensPerSecond: null };
  const cost = { amount: "0.01", currency: "USD", source: "priced" } as const;
  assert.equal(stepLine(step("ask", "complete", { messageIds: ["m"], latency, cost })), "$0.01 · 2.1 s");
  assert.equal(stepLine(step("sum", "skipped")), "skipped");
  const expect = [{ paneId: "p", rule: {}, ok: false, got: null }];
  assert.equal(stepLine(step("ask", "complete", { expect })), "1 rule not kept");
});

test("a run that was resumed is remembered once, and first", () => {
  const run = (runId: string, status: "complete" | "failed" = "complete"): Parameters<typeof keepRun>[1] => ({ runId, startedAt: "2026-11-30T12:00:00Z", status });
  assert.deepEqual(keepRun([run("b"), run("a", "failed")], run("a")), [run("a"), run("b")]);
  const many = Array.from({ length: 30 }, (_, index) => run(String(index)));
  assert.equal(keepRun(many, run("new")).length, 20);
});

test("a run's end says how many of its steps are complete", () => {
  assert.equal(endLine("complete", [step("ask", "complete"), step("sum", "complete")]), "complete · 2 steps");
  assert.equal(endLine("cancelled", [step("ask", "complete"), step("sum", "cancelled")]), "stopped · 1 of 2 steps complete");
});
