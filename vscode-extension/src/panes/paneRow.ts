/** Shows a pane as a row of a list to pick from. */
import * as vscode from "vscode";
import { sanitizeForPick } from "../core/format/sanitize.js";
import { isBusy } from "../core/panes/record.js";
import type { Pane } from "../protocol.js";
import type { PaneStore } from "./store.js";

export interface PaneRow extends vscode.QuickPickItem {
  readonly pane: Pane;
}

/** Builds the row: the title, the model, and whether the pane is answering. */
export function paneRow(panes: PaneStore, pane: Pane): PaneRow {
  const busy = isBusy(panes.record(pane.id));
  const model = sanitizeForPick(pane.model);
  return { label: sanitizeForPick(pane.title), description: busy ? vscode.l10n.t("{0}, answering", model) : model, pane };
}
