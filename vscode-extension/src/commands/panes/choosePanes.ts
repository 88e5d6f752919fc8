/** Finds the panes that a command is about: those selected in a view, else those that the user picks. */
import * as vscode from "vscode";
import type { Antiphon } from "../../antiphon.js";
import { addressOf, SCHEME } from "../../core/panes/uri.js";
import { paneTabs } from "../../panes/layout/tabs.js";
import { paneRow } from "../../panes/paneRow.js";
import type { Pane } from "../../protocol.js";
import { explainNoPane, resolvePane, type Target } from "./target.js";

/** Returns the selected panes of a view; `undefined` if fewer than two are selected. */
export async function selectedPanes(app: Antiphon, selection: unknown): Promise<Pane[] | undefined> {
  if (!Array.isArray(selection) || selection.length < 2) {
    return undefined;
  }
  const panes = await Promise.all((selection as unknown[]).map((item) => paneAt(app, item)));
  return panes.filter((pane) => pane !== undefined);
}

/** Returns the pane that an item of a view, a document or its URI names. */
export async function paneAt(app: Antiphon, item: unknown): Promise<Pane | undefined> {
  if (isPane(item)) {
    return item;
  }
  const uri = item instanceof vscode.Uri || typeof item === "string" ? resolvePane(item) : undefined;
  return uri === undefined ? undefined : (await app.panes.findRecord(uri))?.pane;
}

/** Lists the panes to choose from: those of the target's session, then other open ones. */
export async function candidatePanes(app: Antiphon, target: Target): Promise<Pane[]> {
  const open = paneTabs().flatMap(({ uri }) => (addressOf(uri)?.kind === "pane" ? uri : []));
  const uri = resolvePane(target) ?? open[0];
  const address = uri?.scheme === SCHEME ? addressOf(uri) : undefined;
  const found = new Map<string, Pane>();
  if (address !== undefined) {
    const { session } = await app.server.execute("antiphon.session.open", { sessionId: address.sessionId });
    for (const pane of session.panes) {
      found.set(pane.id, pane);
    }
  }
  for (const other of open) {
    const pane = (await app.panes.findRecord(other))?.pane;
    if (pane !== undefined && !found.has(pane.id)) {
      found.set(pane.id, pane);
    }
  }
  return [...found.values()];
}

/** Asks the user for panes, all selected at first; says so if there are none. */
export async function pickPanes(app: Antiphon, panes: readonly Pane[], title: string): Promise<Pane[] | undefined> {
  if (panes.length === 0) {
    return explainNoPane();
  }
  const rows = panes.map((pane) => ({ ...paneRow(app.panes, pane), picked: true }));
  const options = { title, canPickMany: true, matchOnDescription: true } as const;
  const chosen = await vscode.window.showQuickPick(rows, options);
  return chosen === undefined || chosen.length === 0 ? undefined : chosen.map(({ pane }) => pane);
}

function isPane(item: unknown): item is Pane {
  return typeof item === "object" && item !== null && "sessionId" in item && "model" in item && "uri" in item;
}
