/** What to do where a budget does not allow a request: nothing goes over it unasked. */
import * as vscode from "vscode";
import { failureOf } from "../server/failure.js";

/** The person decided against it: they need not be told what they were just asked about. */
export class Declined extends vscode.CancellationError {}

/** Whether the request may be repeated over its budget. Rejects with `Declined` where it may not. */
export async function mayGoOver(error: unknown): Promise<boolean> {
  const failure = failureOf(error);
  if (failure?.kind !== "budget") {
    return false;
  }
  const over = vscode.l10n.t("Go Over");
  const options = { modal: true, detail: failure.message };
  const answer = await vscode.window.showWarningMessage(vscode.l10n.t("Go over the budget?"), options, over);
  if (answer !== over) {
    throw new Declined();
  }
  return true;
}
