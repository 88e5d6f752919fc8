/** Asks the user for the inputs of a prompt file or a pipeline. */
import * as vscode from "vscode";
import { sanitize, sanitizeForPick } from "../../core/format/sanitize.js";
import { changedValues, inputsToAsk, type Values } from "../../core/prompts/inputs.js";
import type { PromptInput } from "../../protocol.js";

/** Asks for the inputs that are missing, or for all; `undefined` if the user cancels. */
export async function askInputs(
  title: string,
  inputs: readonly PromptInput[],
  given: Values = {},
  all = false,
): Promise<Record<string, string> | undefined> {
  const values: Record<string, string> = { ...given };
  const asked = inputsToAsk(inputs, given, all);
  for (const [index, input] of asked.entries()) {
    const steps = asked.length > 1 ? ` (${index + 1}/${asked.length})` : "";
    const value = await askInput(`${sanitize(title)}: ${sanitize(input.name)}${steps}`, input);
    if (value === undefined) {
      return undefined;
    }
    values[input.name] = value;
  }
  return changedValues(inputs, values);
}

async function askInput(title: string, { name, description, default: value = "", enum: choices, required }: PromptInput): Promise<string | undefined> {
  if (choices === undefined) {
    return vscode.window.showInputBox({
      title,
      value,
      prompt: sanitize(description ?? vscode.l10n.t("The value of {0}", name)),
      ignoreFocusOut: true,
      validateInput: (text) => (required && text === "" ? vscode.l10n.t("{0} needs a value.", sanitize(name)) : undefined),
    });
  }
  const sorted = [...choices].sort((left, right) => Number(right === value) - Number(left === value));
  const rows = sorted.map((choice) => ({ label: sanitizeForPick(choice), choice }));
  const options = { title, placeHolder: sanitize(description ?? ""), ignoreFocusOut: true };
  return (await vscode.window.showQuickPick(rows, options))?.choice;
}
