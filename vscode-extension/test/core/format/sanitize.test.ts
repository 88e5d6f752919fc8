import assert from "node:assert/strict";
import { test } from "node:test";
import table from "../../../../clients/protocol/hidden_characters.json";
import { sanitizeForFile, sanitizeForNotification, sanitizeForPick, sanitize } from "../../../src/core/format/sanitize.js";

test("what cannot be seen or turns the text around is told by its number", () => {
  assert.equal(sanitize("a\u202eb\u200bc\u{e0041}\x1b[31m\x9b\u00ad"), "a<U+202E>b<U+200B>c<U+E0041><U+001B>[31m<U+009B><U+00AD>");
  assert.equal(sanitize("a\u200db"), "a<U+200D>b");
});

test("every character of the shared table is written out where it has no visible effect", () => {
  for (const [name, { ranges }] of Object.entries(table)) {
    for (const digits of ranges.flatMap((range) => range.split("-"))) {
      const letter = String.fromCodePoint(parseInt(digits, 16));
      assert.equal(sanitize(`x${letter}y`), name === "layout" ? "x y" : `x<U+${digits}>y`);
    }
  }
});

test("a text is on one line", () => {
  assert.equal(sanitize("one\r\n\ttwo"), "one two");
  assert.equal(sanitize("one\u2028two"), "one<U+2028>two");
});

test("emoji, flags and scripts that join their letters stay as they are", () => {
  for (const text of ["👩‍💻 👨‍👩‍👧", "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}", "می‌خواهم", "क्‍ष", "naïve café", "1️⃣"]) {
    assert.equal(sanitize(text), text);
  }
});

test("a list shows the name of an icon, not the icon", () => {
  assert.equal(sanitizeForPick("echo $(pwd) $(trash)"), "echo \\$(pwd) \\$(trash)");
});

test("a notification has no link that somebody else wrote", () => {
  assert.equal(sanitizeForNotification("[a](command:b) [c](https://d)"), "[a] (command:b) [c] (https://d)");
});

test("a file has no NUL, and every other character keeps its place", () => {
  assert.equal(sanitizeForFile("a\0b\x1b"), "a\u2400b\x1b");
});

test("a joiner is visible from the first letter that it can join", () => {
  assert.equal(sanitize("\u02ff\u200d \u0300\u200d"), "\u02ff<U+200D> \u0300\u200d");
});

test("a selector is visible after digits and signs that it colours, once", () => {
  assert.equal(sanitize("0\ufe0f9\ufe0f#\ufe0f*\ufe0f©\ufe0f"), "0\ufe0f9\ufe0f#\ufe0f*\ufe0f©\ufe0f");
  assert.equal(sanitize("a\ufe0f❤\ufe0f\ufe0f"), "a<U+FE0F>❤\ufe0f<U+FE0F>");
});

test("tags belong to a flag only without anything between them", () => {
  assert.equal(sanitize("🏴\u{e0067}x\u{e0067}"), "🏴\u{e0067}x<U+E0067>");
});

test("a list and a notification have no hidden characters", () => {
  assert.equal(sanitizeForPick("a\u202e"), "a<U+202E>");
  assert.equal(sanitizeForNotification("a\u202e"), "a<U+202E>");
});

test("every NUL of a file is written out", () => {
  assert.equal(sanitizeForFile("\0\0"), "\u2400\u2400");
});
