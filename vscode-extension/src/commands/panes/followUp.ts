/** Commands that reply in panes, regenerate and stop answers. */
import * as vscode from "vscode";
import { excerpt } from "../../ask/followUps.js";
import { askPrompt } from "../../ask/promptBox.js";
import { type Draft, recipient } from "../../ask/prompts.js";
import type { Antiphon } from "../../antiphon.js";
import { sanitizeForPick } from "../../core/format/sanitize.js";
import { addressOf } from "../../core/panes/uri.js";
import type { CancelResult, Pane, RunResult } from "../../protocol.js";
import { showInfo } from "../../ui/messages.js";
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

/** Opens a follow-up in an editor, with the draft that was not sent. */
export async function composeFollowUp(app: Antiphon, target?: Target): Promise<void> {
  const uri = resolvePane(target);
  const record = uri && (await app.panes.findRecord(uri));
  if (record === undefined) {
    await explainNoPane();
    return;
  }
  const { prompt = "", context = [] } = app.prompts.draft(recipient([record.pane.id])) ?? {};
  await app.composer.open(prompt, context, [record.pane]);
}

/** Lists the follow-ups that wait for an answer to end; the chosen one is taken back to be changed. */
export async function waitingFollowUps(app: Antiphon): Promise<void> {
  const rows = app.followUps.list.map((followUp) => ({
    label: sanitizeForPick(excerpt(followUp.draft.prompt)),
    description: sanitizeForPick(app.followUps.when(followUp.panes)),
    followUp,
  }));
  if (rows.length === 0) {
    void showInfo(vscode.l10n.t("No follow-up waits."));
    return;
  }
  const title = vscode.l10n.t("Follow-ups that wait");
  const placeHolder = vscode.l10n.t("Enter takes one back, to change or to leave it");
  const chosen = await vscode.window.showQuickPick(rows, { title, placeHolder });
  if (chosen !== undefined) {
    await app.followUps.takeBack(chosen.followUp);
    await ask(app, chosen.followUp.panes);
  }
}

/** Stops the answer of a pane; the others of its run continue. */
export async function stop(app: Antiphon, target?: Target): Promise<void> {
  const uri = resolvePane(target);
  const address = uri && addressOf(uri);
  if (address === undefined) {
    await stopAll(app);
  } else {
    reportCancelled(await app.server.execute("antiphon.cancel", { paneId: address.paneId }));
  }
}

/** Stops all answers; the follow-ups that wait for them stay drafts. */
export async function stopAll(app: Antiphon): Promise<void> {
  // All at once, so that none is sent meanwhile; newest first, so that drafts to one pane keep their order.
  const drafts = [...app.followUps.list].reverse().map((followUp) => app.followUps.takeBack(followUp));
  reportCancelled(await app.server.execute("antiphon.cancel", {}));
  await Promise.all(drafts);
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
  if (given !== undefined) {
    return app.followUps.send({ prompt: given, context: [] }, panes);
  }
  const key = recipient(panes.map(({ id }) => id));
  const answer = await askPrompt(app.server, app.prompts, {
    title: titleFor(app, panes),
    placeholder: vscode.l10n.t("What do you want to ask next?"),
    key,
    context: [],
    to: { sessionId: first.sessionId, paneIds: panes.map(({ id }) => id) },
    offers: panes.length === 1 ? ["compose", "all"] : ["compose"],
  });
  switch (answer?.kind) {
    case "send":
      return app.followUps.send(answer, panes);
    case "compose":
      await app.composer.open(answer.prompt, answer.context, panes);
      return undefined;
    case "all":
      return inAll(app, first, answer);
    default:
      return undefined;
  }
}

/** Goes on in every pane of the session; the draft of the one pane becomes that of all. */
async function inAll(app: Antiphon, pane: Pane, draft: Draft): Promise<RunResult | undefined> {
  const all = await sessionPanes(app, pane.uri);
  if (all === undefined || draft.prompt.trim() === "") {
    return all && ask(app, all);
  }
  await app.prompts.keep(recipient([pane.id]), { prompt: "", context: [] });
  return app.followUps.send(draft, all);
}

function titleFor(app: Antiphon, panes: readonly Pane[]): string {
  const title =
    panes.length === 1
      ? vscode.l10n.t("Follow up: {0}", panes[0]?.title ?? "")
      : vscode.l10n.t("Follow up in {0} panes", panes.length);
  const when = app.followUps.when(panes);
  return when === "" ? title : vscode.l10n.t("{0} ({1})", title, when);
}

/** Returns the prompt if a keybinding passes one; menus pass something else in its place. */
function promptText(prompt: unknown): string | undefined {
  return typeof prompt === "string" ? prompt : undefined;
}
