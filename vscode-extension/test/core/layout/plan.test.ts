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

test("one more column and one more row are there from the first size that fits them", () => {
  const sizes = [279, 280, 559, 560, 839, 840].map((width) => fitRows(wanted("columns", 8), { width, height: 0 }, LEAST));
  assert.deepEqual(sizes, [[1], [1], [1], [2], [2], [3]]);
  const heights = [199, 200, 399, 400, 599, 600].map((height) => fitRows(wanted("rows", 8), { width: 0, height }, LEAST).length);
  assert.deepEqual(heights, [1, 1, 1, 2, 2, 3]);
});

test("a limit of no groups is one of one group", () => {
  assert.deepEqual(fitRows({ mode: "columns", panes: 3, maxSplits: 0 }, LAPTOP, LEAST), [1]);
  assert.deepEqual(fitRows({ mode: "rows", panes: 3, maxSplits: 2 }, LAPTOP, LEAST), [1, 1]);
});

test("a grid is wider than high, also of many panes", () => {
  const room = { width: 4000, height: 4000 };
  assert.deepEqual([12, 13, 20, 21].map((count) => fitRows({ ...wanted("grid", count), maxSplits: 21 }, room, LEAST).length), [3, 4, 4, 4]);
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
  // Where one more group begins to fit, and one pixel less.
  const edges = [[559, 400], [560, 399], [560, 400], [839, 599], [840, 600], [1119, 799], [1120, 800]] as const;
  for (const [width, height] of [...edges, [455, 540], [680, 690], [930, 740], [1087, 836], [1600, 980], [2210, 1380]] as const) {
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

test("panes go beside a file from the first width that both need", () => {
  const boxOf = (width: number, height: number): string => shape(toLayout(planLayout({ ...wanted("grid", 1), kept: FILE }, { width, height }, LEAST).box));
  assert.deepEqual([boxOf(559, 400), boxOf(560, 400), boxOf(559, 399)], ["1..", "0..", "0.."]);
});

test("a file beside panes has about a third of the width, below its own least not", () => {
  const widthOfFile = (width: number): number | undefined =>
    leaves(planLayout({ ...wanted("grid", 2), kept: FILE }, { width, height: 740 }, LEAST).box)[0]?.width;
  assert.deepEqual([560, 700, 1000, 2000].map(widthOfFile), [280, 280, 360, 720]);
  const tooNarrow = planLayout({ ...wanted("grid", 1), kept: FILE }, { width: 501, height: 300 }, LEAST);
  assert.deepEqual(leaves(tooNarrow.box).map(({ width }) => width), [251, 250]);
  const heightOfFile = leaves(planLayout({ ...wanted("grid", 1), kept: FILE }, { width: 300, height: 1000 }, LEAST).box)[0]?.height;
  assert.equal(heightOfFile, 360);
});

test("a comparison has its share of the height, at least its least, and is a tab if the panes would be too low", () => {
  const plan = (height: number): { wide: boolean; height: number | undefined } => {
    const { box, wide } = planLayout({ ...wanted("columns", 2), wide: true }, { width: 930, height }, LEAST);
    return { wide, height: leaves(box).at(-1)?.height };
  };
  assert.deepEqual(plan(399), { wide: false, height: 399 });
  assert.deepEqual(plan(400), { wide: true, height: 200 });
  assert.deepEqual(plan(1000), { wide: true, height: 450 });
  assert.deepEqual(plan(1002), { wide: true, height: 451 });
});

test("a comparison is across the file too only if two answers do not fit below the panes", () => {
  const shapeOf = (width: number): string => shape(toLayout(planLayout({ ...wanted("columns", 1), kept: FILE, wide: true }, { width, height: 740 }, LEAST).box));
  // 560 of 875 pixels are the panes', and 559 of 874.
  assert.deepEqual([shapeOf(874), shapeOf(875)], ["1(..).", "0.(..)"]);
});

test("the least height is that of eight lines, tabs and breadcrumbs", () => {
  const font = { fontSize: 14, lineHeight: 0, breadcrumbs: true, mac: false };
  assert.deepEqual(leastSize(font), { width: 280, height: 8 * 19 + 57 });
  assert.equal(leastSize({ ...font, lineHeight: 1.5, breadcrumbs: false }).height, 8 * 21 + 35);
  assert.equal(leastSize({ ...font, lineHeight: 30 }).height, 240 + 57);
  assert.equal(leastSize({ ...font, fontSize: 12, mac: true }).height, 8 * 18 + 57);
});

test("a line height below eight is a factor, and from eight on pixels", () => {
  const font = { fontSize: 10, breadcrumbs: false, mac: false };
  assert.equal(leastSize({ ...font, lineHeight: 1 }).height, 8 * 10 + 35);
  assert.equal(leastSize({ ...font, lineHeight: 7.9 }).height, 8 * 79 + 35);
  assert.equal(leastSize({ ...font, lineHeight: 8 }).height, 8 * 8 + 35);
});
