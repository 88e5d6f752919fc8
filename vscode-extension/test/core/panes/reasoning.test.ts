import assert from "node:assert/strict";
import { test } from "node:test";
import { isAnswered, linesToFold } from "../../../src/core/panes/reasoning.js";

const REASONING = ["## sage", "", "> **Thinking**", ">", "> Well."];

test("reasoning is answered when other text follows it", () => {
  assert.equal(isAnswered([...REASONING, "", "Yes."], 4), true);
  assert.equal(isAnswered([...REASONING, "", "> Said", "", "Yes."], 4), true);
});

test("reasoning that goes on is not answered, though its last line is not known yet", () => {
  assert.equal(isAnswered(REASONING, 4), false);
  assert.equal(isAnswered([...REASONING, "> Or not.", ""], 4), false);
  assert.equal(isAnswered(REASONING, 40), false);
});

test("the first reasoning is left to the editor, and what was folded once to the person", () => {
  assert.deepEqual(linesToFold([2], new Set()), []);
  assert.deepEqual(linesToFold([2, 20, 40], new Set()), [20, 40]);
  assert.deepEqual(linesToFold([2, 20, 40], new Set([2, 20])), [40]);
});

test("blank lines are no answer, and the line after the reasoning may be one", () => {
  assert.equal(isAnswered([...REASONING, "Yes."], 4), true);
  assert.equal(isAnswered([...REASONING, " "], 4), false);
  assert.equal(isAnswered(["Yes.", "> Well."], 1), false);
});

test("a first reasoning is never folded, wherever it begins", () => {
  assert.deepEqual(linesToFold([], new Set()), []);
  assert.deepEqual(linesToFold([0, 9], new Set([9])), []);
});
