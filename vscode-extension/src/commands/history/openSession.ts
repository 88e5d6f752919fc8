/** Commands that open sessions and lay out their panes. */
import * as vscode from "vscode";
import type { Antiphon } from "../../antiphon.js";
import type { LayoutMode } from "../../core/layout/plan.js";
import { addressOf } from "../../core/panes/uri.js";
import { paneTabs } from "../../panes/layout/tabs.js";
import type { Pane, Session } from "../../protocol.js";
import { pickSession } from "./chooseSession.js";
import { documentOf } from "../../ui/documents.js";

/** Opens a session with all its panes. */
export async function openSession(app: Antiphon, given?: Session | string): Promise<void> {
  const sessionId = typeof given === "string" ? given : (given ?? (await pickSession(app, vscode.l10n.t("Open a session"))))?.id;
  if (sessionId === undefined) {
    return;
  }
  const { session } = await app.server.execute("antiphon.session.open", { sessionId });
  await app.panes.loadSession(sessionId);
  await showPanes(app, session.panes);
}

/** Closes the open panes, and restores the layout before them. */
export async function closePanes(app: Antiphon): Promise<void> {
  await app.grid.close(() => true);
}

/** Asks for a layout, and applies it to the open panes. */
export async function chooseLayout(app: Antiphon, given?: LayoutMode): Promise<void> {
  const settings = vscode.workspace.getConfiguration("antiphon.layout");
  const mode = given ?? (await pickLayout(settings.get<LayoutMode>("mode", "grid")));
  if (mode === undefined) {
    return;
  }
  await settings.update("mode", mode, vscode.ConfigurationTarget.Global);
  if (paneTabs().length > 0) {
    await app.grid.placeAgain();
  }
}

async function showPanes(app: Antiphon, panes: readonly Pane[]): Promise<void> {
  const uris = panes.map(({ uri }) => documentOf(uri));
  const ours = new Set(panes.map(({ id }) => id));
  await app.grid.close((uri) => !ours.has(addressOf(uri)?.paneId ?? ""));
  await app.grid.place(uris);
}

async function pickLayout(current: LayoutMode): Promise<LayoutMode | undefined> {
  const rows: (vscode.QuickPickItem & { mode: LayoutMode })[] = [
    { label: `$(layout) ${vscode.l10n.t("Grid")}`, detail: vscode.l10n.t("Two side by side, four in a square"), mode: "grid" },
    { label: `$(split-horizontal) ${vscode.l10n.t("Columns")}`, detail: vscode.l10n.t("All side by side"), mode: "columns" },
    { label: `$(split-vertical) ${vscode.l10n.t("Rows")}`, detail: vscode.l10n.t("One above the other"), mode: "rows" },
    { label: `$(window) ${vscode.l10n.t("Tabs")}`, detail: vscode.l10n.t("All in one group"), mode: "tabs" },
  ];
  const title = vscode.l10n.t("How panes are laid out");
  const marked = rows.map((row) => (row.mode === current ? { ...row, description: vscode.l10n.t("now") } : row));
  return (await vscode.window.showQuickPick(marked, { title }))?.mode;
}
