import assert from "node:assert/strict";
import { test } from "node:test";
import { Follow } from "../../../src/core/panes/autoscroll.js";

test("a pane is followed from its start, while it grows", () => {
  const follow = new Follow();
  follow.seen(0, 20, 20);
  follow.seen(0, 20, 40);
  follow.seen(20, 40, 40);
  assert.equal(follow.following, true);
});

test("scrolling up ends it, scrolling back to the end goes on", () => {
  const follow = new Follow();
  follow.seen(80, 100, 100);
  follow.seen(40, 60, 100);
  assert.equal(follow.following, false);
  follow.seen(60, 80, 120);
  assert.equal(follow.following, false);
  follow.seen(100, 120, 120);
  assert.equal(follow.following, true);
});

test("a cursor in the text is a reader's, a cursor at the end waits for more", () => {
  const follow = new Follow();
  follow.cursor(5, 20);
  assert.equal(follow.following, false);
  follow.seen(0, 20, 20);
  assert.equal(follow.following, false);
  follow.cursor(20, 20);
  assert.equal(follow.following, true);
});
