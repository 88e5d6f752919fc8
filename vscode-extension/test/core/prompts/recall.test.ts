import assert from "node:assert/strict";
import { test } from "node:test";
import { Recall, remember } from "../../../src/core/prompts/recall.js";

test("going back and forth ends at the text that was being written", () => {
  const recall = new Recall(["two", "one"]);
  assert.equal(recall.back("half"), "two");
  assert.equal(recall.back("two"), "one");
  assert.equal(recall.back("one"), undefined);
  assert.equal(recall.forward(), "two");
  assert.equal(recall.forward(), "half");
  assert.equal(recall.forward(), undefined);
});

test("a prompt that is shown already is not shown again", () => {
  assert.equal(new Recall(["same", "other"]).back("same"), "other");
  assert.equal(new Recall([]).back(""), undefined);
});

test("a prompt that is sent again moves to the front", () => {
  assert.deepEqual(remember(["b", "a"], "a"), ["a", "b"]);
});
