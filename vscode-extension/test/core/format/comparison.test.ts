import assert from "node:assert/strict";
import { test } from "node:test";
import { likeness, title } from "../../../src/core/format/comparison.js";

test("only equal texts are wholly alike, and only unlike ones not at all", () => {
  assert.deepEqual([1, 0.9999, 0.875, 0.0001, 0].map(likeness), ["100% alike", "99% alike", "88% alike", "1% alike", "0% alike"]);
});

test("the title names both sides, and how much they have in common where that is known", () => {
  assert.equal(title("terse", "poet"), "terse ↔ poet");
  assert.equal(title("terse", "poet", { similarity: 0.5 }), "terse ↔ poet · 50% alike");
});

test("neither title hides a character", () => {
  assert.equal(title("a\u202e", "b\u200b"), "a<U+202E> ↔ b<U+200B>");
});
