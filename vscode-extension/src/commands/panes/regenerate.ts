/** Commands that have answers written again, and show those before. */
import * as vscode from "vscode";
import type { Antiphon } from "../../antiphon.js";
import { messageRow } from "../../answers/sendSource.js";
import { pickModel } from "../../ask/models/modelPicker.js";
import type { PaneRecord, PaneStatus } from "../../core/panes/record.js";
import { paneTabs } from "../../panes/layout/tabs.js";
import type { CompareResult, Message, Pane, RunResult } from "../../protocol.js";
import { showInfo } from "../../ui/messages.js";
import { ensureTrusted } from "../../ui/trust.js";
import { paneAt } from "./choosePanes.js";
import { explainNoPane, resolvePane, type Target } from "./target.js";

const BROKEN: readonly PaneStatus[] = ["interrupted", "failed"];

/** Regenerates the last answer of a pane. */
export async function regenerateAnswer(app: Antiphon, target?: Target): Promise<RunResult | undefined> {
  const found = await answered(app, target);
  return found === undefined ? explainNoPane() : regenerate(app, found.uri, found.messageId);
}

/** Regenerates the last answer of a pane with another model, which a keybinding can pass. */
export async function regenerateWith(app: Antiphon, target?: Target, model?: unknown): Promise<RunResult | undefined> {
  const found = await answered(app, target);
  if (found === undefined) {
    return explainNoPane();
  }
  const title = vscode.l10n.t("The model that answers in place of {0}", found.record.pane.title);
  const chosen = typeof model === "string" ? model : await pickModel(app.models, title);
  return chosen === undefined ? undefined : regenerate(app, found.uri, found.messageId, chosen);
}

/** Regenerates all answers of open panes that were interrupted or failed. */
export async function regenerateInterrupted(app: Antiphon): Promise<void> {
  const uris = new Map(paneTabs().map(({ uri }) => [uri.toString(), uri]));
  const found = await Promise.all([...uris.values()].map((uri) => answered(app, uri)));
  const broken = found.flatMap((each) => (each !== undefined && BROKEN.includes(each.record.status) ? each : []));
  if (broken.length === 0) {
    void showInfo(vscode.l10n.t("No answer of an open pane was interrupted or failed."));
    return;
  }
  await Promise.all(broken.map(({ uri, messageId }) => regenerate(app, uri, messageId)));
}

/** Compares an answer with one that it took the place of. */
export async function showEarlierAnswer(app: Antiphon, target?: Target | Pane): Promise<CompareResult | undefined> {
  const pane = await paneAt(app, target ?? resolvePane(undefined));
  if (pane === undefined) {
    return explainNoPane();
  }
  // An export has the answers that were regenerated too; a session that is opened has not.
  const { text } = await app.server.execute("antiphon.session.export", { sessionId: pane.sessionId, format: "json" });
  const { messages } = JSON.parse(text) as { messages: readonly Message[] };
  const answers = messages.filter(({ paneId, role }) => paneId === pane.id && role === "assistant");
  const earlier = answers.filter(({ superseded }) => superseded === true).reverse();
  if (earlier.length === 0) {
    void showInfo(vscode.l10n.t("No answer of {0} was regenerated.", pane.title));
    return undefined;
  }
  const chosen = earlier.length === 1 ? earlier[0] : await pickAnswer(earlier);
  const now = chosen && successor(answers, chosen);
  return now && app.comparisons.compare({ left: { messageId: chosen.id }, right: { messageId: now.id } });
}

async function pickAnswer(answers: readonly Message[]): Promise<Message | undefined> {
  const rows = answers.map((message) => ({ ...messageRow(message), message }));
  return (await vscode.window.showQuickPick(rows, { title: vscode.l10n.t("Earlier answers") }))?.message;
}

/** Returns the answer that is shown in place of one. */
function successor(answers: readonly Message[], earlier: Message): Message | undefined {
  return answers.slice(answers.indexOf(earlier) + 1).find(({ superseded }) => superseded !== true);
}

interface Answered {
  readonly uri: vscode.Uri;
  readonly record: PaneRecord;
  readonly messageId: string;
}

async function answered(app: Antiphon, target: Target): Promise<Answered | undefined> {
  const uri = resolvePane(target);
  const record = uri && (await app.panes.findRecord(uri));
  return uri === undefined || record?.messageId === undefined ? undefined : { uri, record, messageId: record.messageId };
}

async function regenerate(app: Antiphon, uri: vscode.Uri, messageId: string, model?: string): Promise<RunResult | undefined> {
  return ensureTrusted() ? app.runs.regenerate(uri, { messageId, ...(model !== undefined && { model }) }) : undefined;
}
