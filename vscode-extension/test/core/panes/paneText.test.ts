import assert from "node:assert/strict";
import { test } from "node:test";
import { PaneText } from "../../../src/core/panes/paneText.js";

test("the size is that of the joined text, also where a character came in two halves", () => {
  const pane = new PaneText(0);
  for (const part of ["ä", "\ud83d", "\ude00", "", "x\ud83d", "y"]) {
    pane.append(part);
  }
  assert.equal(pane.size, new TextEncoder().encode(pane.toString()).length);
});

test("the modification time grows with every change and with nothing else", () => {
  const pane = new PaneText(1000);
  pane.append("a");
  const first = pane.mtime;
  pane.append("");
  assert.equal(pane.mtime, first);
  assert.equal(pane.toString(), "a");
  assert.equal(pane.mtime, first);
  pane.replace("b");
  assert.ok(pane.mtime > first);
  assert.equal(pane.toString(), "b");
});

test("the size is right for every half of a pair beside any other character", () => {
  const halves = ["\ud7ff", "\ud800", "\udbff", "\udc00", "\udfff", "\ue000", "a"];
  for (const one of halves) {
    for (const other of halves) {
      const [appended, replaced] = [new PaneText(0), new PaneText(0)];
      appended.append(one);
      replaced.replace(one);
      for (const pane of [appended, replaced]) {
        pane.append(other);
        assert.equal(pane.size, new TextEncoder().encode(one + other).length, JSON.stringify([one, other]));
      }
    }
  }
});

test("what was replaced leaves no half behind", () => {
  const pane = new PaneText(0);
  pane.append("\ud83d");
  pane.replace("");
  pane.append("\ude00");
  assert.equal(pane.size, 3);
  assert.equal(pane.toString(), "\ude00");
});

test("a new text is empty and was changed when it was made", () => {
  const pane = new PaneText(1000);
  assert.deepEqual([pane.toString(), pane.size, pane.mtime], ["", 0, 1000]);
  pane.append("a");
  pane.replace("b");
  assert.equal(pane.mtime, 1002);
});
