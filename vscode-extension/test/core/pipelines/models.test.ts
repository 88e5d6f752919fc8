import assert from "node:assert/strict";
import { test } from "node:test";
import { asksOne, firstModels, modelsOfStep } from "../../../src/core/pipelines/models.js";
import type { PipelineStep, StepOutline } from "../../../src/protocol.js";

const settings = { default: ["demo/terse"], lineups: { quick: ["demo/echo", "demo/poet"] } };
const ask: PipelineStep = { id: "ask", type: "broadcast", models: ["demo/echo", { model: "@careful" }], prompt: "Why?" };
const more: PipelineStep = { id: "more", type: "broadcast", lineup: "quick", prompt: "Why?" };
const plain: PipelineStep = { id: "plain", type: "broadcast", prompt: "Why?" };
const sum: PipelineStep = { id: "sum", type: "summarize", of: ["ask"], format: "executive" };
const goOn: PipelineStep = { id: "on", type: "ask", panes: ["ask"], prompt: "And?" };

test("a step asks its models, its line-up's or those of the settings", () => {
  assert.deepEqual(modelsOfStep(ask, settings), ["demo/echo", { model: "@careful" }]);
  assert.deepEqual(modelsOfStep(more, settings), ["demo/echo", "demo/poet"]);
  assert.deepEqual(modelsOfStep(plain, settings), ["demo/terse"]);
  assert.deepEqual(modelsOfStep({ ...more, lineup: "gone" }, settings), []);
});

test("a summary asks one model, and a follow-up that of its pane", () => {
  assert.deepEqual(modelsOfStep(sum, settings), []);
  assert.deepEqual(modelsOfStep({ ...sum, model: "demo/poet" }, settings), ["demo/poet"]);
  assert.ok(asksOne(sum));
  assert.ok(!asksOne(ask));
  assert.equal(modelsOfStep(goOn, settings), undefined);
});

test("the panes that begin a run are those of the steps that wait for none", () => {
  const graph: StepOutline[] = [
    { id: "ask", type: "broadcast", needs: [] },
    { id: "plain", type: "broadcast", needs: [] },
    { id: "more", type: "broadcast", needs: ["ask"] },
    { id: "sum", type: "summarize", needs: ["ask"] },
  ];
  assert.deepEqual(firstModels([ask, plain, more, sum], graph, settings, {}), ["demo/echo", { model: "@careful" }, "demo/terse"]);
  assert.deepEqual(firstModels([ask, plain, more, sum], graph, settings, { ask: ["demo/x"], sum: "demo/y" }), ["demo/x", "demo/terse"]);
});
