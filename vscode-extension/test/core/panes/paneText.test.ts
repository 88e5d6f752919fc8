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
