/** Reads and sets the layout of the editor's groups, in pixels. */
import * as vscode from "vscode";
import { leastSize } from "../../core/layout/plan.js";
import {
  areaOf,
  type Box,
  type EditorLayout,
  leafCount,
  leaves,
  Orientation,
  shape,
  type Size,
  toBox,
  toLayout,
} from "../../core/layout/shape.js";

const TRIES = 4;
/** Sizes that differ by no more than these pixels are the same. */
const TOLERANCE = 3;

export function readLayout(): Thenable<EditorLayout> {
  return vscode.commands.executeCommand<EditorLayout>("vscode.getEditorLayout");
}

/** Returns the size of the editor area; a layout that does not tell it is wrapped for a moment. */
export async function measureArea(): Promise<Size> {
  const current = await readLayout();
  const known = areaOf(current);
  if (known.width !== undefined && known.height !== undefined) {
    return { width: known.width, height: known.height };
  }
  const across = current.orientation === Orientation.SideBySide ? Orientation.Stacked : Orientation.SideBySide;
  const groups = current.groups.length === 1 ? current.groups : [{ groups: current.groups }];
  await setLayout({ orientation: across, groups });
  const { width, height } = { ...areaOf(await readLayout()), ...known };
  await setLayout(current);
  return { width: width ?? 0, height: height ?? 0 };
}

/**
 * Sets a layout and looks at the result. The editor squeezes groups if those before it were as narrow
 * as they can be; the same layout once more is then taken as it is.
 */
export async function applyBox(box: Box): Promise<void> {
  for (let tries = 0; tries < TRIES && !isAs(await readLayout(), box); tries += 1) {
    await setLayout(toLayout(box));
  }
}

/** Sets a layout of any size, in the proportions that it has. */
export async function applyLayout(layout: EditorLayout): Promise<void> {
  await applyBox(toBox(layout, await measureArea()));
}

/** Returns whether the groups are as planned. */
export function isAs(layout: EditorLayout, box: Box): boolean {
  const planned = leaves(box);
  const current = leaves(toBox(layout, { width: box.width, height: box.height, ...areaOf(layout) }));
  return (
    shape(layout) === shape(toLayout(box)) &&
    current.every(({ width, height }, index) => isNear(width, planned[index]?.width) && isNear(height, planned[index]?.height))
  );
}

/** Returns whether all groups of a layout can be read, as far as it tells their sizes. */
export function isReadable(layout: EditorLayout): boolean {
  const least = readableSize();
  const known = areaOf(layout);
  const sizes = leaves(toBox(layout, { width: known.width ?? Infinity, height: known.height ?? Infinity }));
  return sizes.every(({ width, height }) => width >= least.width && height >= least.height);
}

/** Returns whether the editor area has another size by now. */
export function hasOtherArea(layout: EditorLayout, area: Size): boolean {
  const { width = area.width, height = area.height } = areaOf(layout);
  return width !== area.width || height !== area.height;
}

/** Returns the least size of a group that can be read. */
export function readableSize(): Size {
  const editor = vscode.workspace.getConfiguration("editor", { languageId: "antiphon-answer" });
  const breadcrumbs = vscode.workspace.getConfiguration("breadcrumbs").get("enabled", true);
  return leastSize({
    fontSize: editor.get("fontSize", 14),
    lineHeight: editor.get("lineHeight", 0),
    breadcrumbs,
    mac: process.platform === "darwin",
  });
}

/** Returns the layout of the first groups alone; they are in one row if it cannot be told apart. */
export function firstGroups(layout: EditorLayout, wanted: number): EditorLayout {
  const taken: EditorLayout["groups"][number][] = [];
  let left = wanted;
  for (const node of layout.groups) {
    const count = leafCount([node]);
    if (left > 0 && count > left) {
      return { orientation: Orientation.SideBySide, groups: Array.from({ length: wanted }, () => ({})) };
    }
    if (left > 0) {
      taken.push(node);
      left -= count;
    }
  }
  const [only] = taken;
  if (taken.length === 1 && only?.groups !== undefined) {
    const across = layout.orientation === Orientation.SideBySide ? Orientation.Stacked : Orientation.SideBySide;
    return { orientation: across, groups: only.groups };
  }
  return { orientation: layout.orientation, groups: taken };
}

async function setLayout(layout: EditorLayout): Promise<void> {
  await vscode.commands.executeCommand("vscode.setEditorLayout", layout);
}

function isNear(size: number, planned = 0): boolean {
  return Math.abs(size - planned) <= TOLERANCE;
}
