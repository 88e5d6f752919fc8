import assert from "node:assert/strict";
import { test } from "node:test";
import { isAnswered, linesToFold } from "../../../src/core/panes/reasoning.js";

const THINKING = ["## sage", "", "> **Thinking**", ">", "> Well."];

test("thinking is answered when other text follows it", () => {
  assert.equal(isAnswered([...THINKING, "", "Yes."], 4), true);
  assert.equal(isAnswered([...THINKING, "", "> Said", "", "Yes."], 4), true);
});

test("thinking that goes on is not answered, though its last line is not known yet", () => {
  assert.equal(isAnswered(THINKING, 4), false);
  assert.equal(isAnswered([...THINKING, "> Or not.", ""], 4), false);
  assert.equal(isAnswered(THINKING, 40), false);
});

test("the first thinking is left to the editor, and what was folded once to the person", () => {
  assert.deepEqual(linesToFold([2], new Set()), []);
  assert.deepEqual(linesToFold([2, 20, 40], new Set()), [20, 40]);
  assert.deepEqual(linesToFold([2, 20, 40], new Set([2, 20])), [40]);
});
