import assert from "node:assert/strict";
import { test } from "node:test";
import { fold, hasLines, mayBePasted, restorePasted, unfold } from "../../../src/core/prompts/lines.js";

test("a prompt of several lines is shown on one and comes back whole", () => {
  assert.equal(fold("a\r\nb\nc"), "a⏎b⏎c");
  assert.equal(unfold(fold("def f():\n    return 1")), "def f():\n    return 1");
  assert.equal(hasLines("one line"), false);
});

test("what was pasted gets its lines back, where it was put", () => {
  const code = "def f():\n    return 1\n";
  assert.equal(restorePasted("Why  this?", "Why def f():     return 1  this?", code), `Why ${code} this?`);
  assert.equal(restorePasted("", "def f():    return 1", code), code);
});

test("what has one line, or was not pasted now, is left alone", () => {
  assert.equal(restorePasted("", "one line", "one line"), undefined);
  assert.equal(restorePasted("", "typed", "not\nthis"), undefined);
  assert.equal(restorePasted("a b", "a b c", "a\nb"), undefined);
  assert.equal(restorePasted("", "", "\n"), undefined);
});

test("a browser is asked for its clipboard if what came looks like lines that were joined", () => {
  assert.equal(mayBePasted("Why?", "Why? def f():    return 1"), true);
  assert.equal(mayBePasted("", "word ".repeat(20)), true);
  assert.equal(mayBePasted("", "What is counterpoint?"), false);
  assert.equal(mayBePasted("a  ", "a  b"), false);
});

test("every kind of line break is a line's end", () => {
  assert.deepEqual(["a\nb", "a\r\nb", "a\rb"].map(fold), ["a⏎b", "a⏎b", "a⏎b"]);
  assert.deepEqual(["\nb", "a\r", "a"].map(hasLines), [true, true, false]);
  assert.equal(unfold("a⏎b⏎c"), "a\nb\nc");
});

test("a box that puts nothing between the lines, and one that leaves out the last end, are understood", () => {
  assert.equal(restorePasted("x", "xab", "a\nb\n"), "xa\nb\n");
  assert.equal(restorePasted("x", "xa b", "a\nb\n"), "xa\nb\n");
  assert.equal(restorePasted("x", "a bx", "a\nb"), "a\nbx");
});

test("more than forty characters at once may be a paste, and so do two with blanks that were not there", () => {
  assert.deepEqual([40, 41].map((length) => mayBePasted("", "x".repeat(length))), [false, true]);
  assert.deepEqual(["a  ", "a\tb", "a b"].map((after) => mayBePasted("a", after)), [true, true, false]);
  assert.equal(mayBePasted("a ", "a  "), false);
});
