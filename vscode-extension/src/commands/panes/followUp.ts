/** Commands that reply in panes, regenerate and stop answers. */
import * as vscode from "vscode";
import { askPrompt } from "../../ask/promptBox.js";
import type { Antiphon } from "../../antiphon.js";
import { sanitizeForPick } from "../../core/format/sanitize.js";
import { addressOf } from "../../core/panes/uri.js";
import type { CancelResult, Pane, RunResult } from "../../protocol.js";
import { ensureTrusted } from "../../ui/trust.js";
import { explainNoPane, resolvePane, sessionPanes, type Target } from "./target.js";

/** How long the status bar shows that nothing was running. */
const MESSAGE_MS = 3000;

export async function followUp(app: Antiphon, target?: Target, prompt?: unknown): Promise<RunResult | undefined> {
  const uri = resolvePane(target);
  const record = uri && (await app.panes.findRecord(uri));
  if (record === undefined) {
    return explainNoPane();
  }
  return ask(app, [record.pane], promptText(prompt));
}

export async function followUpAll(app: Antiphon, target?: Target, prompt?: unknown): Promise<RunResult | undefined> {
  const panes = await sessionPanes(app, target);
  return panes === undefined ? explainNoPane() : ask(app, panes, promptText(prompt));
}

export async function followUpChosen(app: Antiphon, target?: Target): Promise<RunResult | undefined> {
  const panes = await sessionPanes(app, target);
  if (panes === undefined) {
    return explainNoPane();
  }
  const rows = panes.map((pane) => ({ label: sanitizeForPick(pane.title), description: sanitizeForPick(pane.model), picked: true, pane }));
  const title = vscode.l10n.t("Panes to go on with");
  const chosen = await vscode.window.showQuickPick(rows, { title, canPickMany: true });
  return chosen === undefined || chosen.length === 0 ? undefined : ask(app, chosen.map(({ pane }) => pane));
}

export async function regenerateAnswer(app: Antiphon, target?: Target): Promise<RunResult | undefined> {
  const uri = resolvePane(target);
  const record = uri && (await app.panes.findRecord(uri));
  if (uri === undefined || record?.messageId === undefined) {
    return explainNoPane();
  }
  return ensureTrusted() ? app.runs.regenerate(uri, { messageId: record.messageId }) : undefined;
}

/** Stops the answer of a pane; the others of its run continue. */
export async function stop(app: Antiphon, target?: Target): Promise<void> {
  const uri = resolvePane(target);
  const address = uri && addressOf(uri.path);
  if (address === undefined) {
    await stopAll(app);
  } else {
    reportCancelled(await app.server.execute("antiphon.cancel", { paneId: address.paneId }));
  }
}

export async function stopAll(app: Antiphon): Promise<void> {
  reportCancelled(await app.server.execute("antiphon.cancel", {}));
}

function reportCancelled({ cancelled }: CancelResult): void {
  if (cancelled === 0) {
    vscode.window.setStatusBarMessage(vscode.l10n.t("Nothing is being answered."), MESSAGE_MS);
  }
}

async function ask(app: Antiphon, panes: readonly Pane[], given?: string): Promise<RunResult | undefined> {
  const [first] = panes;
  if (first === undefined || !ensureTrusted()) {
    return undefined;
  }
  const to = { sessionId: first.sessionId, paneIds: panes.map(({ id }) => id) };
  const uris = panes.map(({ uri }) => vscode.Uri.parse(uri));
  if (given !== undefined) {
    return app.runs.followUp(given, uris, { ...to, prompt: given });
  }
  const alone = panes.length === 1;
  const answer = await askPrompt(app.server, {
    title: alone
      ? vscode.l10n.t("Follow up: {0}", first.title)
      : vscode.l10n.t("Follow up in {0} panes", panes.length),
    placeholder: vscode.l10n.t("What do you want to ask next?"),
    context: [],
    to,
    offers: alone ? ["all"] : [],
  });
  if (answer === undefined) {
    return undefined;
  }
  if (answer.kind === "all") {
    const all = await sessionPanes(app, uris[0]);
    return all && ask(app, all, answer.prompt.trim() === "" ? undefined : answer.prompt);
  }
  return app.runs.followUp(answer.prompt, uris, { ...to, prompt: answer.prompt, context: [...answer.context] });
}

/** Returns the prompt if a keybinding passes one; menus pass something else in its place. */
function promptText(prompt: unknown): string | undefined {
  return typeof prompt === "string" ? prompt : undefined;
}
