import assert from "node:assert/strict";
import { test } from "node:test";
import { formatHiddenCharacters } from "../../../src/core/format/hiddenCharacters.js";

test("characters that cannot be seen are named with their places, counted from one", () => {
  const one = { codePoint: "U+202E", name: "RIGHT-TO-LEFT OVERRIDE", line: 0, character: 6 };
  assert.equal(formatHiddenCharacters([one]), "line 1, column 7: U+202E RIGHT-TO-LEFT OVERRIDE");
  assert.match(formatHiddenCharacters(Array.from({ length: 9 }, () => one)), /\nand 3 more$/);
});
