import assert from "node:assert/strict";
import { test } from "node:test";
import { Autoscroll } from "../../../src/core/panes/autoscroll.js";

test("a pane is followed from its start, while it grows", () => {
  const follow = new Autoscroll();
  follow.scrolled(0, 20, 20);
  follow.scrolled(0, 20, 40);
  follow.scrolled(20, 40, 40);
  assert.equal(follow.following, true);
});

test("scrolling up ends it, scrolling back to the end goes on", () => {
  const follow = new Autoscroll();
  follow.scrolled(80, 100, 100);
  follow.scrolled(40, 60, 100);
  assert.equal(follow.following, false);
  follow.scrolled(60, 80, 120);
  assert.equal(follow.following, false);
  follow.scrolled(100, 120, 120);
  assert.equal(follow.following, true);
});

test("a cursor in the text is a reader's, a cursor at the end waits for more", () => {
  const follow = new Autoscroll();
  follow.cursorMoved(5, 20);
  assert.equal(follow.following, false);
  follow.scrolled(0, 20, 20);
  assert.equal(follow.following, false);
  follow.cursorMoved(20, 20);
  assert.equal(follow.following, true);
});
