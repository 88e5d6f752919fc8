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

test("going back again after forward ends at the same prompts", () => {
  const recall = new Recall(["two", "one"]);
  recall.back("half");
  recall.forward();
  assert.equal(recall.back("more"), "two");
  assert.equal(recall.forward(), "more");
});

test("a prompt that was edited is not the one before it", () => {
  const recall = new Recall(["two", "one"]);
  recall.back("half");
  assert.equal(recall.back("two, edited"), "one");
});

test("going forward from the text that is written changes nothing", () => {
  const recall = new Recall(["one"]);
  recall.forward();
  assert.equal(recall.back("written"), "one");
  assert.equal(recall.forward(), "written");
});

test("a hundred prompts are kept", () => {
  const earlier = Array.from({ length: 100 }, (_, index) => String(index));
  const kept = remember(earlier, "new");
  assert.deepEqual([kept.length, kept[0], kept.at(-1)], [100, "new", "98"]);
});
