/** Opens panes in editor groups, and restores the former layout. */
import * as vscode from "vscode";
import {
  besideLayout,
  type EditorLayout,
  groupCount,
  leafCount,
  type LayoutMode,
  Orientation,
  rowsOf,
  wholeLayout,
} from "../../core/panes/layout.js";
import { SCHEME } from "../../core/panes/uri.js";
import { lockGroupOf } from "./locks.js";

/** The share of the width for panes beside other editors. */
const SHARE_BESIDE = 0.64;

/** The columns for the panes of one run. */
export interface Slots {
  /** Returns the editor column of the pane with the given number, from 0. */
  column(pane: number): vscode.ViewColumn;
}

export class Grid {
  private before: EditorLayout | undefined;

  /**
   * Creates groups for that many panes: beside the open editors, or in all of the space. Groups that
   * only show panes are reused.
   */
  async arrange(count: number): Promise<Slots> {
    const settings = vscode.workspace.getConfiguration("antiphon.layout");
    const mode = settings.get<LayoutMode>("mode", "grid");
    const groups = groupCount(mode, count, settings.get("maxSplits", 9));
    const others = otherGroups();
    const rows = rowsOf(mode, groups);
    const current = await layout();
    if (!anyPane()) {
      this.before = current;
    }
    await apply(others === 0 ? wholeLayout(rows) : besideLayout(this.keptLayout(current, others), rows, SHARE_BESIDE));
    keepRowsEven(others, groups);
    return { column: (pane) => others + (pane % groups) + 1 };
  }

  /** Closes the wanted panes, and restores the layout before them if none is left. */
  async close(wanted: (uri: vscode.Uri) => boolean): Promise<void> {
    await closeTabs(paneTabs().filter(({ uri }) => wanted(uri)));
    if (!anyPane() && this.before !== undefined) {
      await apply(this.before);
      this.before = undefined;
    }
  }

  /** Shows documents in the groups created for them, and nowhere else. */
  async place(uris: readonly vscode.Uri[]): Promise<void> {
    const slots = await this.arrange(uris.length);
    const columns = new Map(uris.map((uri, pane) => [uri.toString(), slots.column(pane)]));
    for (const uri of uris) {
      await open(uri, columns.get(uri.toString()) ?? vscode.ViewColumn.Active);
    }
    // Last, because an empty group is closed and the columns after it change.
    const strays = paneTabs().filter(({ tab, uri }) => {
      const column = columns.get(uri.toString());
      return column !== undefined && tab.group.viewColumn !== column;
    });
    await closeTabs(strays);
    for (const uri of uris) {
      await lockGroupOf(uri);
    }
  }

  private keptLayout(current: EditorLayout, others: number): EditorLayout {
    for (const candidate of [current, this.before]) {
      if (candidate !== undefined && leafCount(candidate.groups) === others) {
        return candidate;
      }
    }
    return { orientation: Orientation.SideBySide, groups: Array.from({ length: others }, () => ({})) };
  }
}

interface PaneTab {
  readonly tab: vscode.Tab;
  readonly uri: vscode.Uri;
}

/** Shows a pane without moving the focus, and locks its group. */
export async function showPane(uri: vscode.Uri, column: vscode.ViewColumn): Promise<void> {
  await open(uri, column);
  await lockGroupOf(uri);
}

async function open(uri: vscode.Uri, column: vscode.ViewColumn): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, { viewColumn: column, preserveFocus: true, preview: false });
}

/** Returns the tabs of panes in the order of their groups. */
export function paneTabs(): PaneTab[] {
  return vscode.window.tabGroups.all.flatMap((group) =>
    group.tabs.flatMap((tab) => {
      const uri = tab.input instanceof vscode.TabInputText ? tab.input.uri : undefined;
      return uri?.scheme === SCHEME ? [{ tab, uri }] : [];
    }),
  );
}

async function closeTabs(tabs: readonly PaneTab[]): Promise<void> {
  const wanted = tabs.map(({ tab }) => tab);
  await vscode.window.tabGroups.close(wanted, true);
}

function anyPane(): boolean {
  return paneTabs().length > 0;
}

/**
 * Evens out the rows. An editor gives its group a minimum width; if the columns together are too wide
 * by that, VS Code gives nearly all height to the last row until each group has an editor.
 */
function keepRowsEven(others: number, groups: number): void {
  const listener = vscode.window.tabGroups.onDidChangeTabs(() => {
    const made = vscode.window.tabGroups.all.slice(others, others + groups);
    if (made.length < groups || made.every(({ tabs }) => tabs.length > 0)) {
      listener.dispose();
    }
    void evenOut(others);
  });
}

async function evenOut(others: number): Promise<void> {
  const { groups } = await layout();
  const rows = (others === 0 ? groups : groups.at(-1)?.groups) ?? [];
  const sizes = rows.map(({ size }) => size ?? 1);
  if (Math.max(...sizes) > 2 * Math.min(...sizes)) {
    await vscode.commands.executeCommand("workbench.action.evenEditorWidths");
  }
}

/** Counts the groups in front of the panes: up to the last one that shows something else. */
function otherGroups(): number {
  const ours = new Set(paneTabs().map(({ tab }) => tab));
  return vscode.window.tabGroups.all.findLastIndex((group) => group.tabs.some((tab) => !ours.has(tab))) + 1;
}

async function layout(): Promise<EditorLayout> {
  return vscode.commands.executeCommand<EditorLayout>("vscode.getEditorLayout");
}

async function apply(wanted: EditorLayout): Promise<void> {
  await vscode.commands.executeCommand("vscode.setEditorLayout", wanted);
}
