/** Finds, closes and reopens the comparisons in the wide group below the panes. */
import * as vscode from "vscode";
import { showsPane } from "./locks.js";

interface Comparison {
  readonly tab: vscode.Tab;
  readonly input: vscode.TabInputTextDiff;
}

/** Lists the comparisons of the last group if it shows nothing else. */
export function wideComparisons(): Comparison[] {
  const groups = vscode.window.tabGroups.all;
  const last = groups.length > 1 ? groups.at(-1) : undefined;
  const found = last?.tabs.flatMap((tab) => (tab.input instanceof vscode.TabInputTextDiff && showsPane(tab) ? [{ tab, input: tab.input }] : [])) ?? [];
  return found.length === last?.tabs.length ? found : [];
}

export async function closeComparisons(comparisons: readonly Comparison[]): Promise<void> {
  const wanted = comparisons.map(({ tab }) => tab);
  await vscode.window.tabGroups.close(wanted, true);
}

export async function reopenComparisons(comparisons: readonly Comparison[], column: vscode.ViewColumn): Promise<void> {
  for (const { tab, input } of comparisons) {
    const options = { viewColumn: column, preview: false, preserveFocus: !tab.isActive };
    await vscode.commands.executeCommand("vscode.diff", input.original, input.modified, tab.label, options);
  }
}
