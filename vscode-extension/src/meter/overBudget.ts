/** What to do where a budget does not allow a request: nothing goes over it unasked. */
import * as vscode from "vscode";
import { failureOf } from "../server/failure.js";
import { choose } from "../ui/messages.js";

/** The person decided against it: they need not be told what they were just asked about. */
export class Declined extends vscode.CancellationError {}

/** Whether the request may be repeated over its budget. Rejects with `Declined` where it may not. */
export async function confirmOverBudget(error: unknown): Promise<boolean> {
  const failure = failureOf(error);
  if (failure?.kind !== "budget") {
    return false;
  }
  const over = vscode.l10n.t("Go Over");
  const settings = vscode.l10n.t("Change Budgets…");
  const how = vscode.l10n.t("Going over sends it all the same, and it counts like any other answer.");
  // Not first: a second Enter after the prompt must spend nothing.
  const answer = await choose(vscode.l10n.t("Go over the budget?"), `${failure.message} ${how}`, settings, over);
  if (answer === settings) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "antiphon.budgets");
  }
  if (answer !== over) {
    throw new Declined();
  }
  return true;
}
