import assert from "node:assert/strict";
import { test } from "node:test";
import { groupOf, sortPanes } from "../../../src/core/layout/order.js";

const tab = (sessionId: string, paneId: string, isFront = false): { sessionId: string; paneId: string; isFront: boolean } => ({ sessionId, paneId, isFront });

test("panes are in the order in which they were asked, whatever their groups", () => {
  assert.deepEqual(sortPanes([tab("s", "3"), tab("s", "1"), tab("s", "2")]).map(({ paneId }) => paneId), ["1", "2", "3"]);
});

test("the session that is in front comes first", () => {
  const tabs = [tab("old", "1"), tab("new", "4", true), tab("old", "2"), tab("new", "3", true)];
  assert.deepEqual(sortPanes(tabs).map(({ paneId }) => paneId), ["3", "4", "1", "2"]);
});

test("sixteen panes over nine groups have the first nine in front", () => {
  const groups = Array.from({ length: 16 }, (_, pane) => groupOf(pane, 9));
  assert.deepEqual(groups, [0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5, 6]);
});

test("of two sessions in front the one that more groups show comes first, else the one of the first tab", () => {
  const tabs = [tab("a", "1", true), tab("b", "2", true), tab("b", "3", true)];
  assert.deepEqual(sortPanes(tabs).map(({ paneId }) => paneId), ["2", "3", "1"]);
  assert.deepEqual(sortPanes(tabs.slice(0, 2)).map(({ paneId }) => paneId), ["1", "2"]);
});

test("without a group everything goes to the first", () => {
  assert.deepEqual([groupOf(0, 0), groupOf(3, 0), groupOf(3, 1)], [0, 0, 0]);
});
