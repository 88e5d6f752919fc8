/** Commands that compare answers: the diff, and the consensus. */
import * as vscode from "vscode";
import type { Antiphon } from "../../antiphon.js";
import type { Sides } from "../../answers/diffEditor.js";
import { sanitizeForPick } from "../../core/format/sanitize.js";
import { SCHEME } from "../../core/panes/uri.js";
import { SideOpener } from "../../panes/layout/sideOpener.js";
import { paneRow } from "../../panes/paneRow.js";
import type { CompareResult, CompareSide, ConsensusResult, Pane } from "../../protocol.js";
import { explainNoPane, resolvePane, type Target } from "../panes/target.js";
import { paneAt, candidatePanes, pickPanes, selectedPanes } from "../panes/choosePanes.js";
import { documentOf } from "../../ui/documents.js";

interface SideRow extends vscode.QuickPickItem {
  readonly side?: CompareSide;
}

/** Compares two panes, or a pane and a file. A keybinding can pass both sides. */
export async function comparePanes(app: Antiphon, target?: Target | Pane | Sides, selection?: unknown): Promise<CompareResult | undefined> {
  if (isSides(target)) {
    return app.comparisons.compare({ left: target.left, right: target.right });
  }
  const two = await selectedPanes(app, selection);
  if (two?.length === 2) {
    const [left, right] = two.map(({ id }) => ({ paneId: id }));
    return left && right && app.comparisons.compare({ left, right });
  }
  const first = await paneAt(app, target ?? resolvePane(undefined));
  const panes = await candidatePanes(app, first?.uri);
  const left = first === undefined ? await pickSide(app, panes, vscode.l10n.t("Compare")) : { paneId: first.id };
  if (left === undefined) {
    return panes.length === 0 ? explainNoPane() : undefined;
  }
  const others = panes.filter(({ id }) => id !== left.paneId);
  const name = panes.find(({ id }) => id === left.paneId)?.title ?? vscode.l10n.t("the file");
  const right = await pickSide(app, others, vscode.l10n.t("Compare {0} with", name), left.paneId !== undefined);
  return right && app.comparisons.compare({ left, right });
}

/** Closes the comparison, or reopens the last one. */
export async function toggleComparison(app: Antiphon): Promise<void> {
  if (!(await app.comparisons.toggle())) {
    await comparePanes(app);
  }
}

/** Marks what answers agree on, and opens the overview beside them. */
export async function showConsensus(app: Antiphon, target?: Target | Pane, selection?: unknown): Promise<ConsensusResult | undefined> {
  const first = await paneAt(app, target ?? resolvePane(undefined));
  const panes =
    (await selectedPanes(app, selection)) ??
    (await pickPanes(app, await candidatePanes(app, first?.uri), vscode.l10n.t("Answers to look for what they have in common")));
  if (panes === undefined) {
    return undefined;
  }
  const result = await app.consensus.mark(panes.map(({ id }) => id));
  const opener = new SideOpener(app.grid, app.log);
  opener.show(documentOf(result.uri));
  await opener.done();
  return result;
}

/** Removes the marks. */
export async function hideConsensus(app: Antiphon): Promise<void> {
  await app.consensus.clear();
}

async function pickSide(app: Antiphon, panes: readonly Pane[], title: string, files = false): Promise<CompareSide | undefined> {
  const rows: SideRow[] = panes.map((pane) => ({ ...paneRow(app.panes, pane), side: { paneId: pane.id } }));
  if (files) {
    const open = openDocuments();
    if (open.length > 0) {
      rows.push({ label: vscode.l10n.t("Files"), kind: vscode.QuickPickItemKind.Separator });
      rows.push(...open.map((document) => ({ label: sanitizeForPick(vscode.workspace.asRelativePath(document.uri)), side: sideOf(document) })));
    }
    rows.push({ label: `$(folder-opened) ${vscode.l10n.t("Other file…")}` });
  }
  if (rows.length === 0) {
    return undefined;
  }
  const chosen = await vscode.window.showQuickPick(rows, { title, matchOnDescription: true });
  if (chosen === undefined || chosen.side !== undefined) {
    return chosen?.side;
  }
  const [file] = (await vscode.window.showOpenDialog({ openLabel: vscode.l10n.t("Compare") })) ?? [];
  return file && sideOf(await vscode.workspace.openTextDocument(file));
}

function openDocuments(): vscode.TextDocument[] {
  const shown = new Set(
    vscode.window.tabGroups.all
      .flatMap(({ tabs }) => tabs)
      .flatMap(({ input }) => (input instanceof vscode.TabInputText ? input.uri.toString() : [])),
  );
  return vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme !== SCHEME && shown.has(uri.toString()));
}

/** Includes the text if it differs from the disk. */
function sideOf(document: vscode.TextDocument): CompareSide {
  const uri = document.uri.toString();
  return document.isDirty || document.uri.scheme !== "file" ? { uri, text: document.getText() } : { uri };
}

function isSides(target: unknown): target is Sides {
  return typeof target === "object" && target !== null && "left" in target && "right" in target;
}
