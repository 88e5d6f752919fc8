import assert from "node:assert/strict";
import { test } from "node:test";
import { besideLayout, groupCount, leafCount, Orientation, rowsOf, wholeLayout } from "../../../src/core/panes/layout.js";

test("a grid is side by side for two, a square for four, and rows for more", () => {
  const shapes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 16].map((count) => rowsOf("grid", count));
  assert.deepEqual(shapes, [
    [1], [2], [2, 1], [2, 2], [3, 2], [3, 3], [3, 2, 2], [3, 3, 2], [3, 3, 3], [4, 4, 4, 4],
  ]);
});

test("columns and rows are what they say", () => {
  assert.deepEqual(rowsOf("columns", 3), [3]);
  assert.deepEqual(rowsOf("rows", 3), [1, 1, 1]);
});

test("panes that do not fit become tabs", () => {
  assert.equal(groupCount("grid", 12, 9), 9);
  assert.equal(groupCount("tabs", 12, 9), 1);
  assert.equal(groupCount("grid", 0, 9), 0);
});

test("the whole area has a group for each pane, in reading order", () => {
  assert.deepEqual(wholeLayout([2]), { orientation: Orientation.SideBySide, groups: [{ size: 0.5 }, { size: 0.5 }] });
  const three = wholeLayout([2, 1]);
  assert.equal(three.orientation, Orientation.Stacked);
  assert.equal(leafCount(three.groups), 3);
});

test("what was open keeps its groups, their order and their proportions", () => {
  const before = { orientation: Orientation.SideBySide, groups: [{ size: 300 }, { size: 100 }] };
  const beside = besideLayout(before, [2, 1], 0.6);
  assert.deepEqual(beside.groups.slice(0, 2), [{ size: 0.4 * 0.75 }, { size: 0.4 * 0.25 }]);
  assert.equal(leafCount(beside.groups), 5);
});

test("groups above each other stay so, as one column", () => {
  const before = { orientation: Orientation.Stacked, groups: [{ size: 1 }, { size: 1 }] };
  const beside = besideLayout(before, [2], 0.5);
  assert.deepEqual(beside.groups[0]?.groups, before.groups);
  assert.equal(leafCount(beside.groups), 4);
});
