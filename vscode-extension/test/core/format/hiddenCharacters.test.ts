import assert from "node:assert/strict";
import { test } from "node:test";
import { formatHiddenCharacters } from "../../../src/core/format/hiddenCharacters.js";

test("characters that cannot be seen are named with their places, counted from one", () => {
  const one = { codePoint: "U+202E", name: "RIGHT-TO-LEFT OVERRIDE", line: 0, character: 6 };
  assert.equal(formatHiddenCharacters([one]), "line 1, column 7: U+202E RIGHT-TO-LEFT OVERRIDE");
  assert.match(formatHiddenCharacters(Array.from({ length: 9 }, () => one)), /\nand 3 more$/);
});

test("six characters are all named, and of seven the last is counted", () => {
  const hidden = Array.from({ length: 7 }, (_, line) => ({ codePoint: "U+200B", name: "ZERO WIDTH SPACE", line, character: 0 }));
  const [six, seven] = [hidden.slice(1), hidden].map((list) => formatHiddenCharacters(list).split("\n"));
  assert.deepEqual([six?.length, six?.at(-1)], [6, "line 7, column 1: U+200B ZERO WIDTH SPACE"]);
  assert.deepEqual([seven?.length, seven?.at(-1)], [7, "and 1 more"]);
});
