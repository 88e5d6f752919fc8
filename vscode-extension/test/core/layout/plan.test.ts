import assert from "node:assert/strict";
import { test } from "node:test";
import { fitRows, leastSize, type LayoutMode, planLayout, type Wanted } from "../../../src/core/layout/plan.js";
import { leaves, Orientation, shape, toLayout } from "../../../src/core/layout/shape.js";

const LEAST = { width: 280, height: 200 };
const LAPTOP = { width: 930, height: 740 };
const FILE = { orientation: Orientation.SideBySide, groups: [{}] };
const wanted = (mode: LayoutMode, panes: number): Wanted => ({ mode, panes, maxSplits: 16 });

test("a grid is side by side for two, a square for four, and rows for more", () => {
  const room = { width: 4000, height: 4000 };
  const shapes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 16].map((count) => fitRows(wanted("grid", count), room, LEAST));
  assert.deepEqual(shapes, [
    [1], [2], [2, 1], [2, 2], [3, 2], [3, 3], [3, 2, 2], [3, 3, 2], [3, 3, 3], [4, 4, 4, 4],
  ]);
});

test("columns and rows are as many as can be read, and tabs are one group", () => {
  assert.deepEqual(fitRows(wanted("columns", 8), LAPTOP, LEAST), [3]);
  assert.deepEqual(fitRows(wanted("rows", 8), LAPTOP, LEAST), [1, 1, 1]);
  assert.deepEqual(fitRows(wanted("tabs", 8), LAPTOP, LEAST), [1]);
});

test("a grid has as many rows as it needs for its columns to be read", () => {
  assert.deepEqual(fitRows(wanted("grid", 6), { width: 600, height: 740 }, LEAST), [2, 2, 2]);
  assert.deepEqual(fitRows(wanted("grid", 16), { width: 600, height: 740 }, LEAST), [2, 2, 2]);
  assert.deepEqual(fitRows({ ...wanted("grid", 16), maxSplits: 5 }, LAPTOP, LEAST), [3, 2]);
});

test("panes are beside a file, below it in a narrow window, and beside it if nothing fits", () => {
  const shapeOf = (width: number, height: number): string => shape(toLayout(planLayout({ ...wanted("grid", 2), kept: FILE }, { width, height }, LEAST).box));
  assert.equal(shapeOf(930, 740), "0...");
  assert.equal(shapeOf(600, 740), "0.(..)");
  assert.equal(shapeOf(500, 740), "1...");
  assert.equal(shapeOf(500, 300), "0..");
});

test("what was open keeps its groups, their order and their proportions", () => {
  const kept = { orientation: Orientation.SideBySide, groups: [{ size: 300 }, { size: 100 }] };
  const plan = planLayout({ ...wanted("grid", 3), kept }, { width: 3000, height: 900 }, LEAST);
  assert.equal(plan.kept, 2);
  assert.deepEqual(leaves(plan.box).slice(0, 2).map(({ width }) => width), [810, 270]);
  const stacked = planLayout({ ...wanted("grid", 2), kept: { ...kept, orientation: Orientation.Stacked } }, LAPTOP, LEAST);
  assert.equal(shape(toLayout(stacked.box)), "0(..)..");
});

test("a comparison is below the panes, over the whole width if that of the panes is too small", () => {
  const below = planLayout({ ...wanted("grid", 4), wide: true }, LAPTOP, LEAST);
  assert.deepEqual([shape(toLayout(below.box)), below.groups, below.wide], ["1(..)(..).", 4, true]);
  assert.equal(leaves(below.box).at(-1)?.width, 930);
  const across = planLayout({ ...wanted("grid", 4), kept: FILE, wide: true }, { width: 830, height: 740 }, LEAST);
  assert.deepEqual([shape(toLayout(across.box)), leaves(across.box).at(-1)?.width], ["1(.(..)).", 830]);
  assert.equal(planLayout({ ...wanted("grid", 4), wide: true }, { width: 930, height: 390 }, LEAST).wide, false);
});

test("at every size every group can be read, and all of the area is used", () => {
  for (const [width, height] of [[455, 540], [680, 690], [930, 740], [1087, 836], [1600, 980], [2210, 1380]] as const) {
    for (const mode of ["grid", "columns", "rows", "tabs"] as const) {
      for (let panes = 1; panes <= 16; panes += 1) {
        for (const kept of [undefined, FILE]) {
          for (const wide of [false, true]) {
            const plan = planLayout({ mode, panes, maxSplits: 9, ...(kept && { kept }), wide }, { width, height }, LEAST);
            const sizes = leaves(plan.box);
            assert.ok(sizes.every((size) => size.width >= LEAST.width && size.height >= LEAST.height), JSON.stringify({ mode, panes, width, height, sizes }));
            assert.deepEqual([plan.box.width, plan.box.height], [width, height]);
            assert.equal(sizes.reduce((sum, size) => sum + size.width * size.height, 0), width * height);
            assert.equal(sizes.length, plan.kept + plan.groups + (plan.wide ? 1 : 0));
          }
        }
      }
    }
  }
});

test("the least height is that of eight lines, tabs and breadcrumbs", () => {
  const font = { fontSize: 14, lineHeight: 0, breadcrumbs: true, mac: false };
  assert.deepEqual(leastSize(font), { width: 280, height: 8 * 19 + 57 });
  assert.equal(leastSize({ ...font, lineHeight: 1.5, breadcrumbs: false }).height, 8 * 21 + 35);
  assert.equal(leastSize({ ...font, lineHeight: 30 }).height, 240 + 57);
  assert.equal(leastSize({ ...font, fontSize: 12, mac: true }).height, 8 * 18 + 57);
});
