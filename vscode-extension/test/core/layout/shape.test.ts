import assert from "node:assert/strict";
import { test } from "node:test";
import { areaOf, divide, extent, fill, join, leafCount, leaves, Orientation, shape, toBox, toLayout } from "../../../src/core/layout/shape.js";

const AREA = { width: 101, height: 50 };
const NESTED = { orientation: Orientation.SideBySide, groups: [{ size: 40 }, { size: 61, groups: [{ size: 20 }, { size: 30 }] }] };

test("pixels are divided without a rest", () => {
  assert.deepEqual(divide(100, [1, 1, 1]), [33, 34, 33]);
  assert.deepEqual(divide(0, []), []);
});

test("parts that are laid out the same way are joined, and one part alone is itself", () => {
  const row = fill(Orientation.SideBySide, 2, AREA);
  assert.equal(shape(toLayout(join(Orientation.SideBySide, [row, row]))), "0....");
  assert.deepEqual(join(Orientation.Stacked, [row]), row);
});

test("a layout of the editor and back is the same", () => {
  assert.deepEqual(toLayout(toBox(NESTED, AREA)), NESTED);
  assert.deepEqual(leaves(toBox(NESTED, AREA)), [{ width: 40, height: 50 }, { width: 61, height: 20 }, { width: 61, height: 30 }]);
  assert.equal(leafCount(NESTED.groups), 3);
  assert.deepEqual(extent(toBox(NESTED, AREA)), { columns: 2, rows: 2 });
});

test("sizes that are missing are even", () => {
  const layout = { orientation: Orientation.Stacked, groups: [{}, {}] };
  assert.deepEqual(leaves(toBox(layout, AREA)).map(({ height }) => height), [25, 25]);
});

test("a layout tells its size as far as it has rows and columns", () => {
  assert.deepEqual(areaOf(NESTED), AREA);
  assert.deepEqual(areaOf({ orientation: Orientation.Stacked, groups: [{ size: 20 }, { size: 30 }] }), { height: 50 });
});

test("layouts that differ in sizes alone have one shape", () => {
  assert.equal(shape(NESTED), "0.(..)");
  assert.equal(shape({ orientation: Orientation.Stacked, groups: [{ size: 1 }] }), shape({ orientation: Orientation.SideBySide, groups: [{}] }));
});
