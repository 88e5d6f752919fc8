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
  assert.equal(shape({ orientation: Orientation.SideBySide, groups: [{ groups: [{}, {}] }] }), "0(..)");
  assert.equal(shape({ orientation: Orientation.Stacked, groups: [{ size: 1 }] }), shape({ orientation: Orientation.SideBySide, groups: [{}] }));
});

test("shares are kept, and shares of nothing take all pixels", () => {
  assert.deepEqual(divide(100, [1, 3]), [25, 75]);
  assert.deepEqual(divide(10, [1, 1, 1]), [3, 4, 3]);
  assert.deepEqual(divide(100, [0]), [100]);
  assert.deepEqual(divide(100, [0, 1]), [0, 100]);
});

test("a row is as high as its highest group, and a column as wide as its widest", () => {
  const boxes = [{ width: 10, height: 5 }, { width: 20, height: 4 }];
  const [row, column] = [join(Orientation.SideBySide, boxes), join(Orientation.Stacked, boxes)];
  assert.deepEqual([row.width, row.height], [30, 5]);
  assert.deepEqual([column.width, column.height], [20, 9]);
  const [emptyRow, emptyColumn] = [join(Orientation.SideBySide, []), join(Orientation.Stacked, [])];
  assert.deepEqual([emptyRow.width, emptyRow.height, emptyColumn.width, emptyColumn.height], [0, 0, 0, 0]);
});

test("groups of one size fill a row or a column", () => {
  assert.deepEqual(leaves(fill(Orientation.SideBySide, 2, AREA)), [{ width: 51, height: 50 }, { width: 50, height: 50 }]);
  assert.deepEqual(leaves(fill(Orientation.Stacked, 2, AREA)), [{ width: 101, height: 25 }, { width: 101, height: 25 }]);
});

test("one missing size makes all even, and an empty folder of groups is a group", () => {
  const layout = { orientation: Orientation.SideBySide, groups: [{ size: 90 }, { groups: [] }] };
  assert.deepEqual(leaves(toBox(layout, { width: 100, height: 50 })), [{ width: 50, height: 50 }, { width: 50, height: 50 }]);
  assert.equal(leafCount(layout.groups), 2);
  assert.equal(shape(layout), "0..");
});

test("the extent is the widest row and the highest column", () => {
  const three = [{}, {}, {}];
  const columns = { orientation: Orientation.SideBySide, groups: [{}, { groups: three }, { groups: [{}, {}] }] };
  assert.deepEqual(extent(toBox(columns, { width: 300, height: 300 })), { columns: 3, rows: 3 });
  const rows = { orientation: Orientation.Stacked, groups: [{ groups: three }, {}, { groups: [{}, {}] }, {}] };
  assert.deepEqual(extent(toBox(rows, { width: 300, height: 300 })), { columns: 3, rows: 4 });
});

test("one group alone is a row of one", () => {
  assert.deepEqual(toLayout({ width: 7, height: 5 }), { orientation: Orientation.SideBySide, groups: [{ size: 7 }] });
});

test("a column tells its width by the first row that has several groups", () => {
  const layout = { orientation: Orientation.Stacked, groups: [{ size: 20, groups: [] }, { size: 30, groups: [{ size: 40 }, { size: 61 }] }] };
  assert.deepEqual(areaOf(layout), { width: 101, height: 50 });
  assert.deepEqual(areaOf({ orientation: Orientation.SideBySide, groups: [{}, { size: 5 }] }), { width: 5 });
  assert.deepEqual(areaOf({ orientation: Orientation.Stacked, groups: [{ groups: [{}, { size: 61 }] }] }), { width: 61, height: 0 });
});
