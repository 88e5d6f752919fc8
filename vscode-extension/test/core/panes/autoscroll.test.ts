import assert from "node:assert/strict";
import { test } from "node:test";
import { Autoscroll } from "../../../src/core/panes/autoscroll.js";

const at = (line: number, character = 0): { line: number; character: number } => ({ line, character });

test("a pane is followed from its start, while it grows", () => {
  const follow = new Autoscroll();
  assert.equal(follow.following, true);
  follow.scrolled(at(0), at(20), at(20));
  follow.scrolled(at(0), at(20), at(40));
  follow.scrolled(at(20), at(40), at(40));
  assert.equal(follow.following, true);
});

test("scrolling up ends it, scrolling back to the end goes on", () => {
  const follow = new Autoscroll();
  follow.scrolled(at(80), at(100), at(100));
  follow.scrolled(at(40), at(60), at(100));
  assert.equal(follow.following, false);
  follow.scrolled(at(60), at(80), at(120));
  assert.equal(follow.following, false);
  follow.scrolled(at(100), at(120), at(120));
  assert.equal(follow.following, true);
});

test("one notch of the wheel ends it, also within a long paragraph", () => {
  const follow = new Autoscroll();
  follow.scrolled(at(3, 400), at(3, 900), at(3, 900));
  follow.scrolled(at(3, 350), at(3, 850), at(3, 900));
  assert.equal(follow.following, false);
});

test("text that arrives does not end it, nor does a wider window", () => {
  const follow = new Autoscroll();
  follow.scrolled(at(10), at(20), at(20));
  follow.scrolled(at(10), at(20), at(30));
  follow.scrolled(at(5), at(30), at(30));
  assert.equal(follow.following, true);
});

test("a line of actions that is added above the text when an answer begins does not end it", () => {
  let now = 0;
  const follow = new Autoscroll(() => now);
  follow.scrolled(at(203), at(244, 6), at(244, 6));
  now = 380;
  follow.scrolled(at(202), at(243), at(244, 6));
  assert.equal(follow.following, true);
  now = 10_000;
  follow.scrolled(at(203), at(244, 6), at(244, 6));
  follow.scrolled(at(202), at(243), at(244, 6));
  assert.equal(follow.following, false);
  follow.follow();
  follow.scrolled(at(201), at(242), at(244, 6));
  assert.equal(follow.following, true);
  follow.scrolled(at(198), at(239), at(244, 6));
  assert.equal(follow.following, false);
});

test("a request that was under way does not undo what the user did", () => {
  let now = 0;
  const follow = new Autoscroll(() => now);
  follow.scrolled(at(80), at(100), at(100));
  follow.requested();
  now = 20;
  assert.equal(follow.scrolled(at(77), at(97), at(102)), undefined);
  assert.equal(follow.scrolled(at(74), at(94), at(102)), undefined);
  assert.deepEqual(follow.scrolled(at(82), at(102), at(102)), at(74));
  assert.equal(follow.scrolled(at(74), at(94), at(102)), undefined);
  assert.equal(follow.following, false);
});

test("without a request under way, the end is where the user went", () => {
  let now = 0;
  const follow = new Autoscroll(() => now);
  follow.scrolled(at(80), at(100), at(100));
  follow.requested();
  follow.scrolled(at(77), at(97), at(100));
  now = 1000;
  assert.equal(follow.scrolled(at(80), at(100), at(100)), undefined);
  assert.equal(follow.following, true);
});

test("a new answer is followed wherever the user was reading", () => {
  const follow = new Autoscroll();
  follow.scrolled(at(80), at(100), at(100));
  follow.scrolled(at(40), at(60), at(100));
  follow.follow();
  assert.equal(follow.following, true);
});

test("a cursor in the text is a reader's, a cursor at the end waits for more", () => {
  const follow = new Autoscroll();
  follow.cursorMoved(5, 20);
  assert.equal(follow.following, false);
  follow.scrolled(at(0), at(20), at(20));
  assert.equal(follow.following, false);
  follow.cursorMoved(20, 20);
  assert.equal(follow.following, true);
});

test("a line of actions is expected for a second and a half", () => {
  for (const [elapsed, following] of [[1499, true], [1500, false]] as const) {
    let now = 0;
    const follow = new Autoscroll(() => now);
    follow.scrolled(at(203), at(244), at(244));
    now = elapsed;
    follow.scrolled(at(202), at(243), at(244));
    assert.equal(follow.following, following);
  }
});

test("only a move by one whole line is that of the added one", () => {
  for (const [from, to] of [[at(50), at(48)], [at(50, 4), at(49)], [at(50), at(49, 4)]] as const) {
    const follow = new Autoscroll(() => 0);
    follow.scrolled(from, at(90), at(90));
    follow.scrolled(to, at(88), at(90));
    assert.equal(follow.following, false);
  }
});

test("a request is under way for less than four tenths of a second", () => {
  for (const [elapsed, back] of [[399, at(77)], [400, undefined]] as const) {
    let now = 0;
    const follow = new Autoscroll(() => now);
    follow.scrolled(at(80), at(100), at(100));
    follow.requested();
    follow.scrolled(at(77), at(97), at(100));
    now = elapsed;
    assert.deepEqual(follow.scrolled(at(80), at(100), at(100)), back);
  }
});

test("a request undoes a move of one line too, if it ends where that began", () => {
  let now = 0;
  const follow = new Autoscroll(() => now);
  now = 2000;
  follow.scrolled(at(80), at(100), at(100));
  follow.requested();
  follow.scrolled(at(79), at(99), at(100));
  assert.deepEqual(follow.scrolled(at(80), at(100), at(100)), at(79));
  follow.scrolled(at(77), at(97), at(100));
  assert.equal(follow.scrolled(at(79), at(99), at(100)), undefined);
});

test("what the user did is forgotten once they follow again", () => {
  const follow = new Autoscroll(() => 0);
  follow.scrolled(at(80), at(100), at(100));
  follow.requested();
  follow.scrolled(at(77), at(97), at(100));
  follow.follow();
  assert.equal(follow.scrolled(at(80), at(100), at(100)), undefined);
});

test("a move down that does not undo what the user did is theirs", () => {
  const follow = new Autoscroll(() => 0);
  follow.scrolled(at(80), at(100), at(100));
  follow.requested();
  follow.scrolled(at(70), at(90), at(100));
  assert.equal(follow.scrolled(at(75), at(95), at(100)), undefined);
  assert.equal(follow.following, false);
  assert.deepEqual(follow.scrolled(at(80), at(100), at(100)), at(70));
  assert.equal(follow.scrolled(at(81), at(101), at(101)), undefined);
  assert.equal(follow.following, true);
});

test("the cursor waits on the last line and on the one before", () => {
  const follow = new Autoscroll();
  for (const [line, following] of [[18, false], [19, true], [17, false], [20, true]] as const) {
    follow.cursorMoved(line, 20);
    assert.equal(follow.following, following);
  }
});

test("the end of a long line is further down than its start", () => {
  const follow = new Autoscroll();
  follow.scrolled(at(3, 400), at(3, 900), at(3, 900));
  follow.scrolled(at(3, 300), at(3, 800), at(3, 900));
  follow.scrolled(at(3, 350), at(3, 899), at(3, 900));
  assert.equal(follow.following, false);
  follow.scrolled(at(3, 400), at(3, 900), at(3, 900));
  assert.equal(follow.following, true);
});
