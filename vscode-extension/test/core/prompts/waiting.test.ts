import assert from "node:assert/strict";
import { test } from "node:test";
import { ready, withBoth } from "../../../src/core/prompts/waiting.js";

const waiting = [{ paneIds: ["a"] }, { paneIds: ["a", "b"] }, { paneIds: ["b"] }, { paneIds: ["c"] }];

test("a follow-up is ready once all of its panes are free", () => {
  assert.deepEqual(ready(waiting, (id) => id === "a"), [{ paneIds: ["c"] }]);
});

test("a pane gets its follow-ups one after the other", () => {
  assert.deepEqual(ready(waiting, () => false), [{ paneIds: ["a"] }, { paneIds: ["c"] }]);
});

test("what is taken back is kept above another draft, and once", () => {
  const first = { prompt: "First?", context: ["a"] };
  const second = { prompt: "Second?", context: ["b"] };
  assert.deepEqual(withBoth(first, undefined), first);
  assert.deepEqual(withBoth(first, first), first);
  assert.deepEqual(withBoth(first, { prompt: " ", context: [] }), first);
  assert.deepEqual(withBoth(first, second), { prompt: "First?\n\nSecond?", context: ["a", "b"] });
});

test("a follow-up waits for all of its panes, and holds back those behind it", () => {
  const busy = (paneId: string): boolean => paneId === "b";
  assert.deepEqual(ready([{ paneIds: ["a", "b"] }, { paneIds: ["a"] }, { paneIds: ["c", "d"] }], busy), [{ paneIds: ["c", "d"] }]);
});

test("two drafts of one prompt are one, with the context of that which comes back", () => {
  const back = { prompt: "Why?", context: ["a"] };
  assert.deepEqual(withBoth(back, { prompt: "Why?", context: ["b"] }), back);
});
