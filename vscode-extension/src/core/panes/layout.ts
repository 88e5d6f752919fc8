/** Plans VS Code's editor grid for a number of panes. */

/** A node of `vscode.setEditorLayout`: a leaf is an editor group. */
export interface LayoutNode {
  readonly size?: number;
  readonly groups?: readonly LayoutNode[];
}

/** The argument of `vscode.setEditorLayout`; the orientation alternates with every level. */
export interface EditorLayout {
  readonly orientation: Orientation;
  readonly groups: readonly LayoutNode[];
}

export enum Orientation {
  SideBySide = 0,
  Stacked = 1,
}

export type LayoutMode = "grid" | "columns" | "rows" | "tabs";

/** Returns how many groups are shown for `count` panes; the others become tabs. */
export function groupCount(mode: LayoutMode, count: number, maxSplits: number): number {
  return mode === "tabs" ? Math.min(count, 1) : Math.min(count, Math.max(1, maxSplits));
}

/** Returns the number of panes of each row; the first rows have one more if it does not divide evenly. */
export function rowsOf(mode: LayoutMode, groups: number): number[] {
  if (mode === "columns") {
    return [groups];
  }
  if (mode === "rows") {
    return Array.from({ length: groups }, () => 1);
  }
  const rows = Math.max(1, Math.round(Math.sqrt(groups) - 0.1));
  return Array.from({ length: rows }, (_, row) => Math.ceil((groups - row) / rows));
}

/** Builds a grid that fills the editor area. */
export function wholeLayout(rows: readonly number[]): EditorLayout {
  if (rows.length === 1) {
    return { orientation: Orientation.SideBySide, groups: leaves(rows[0] ?? 1) };
  }
  return { orientation: Orientation.Stacked, groups: rowNodes(rows) };
}

/** Builds a grid to the right of the former layout; `share` is its part of the width, from 0 to 1. */
export function besideLayout(before: EditorLayout, rows: readonly number[], share: number): EditorLayout {
  const kept = scaleSizes(keptColumns(before), 1 - share);
  return { orientation: Orientation.SideBySide, groups: [...kept, ...gridColumns(rows, share)] };
}

/** Counts the editor groups of a layout. */
export function leafCount(nodes: readonly LayoutNode[]): number {
  return nodes.reduce((sum, node) => sum + (node.groups?.length ? leafCount(node.groups) : 1), 0);
}

function keptColumns(before: EditorLayout): readonly LayoutNode[] {
  if (before.groups.length === 1 || before.orientation === Orientation.SideBySide) {
    return before.groups;
  }
  return [{ groups: before.groups }];
}

function gridColumns(rows: readonly number[], share: number): readonly LayoutNode[] {
  if (rows.length === 1) {
    return scaleSizes(leaves(rows[0] ?? 1), share);
  }
  return [{ size: share, groups: rowNodes(rows) }];
}

function rowNodes(rows: readonly number[]): readonly LayoutNode[] {
  const size = 1 / rows.length;
  return rows.map((cells) => (cells === 1 ? { size } : { size, groups: leaves(cells) }));
}

function leaves(count: number): readonly LayoutNode[] {
  return Array.from({ length: count }, () => ({ size: 1 / count }));
}

/** Scales the sizes of nodes to add up to `total`: they may be in pixels, or missing. */
function scaleSizes(nodes: readonly LayoutNode[], total: number): readonly LayoutNode[] {
  const sum = nodes.reduce((all, node) => all + (node.size ?? 0), 0);
  const even = sum <= 0 || nodes.some((node) => node.size === undefined);
  return nodes.map((node) => ({
    ...node,
    size: total * (even ? 1 / nodes.length : (node.size ?? 0) / sum),
  }));
}
