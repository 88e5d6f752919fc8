import assert from "node:assert/strict";
import { test } from "node:test";
import { inputTexts, isInputName } from "../../../src/core/pipelines/record.js";

test("prompts, system prompts and instructions can become inputs, each once", () => {
  const texts = inputTexts([
    { id: "ask", type: "broadcast", prompt: "What is a fugue?", system: "Be brief." },
    { id: "on", type: "ask", panes: ["ask"], prompt: "What is a fugue?" },
    { id: "sum", type: "summarize", of: ["ask"], format: "bullets", instructions: "In verse." },
    { id: "diff", type: "compare", left: "ask.1", right: "ask.2" },
  ]);
  assert.deepEqual(texts, ["What is a fugue?", "Be brief.", "In verse."]);
});

test("an input's name begins with a letter", () => {
  assert.deepEqual(["topic", "_x", "a-b2"].map(isInputName), [true, true, true]);
  assert.deepEqual(["2x", "a b", "", "ä", "{{x}}"].map(isInputName), [false, false, false, false, false]);
});
