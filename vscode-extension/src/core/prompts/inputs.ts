/** Decides which inputs of a prompt file or a pipeline are asked for, and reports rules that are not kept. */
import type { ExpectResult, Pane, PromptInput } from "../../protocol.js";

export type Values = Readonly<Record<string, string>>;

/** Returns the inputs to ask for: those without a value that need one, or all of them. */
export function inputsToAsk(inputs: readonly PromptInput[], given: Values, all = false): PromptInput[] {
  return inputs.filter(({ name, required }) => !Object.hasOwn(given, name) && (all || required));
}

/** Drops the values that are the defaults: the server has those. */
export function changedValues(inputs: readonly PromptInput[], values: Values): Record<string, string> {
  const defaults = new Map(inputs.map(({ name, default: value = "" }) => [name, value]));
  const changed = ([name, value]: [string, string]): boolean => inputs.some((input) => input.name === name && input.required) || defaults.get(name) !== value;
  return Object.fromEntries(Object.entries(values).filter(changed));
}

/** Names the rules that answers did not keep: `terse: contains "safe"`. */
export function brokenRules(results: readonly ExpectResult[], panes: readonly Pick<Pane, "id" | "title">[]): string[] {
  const titles = new Map(panes.map(({ id, title }) => [id, title]));
  return results
    .filter(({ ok }) => !ok)
    .map(({ paneId, rule }) => {
      const [[kind, value] = ["", ""]] = Object.entries(rule).filter(([key]) => key !== "pane" && key !== "step");
      return `${titles.get(paneId) ?? paneId}: ${kind} ${JSON.stringify(value)}`;
    });
}
