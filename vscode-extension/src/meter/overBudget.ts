/** Asks whether to exceed a budget; nothing exceeds it without consent. */
import * as vscode from "vscode";
import { failureOf } from "../server/failure.js";
import { choose } from "../ui/messages.js";
import { openSetting } from "../ui/settings.js";

/** The user declined: they need no message about it. */
export class Declined extends vscode.CancellationError {}

/** Returns whether to repeat the request over its budget. Rejects with `Declined` if the user declines. */
export async function confirmOverBudget(error: unknown): Promise<boolean> {
  const failure = failureOf(error);
  if (failure?.kind !== "budget") {
    return false;
  }
  const over = vscode.l10n.t("Go Over");
  const settings = vscode.l10n.t("Change Budgets…");
  const how = vscode.l10n.t("Going over sends it all the same, and it counts like any other answer.");
  // Not the default button: a second Enter after the prompt must spend nothing.
  const answer = await choose(vscode.l10n.t("Go over the budget?"), `${failure.message} ${how}`, settings, over);
  if (answer === settings) {
    await openSetting("antiphon.budgets");
  }
  if (answer !== over) {
    throw new Declined();
  }
  return true;
}
