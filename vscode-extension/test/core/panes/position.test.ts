import assert from "node:assert/strict";
import { test } from "node:test";
import { offsetAt } from "../../../src/core/panes/position.js";

const before = (text: string, line: number, character: number): string => text.slice(0, offsetAt(text, { line, character }));

test("lines end at every kind of line break", () => {
  const text = "a\nb\r\nc\rd";
  assert.deepEqual([1, 2, 3].map((line) => before(text, line, 0)), ["a\n", "a\nb\r\n", "a\nb\r\nc\r"]);
});

test("columns are UTF-16 code units", () => {
  assert.deepEqual([1, 2, 4].map((character) => before("ä€😀x", 0, character)), ["ä", "ä€", "ä€😀"]);
});

test("past a line's end is its end, before its break", () => {
  assert.deepEqual([1, 2, 3, 99].map((character) => before("ab\r\ncd", 0, character)), ["a", "ab", "ab", "ab"]);
});

test("past the last line is the end of the text, also after a last break", () => {
  assert.equal(before("ab\ncd", 9, 0), "ab\ncd");
  assert.equal(before("ab\n", 1, 5), "ab\n");
  assert.equal(before("ab\n", 2, 0), "ab\n");
  assert.equal(before("", 0, 3), "");
});
