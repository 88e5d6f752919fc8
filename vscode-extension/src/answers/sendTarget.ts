/** Picks where something is sent: panes of one session, and models that open new panes. */
import * as vscode from "vscode";
import type { Models } from "../ask/models/models.js";
import { sanitizeForPick } from "../core/format/sanitize.js";
import { paneRow } from "../panes/paneRow.js";
import type { PaneStore } from "../panes/store.js";
import type { Pane, TransferTo } from "../protocol.js";

interface TargetRow extends vscode.QuickPickItem {
  readonly pane?: Pane;
  readonly model?: string;
}

/** Asks the user for panes, and for models of new panes. */
export async function pickTargets(store: PaneStore, known: Models, panes: readonly Pane[]): Promise<{ to: TransferTo; panes: Pane[] } | undefined> {
  const { models } = await known.list();
  const rows: TargetRow[] = panes.map((pane) => paneRow(store, pane));
  rows.push({ label: vscode.l10n.t("New panes"), kind: vscode.QuickPickItemKind.Separator });
  rows.push(...models.filter(({ available }) => available).map(({ id }) => ({ label: `$(add) ${sanitizeForPick(id)}`, model: id })));
  const title = vscode.l10n.t("Send to");
  const chosen = await vscode.window.showQuickPick(rows, { title, canPickMany: true, matchOnDescription: true });
  if (chosen === undefined || chosen.length === 0) {
    return undefined;
  }
  const there = chosen.flatMap(({ pane }) => pane ?? []);
  const paneIds = there.map(({ id }) => id);
  const fresh = chosen.flatMap(({ model }) => model ?? []);
  return { panes: there, to: { ...(paneIds.length > 0 && { paneIds }), ...(fresh.length > 0 && { models: fresh }) } };
}
