/** Plans VS Code's editor grid for a number of panes, so that each can be read. Pure. */
import { type Box, divide, type EditorLayout, extent, fill, join, leafCount, Orientation, type Size, toBox } from "./shape.js";

export type LayoutMode = "grid" | "columns" | "rows" | "tabs";

/** What is to be shown. */
export interface Wanted {
  readonly mode: LayoutMode;
  /** The number of panes that get a group of their own if there is room. */
  readonly panes: number;
  readonly maxSplits: number;
  /** The layout of the groups in front of the panes. */
  readonly kept?: EditorLayout;
  /** Whether a wide group for a comparison is below the panes. */
  readonly wide?: boolean;
}

export interface Plan {
  readonly box: Box;
  /** The number of groups for panes; further panes are tabs behind them. */
  readonly groups: number;
  /** The number of groups in front of those of the panes. */
  readonly kept: number;
  /** Whether the last group is a wide one. */
  readonly wide: boolean;
}

/** The least width in pixels of a group whose text can be read. */
export const LEAST_WIDTH = 280;
const LEAST_LINES = 8;
/** The heights in pixels of a group's tabs and of its breadcrumbs. */
const TABS_HEIGHT = 35;
const BREADCRUMBS_HEIGHT = 22;
/** Two answers side by side. */
export const WIDE_WIDTH = 2 * LEAST_WIDTH;
/** The share of the area for panes beside or below other editors, and of a comparison below panes. */
const SHARE_OF_PANES = 0.64;
const SHARE_OF_WIDE = 0.45;
/** The factor from the size of a font to the height of a line, as the editor has it. */
const LINE_FACTOR = { mac: 1.5, other: 1.35 };
const LEAST_LINE_HEIGHT = 8;

/** Returns the least size of a readable group, from settings of the editor. */
export function leastSize(font: { fontSize: number; lineHeight: number; breadcrumbs: boolean; mac: boolean }): Size {
  const { fontSize, lineHeight } = font;
  const factor = lineHeight > 0 && lineHeight < LEAST_LINE_HEIGHT ? lineHeight : font.mac ? LINE_FACTOR.mac : LINE_FACTOR.other;
  const line = lineHeight >= LEAST_LINE_HEIGHT ? lineHeight : Math.round(factor * fontSize);
  return { width: LEAST_WIDTH, height: LEAST_LINES * line + TABS_HEIGHT + (font.breadcrumbs ? BREADCRUMBS_HEIGHT : 0) };
}

/** Plans the layout of an area. What does not fit becomes tabs, a comparison too. */
export function planLayout(wanted: Wanted, area: Size, least: Size): Plan {
  const { kept } = wanted;
  const keptCount = kept === undefined ? 0 : leafCount(kept.groups);
  const whole = divideArea(kept, area, least);
  const strip = wanted.wide === true ? stripFor(whole.panes, kept !== undefined, area, least) : undefined;
  if (strip === undefined) {
    const rows = fitRows(wanted, whole.panes, least);
    return { box: whole.around(grid(rows, whole.panes)), groups: count(rows), kept: keptCount, wide: false };
  }
  const wide = { width: strip.width, height: strip.height };
  if (strip.across) {
    const above = divideArea(kept, { width: area.width, height: area.height - wide.height }, least);
    const rows = fitRows(wanted, above.panes, least);
    const box = join(Orientation.Stacked, [above.around(grid(rows, above.panes)), wide]);
    return { box, groups: count(rows), kept: keptCount, wide: true };
  }
  const room = { width: whole.panes.width, height: whole.panes.height - wide.height };
  const rows = fitRows(wanted, room, least);
  const box = whole.around(join(Orientation.Stacked, [grid(rows, room), wide]));
  return { box, groups: count(rows), kept: keptCount, wide: true };
}

/** Returns the number of panes of each row, as many rows and columns as can be read. */
export function fitRows({ mode, panes, maxSplits }: Pick<Wanted, "mode" | "panes" | "maxSplits">, room: Size, least: Size): number[] {
  const columns = Math.max(1, Math.floor(room.width / least.width));
  const rows = Math.max(1, Math.floor(room.height / least.height));
  const wanted = Math.min(panes, Math.max(1, maxSplits));
  switch (mode) {
    case "tabs":
      return [1];
    case "columns":
      return [Math.min(wanted, columns)];
    case "rows":
      return Array.from({ length: Math.min(wanted, rows) }, () => 1);
    case "grid":
      return gridRows(Math.min(wanted, columns * rows), columns, rows);
  }
}

/** The first rows have one more pane if they do not divide evenly. */
function gridRows(groups: number, columns: number, mostRows: number): number[] {
  const square = Math.max(1, Math.round(Math.sqrt(groups) - 0.1));
  const rows = Math.min(mostRows, Math.max(square, Math.ceil(groups / columns)));
  return Array.from({ length: rows }, (_, row) => Math.ceil((groups - row) / rows));
}

function grid(rows: readonly number[], room: Size): Box {
  const heights = divide(room.height, rows.map(() => 1));
  return join(
    Orientation.Stacked,
    rows.map((cells, row) => fill(Orientation.SideBySide, cells, { width: room.width, height: heights[row] ?? 0 })),
  );
}

interface Division {
  /** The room for panes. */
  readonly panes: Size;
  /** Puts what is kept beside or above the panes. */
  around(panes: Box): Box;
}

/** Divides the area: panes are beside what is kept, or below it if both would be too narrow. */
function divideArea(kept: EditorLayout | undefined, area: Size, least: Size): Division {
  if (kept === undefined) {
    return { panes: area, around: (panes) => panes };
  }
  const { columns, rows } = extent(toBox(kept, area));
  const isNarrow = area.width < (columns + 1) * least.width;
  const isHigh = area.height >= (rows + 1) * least.height;
  if (isNarrow && isHigh) {
    const height = share(area.height, rows * least.height, least.height);
    const panes = { width: area.width, height: area.height - height };
    return { panes, around: (box) => join(Orientation.Stacked, [toBox(kept, { width: area.width, height }), box]) };
  }
  const width = share(area.width, columns * least.width, least.width);
  const panes = { width: area.width - width, height: area.height };
  return { panes, around: (box) => join(Orientation.SideBySide, [toBox(kept, { width, height: area.height }), box]) };
}

/** Returns the part that is kept, with its least size and that of the panes if both fit. */
function share(pixels: number, least: number, leastOfPanes: number): number {
  const most = Math.max(Math.round(pixels / 2), pixels - leastOfPanes);
  return Math.min(most, Math.max(least, Math.round(pixels * (1 - SHARE_OF_PANES))));
}

/** Returns the group of a comparison, or `undefined` if the panes above it could not be read. */
function stripFor(panes: Size, hasKept: boolean, area: Size, least: Size): (Size & { across: boolean }) | undefined {
  const across = hasKept && panes.width < WIDE_WIDTH && area.width > panes.width;
  const room = across ? area : panes;
  const height = Math.max(least.height, Math.round(room.height * SHARE_OF_WIDE));
  return room.height - height < least.height ? undefined : { width: room.width, height, across };
}

function count(rows: readonly number[]): number {
  return rows.reduce((sum, cells) => sum + cells, 0);
}
