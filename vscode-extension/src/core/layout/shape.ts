/** Reads and builds VS Code's editor layouts in pixels. Pure. */

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

/** A width and a height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** An editor group, or groups in a row or a column, with its size. */
export interface Box extends Size {
  readonly orientation?: Orientation;
  readonly parts?: readonly Box[];
}

/** Joins boxes to a row or a column; a part that is laid out the same way is joined to it. */
export function join(orientation: Orientation, parts: readonly Box[]): Box {
  const flat = parts.flatMap((part) => (part.orientation === orientation ? (part.parts ?? []) : [part]));
  const [first] = flat;
  if (flat.length === 1 && first !== undefined) {
    return first;
  }
  const [widths, heights] = [flat.map(({ width }) => width), flat.map(({ height }) => height)];
  return orientation === Orientation.SideBySide
    ? { orientation, parts: flat, width: add(widths), height: Math.max(0, ...heights) }
    : { orientation, parts: flat, width: Math.max(0, ...widths), height: add(heights) };
}

/** Builds a row or a column of groups of the same size that fill an area. */
export function fill(orientation: Orientation, count: number, area: Size): Box {
  return join(
    orientation,
    divide(orientation === Orientation.SideBySide ? area.width : area.height, Array.from({ length: count }, () => 1)).map((size) =>
      orientation === Orientation.SideBySide ? { width: size, height: area.height } : { width: area.width, height: size },
    ),
  );
}

/** Divides pixels in proportion to the shares; rounding leaves none over. */
export function divide(pixels: number, shares: readonly number[]): number[] {
  const sum = add(shares);
  let before = 0;
  return shares.map((share, index) => {
    const end = Math.round((pixels * add(shares.slice(0, index + 1))) / sum);
    const size = (share === 0 && sum === 0 ? pixels : end) - before;
    before += size;
    return size;
  });
}

/** Converts a box to what the editor takes. */
export function toLayout(box: Box): EditorLayout {
  const orientation = box.orientation ?? Orientation.SideBySide;
  return { orientation, groups: (box.parts ?? [box]).map((part) => toNode(part, orientation)) };
}

/** Converts a layout to boxes that fill an area, in the proportions that it had. */
export function toBox({ orientation, groups }: EditorLayout, area: Size): Box {
  const isRow = orientation === Orientation.SideBySide;
  const even = groups.some(({ size }) => !size);
  const sizes = divide(
    isRow ? area.width : area.height,
    groups.map(({ size }) => (even ? 1 : (size ?? 1))),
  );
  const across = isRow ? Orientation.Stacked : Orientation.SideBySide;
  const parts = groups.map((node, index): Box => {
    const size = sizes[index] ?? 0;
    const part = isRow ? { width: size, height: area.height } : { width: area.width, height: size };
    return node.groups?.length ? toBox({ orientation: across, groups: node.groups }, part) : part;
  });
  return join(orientation, parts);
}

/** Lists the sizes of the editor groups in the order of their columns. */
export function leaves(box: Box): Size[] {
  return box.parts === undefined ? [box] : box.parts.flatMap(leaves);
}

/** Counts the editor groups of a layout. */
export function leafCount(nodes: readonly LayoutNode[]): number {
  return add(nodes.map(({ groups }) => (groups?.length ? leafCount(groups) : 1)));
}

/** Returns how many groups are beside each other at most, and how many above each other. */
export function extent(box: Box): { columns: number; rows: number } {
  const parts = (box.parts ?? []).map(extent);
  if (parts.length === 0) {
    return { columns: 1, rows: 1 };
  }
  const [columns, rows] = [parts.map((part) => part.columns), parts.map((part) => part.rows)];
  return box.orientation === Orientation.SideBySide
    ? { columns: add(columns), rows: Math.max(...rows) }
    : { columns: Math.max(...columns), rows: add(rows) };
}

/** Returns what of the size of the editor area a layout tells: a single row does not tell its height. */
export function areaOf({ orientation, groups }: EditorLayout): Partial<Size> {
  const along = add(groups.map(({ size }) => size ?? 0));
  const nested = groups.find((node) => node.groups?.length)?.groups;
  const across = nested && add(nested.map(({ size }) => size ?? 0));
  const [width, height] = orientation === Orientation.SideBySide ? [along, across] : [across, along];
  return { ...(width !== undefined && { width }), ...(height !== undefined && { height }) };
}

/** Formats how groups are nested: two layouts with the same text differ in sizes alone. */
export function shape({ orientation, groups }: EditorLayout): string {
  const text = (node: LayoutNode): string => (node.groups?.length ? `(${node.groups.map(text).join("")})` : ".");
  return groups.length === 1 && !groups[0]?.groups?.length ? "." : `${orientation}${groups.map(text).join("")}`;
}

function toNode(box: Box, parent: Orientation): LayoutNode {
  const size = parent === Orientation.SideBySide ? box.width : box.height;
  return box.parts === undefined || box.orientation === undefined
    ? { size }
    : { size, groups: box.parts.map((part) => toNode(part, parent === Orientation.SideBySide ? Orientation.Stacked : Orientation.SideBySide)) };
}

function add(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
