import assert from "node:assert/strict";
import { test } from "node:test";
import { brokenRules, changedValues, inputsToAsk } from "../../../src/core/prompts/inputs.js";

const inputs = [
  { name: "file", required: true },
  { name: "reader", required: false, default: "its authors" },
];

test("only inputs that need a value and have none are asked for", () => {
  assert.deepEqual(inputsToAsk(inputs, {}), [inputs[0]]);
  assert.deepEqual(inputsToAsk(inputs, { file: "a" }), []);
  assert.deepEqual(inputsToAsk(inputs, { file: "" }), []);
  assert.deepEqual(inputsToAsk(inputs, {}, true), inputs);
});

test("an input called like a property of every object is asked for", () => {
  const input = { name: "constructor", required: true };
  assert.deepEqual(inputsToAsk([input], {}), [input]);
});

test("values that are the defaults are left to the server", () => {
  assert.deepEqual(changedValues(inputs, { file: "a", reader: "its authors" }), { file: "a" });
  assert.deepEqual(changedValues(inputs, { file: "", reader: "" }), { file: "", reader: "" });
});

test("rules that are not kept are named with the pane that broke them", () => {
  const results = [
    { paneId: "1", rule: { contains: "safe" }, ok: false, got: "no" },
    { paneId: "2", rule: { contains: "safe" }, ok: true, got: "safe" },
    { paneId: "2", rule: { pane: "ask.2", maxTimeMs: 10 }, ok: false, got: 20 },
  ];
  const panes = [
    { id: "1", title: "terse" },
    { id: "2", title: "poet" },
  ];
  assert.deepEqual(brokenRules(results, panes), ['terse: contains "safe"', "poet: maxTimeMs 10"]);
});
