import assert from "node:assert/strict";
import { test } from "node:test";
import { ready } from "../../../src/core/prompts/waiting.js";

const waiting = [{ paneIds: ["a"] }, { paneIds: ["a", "b"] }, { paneIds: ["b"] }, { paneIds: ["c"] }];

test("a follow-up is ready once all of its panes are free", () => {
  assert.deepEqual(ready(waiting, (id) => id === "a"), [{ paneIds: ["c"] }]);
});

test("a pane gets its follow-ups one after the other", () => {
  assert.deepEqual(ready(waiting, () => false), [{ paneIds: ["a"] }, { paneIds: ["c"] }]);
});
