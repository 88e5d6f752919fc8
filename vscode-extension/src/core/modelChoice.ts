/** Selects models: toggling, matching line-ups, and the initial selection. */

import type { ModelChoice, Params, Preset } from "../protocol.js";

/** A model to ask: an id, a preset as `@name`, or either with a title and parameters of its own. */
export type Asked = string | ModelChoice;

/** Returns the name by which a model is asked: its id, or a preset as `@name`. */
export function nameOf(choice: Asked): string {
  return typeof choice === "string" ? choice : choice.model;
}

/** The names of the models of each line-up: ids, or presets as `@name`. */
export function lineupNames(lineups: Readonly<Record<string, readonly Asked[]>>): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(lineups).map(([name, entries]) => [name, entries.map(nameOf)]),
  );
}

/** Returns the entries with one name of a model or preset instead of another. */
export function renameIn(entries: readonly Asked[], before: string, after: string): Asked[] {
  return entries.map((entry) => {
    if (nameOf(entry) !== before) {
      return entry;
    }
    return typeof entry === "string" ? after : { ...entry, model: after };
  });
}

/** The checked line-ups and models of a multi-select list. */
export interface CheckedRows {
  readonly lineups: readonly string[];
  readonly models: readonly string[];
}

/**
 * Returns the selection after a click. Checking a line-up selects exactly its models, and a line-up is
 * checked if exactly its models are selected.
 */
export function applyToggle(
  before: CheckedRows,
  after: CheckedRows,
  lineups: Readonly<Record<string, readonly string[]>>,
): CheckedRows {
  const added = after.lineups.find((name) => !before.lineups.includes(name));
  const removed = before.lineups.find((name) => !after.lineups.includes(name));
  let models = after.models;
  if (added !== undefined) {
    models = lineups[added] ?? [];
  } else if (removed !== undefined && sameModels(before.models, after.models)) {
    const members = lineups[removed] ?? [];
    models = after.models.filter((model) => !members.includes(model));
  }
  return { lineups: matchingLineups(models, lineups), models };
}

/** Returns the line-ups that have exactly these models. */
export function matchingLineups(
  models: readonly string[],
  lineups: Readonly<Record<string, readonly string[]>>,
): string[] {
  return Object.keys(lineups).filter((name) => sameModels(lineups[name] ?? [], models));
}

/** Returns what is asked: the entries of a line-up that is checked, with their titles and parameters, else the models. */
export function choicesOf({ lineups: checked, models }: CheckedRows, lineups: Readonly<Record<string, readonly Asked[]>>): Asked[] {
  const [first] = checked;
  return [...((first === undefined ? undefined : lineups[first]) ?? models)];
}

/** Returns the model that a name asks in the end; `undefined` for a preset that does not exist, or that names itself. */
export function modelBehind(name: string, presets: Readonly<Record<string, Preset>>): string | undefined {
  const seen = new Set<string>();
  let current = name;
  while (current.startsWith("@")) {
    const next = Object.hasOwn(presets, current.slice(1)) ? presets[current.slice(1)]?.model : undefined;
    if (next === undefined || seen.has(current)) {
      return undefined;
    }
    seen.add(current);
    current = next;
  }
  return current;
}

const NUMBERS: readonly string[] = ["temperature", "maxTokens", "topP", "seed"];

/** Reads a preset's parameters from a line, `temperature=0.2 reasoningEffort=high`; `undefined` if it is something else. */
export function parseParams(line: string): Params | undefined {
  const params: Params = {};
  for (const part of line.split(/[\s,]+/).filter((each) => each !== "")) {
    const [, name = "", value = ""] = /^(\w+)=(.+)$/.exec(part) ?? [];
    if (NUMBERS.includes(name) && /^\d+(\.\d+)?$/.test(value)) {
      params[name] = Number(value);
    } else if (name === "reasoningEffort") {
      params[name] = value as NonNullable<Params["reasoningEffort"]>;
    } else if (name === "stop") {
      params[name] = [...(params.stop ?? []), value];
    } else {
      return undefined;
    }
  }
  return params;
}

/** Formats what a preset asks, in a line: `demo/terse · temperature=0.2 · Be brief.` */
export function presetLine({ model, params = {}, system }: Preset): string {
  const values = Object.entries(params).map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  return [model, values.join(" "), system].filter((part) => part !== undefined && part !== "").join(" · ");
}

/** What the user chose last, and the default of that time. */
export interface Remembered {
  readonly models: readonly Asked[];
  readonly fallback?: readonly string[];
}

/**
 * Returns the models that are chosen: the last choice, unless the default was set later; else the
 * default. They may not be available.
 */
export function chosenModels(remembered: Remembered | undefined, fallback: readonly string[]): readonly Asked[] {
  if (remembered === undefined || remembered.models.length === 0) {
    return fallback;
  }
  const changed = remembered.fallback !== undefined && !sameModels(remembered.fallback, fallback);
  return changed && fallback.length > 0 ? fallback : remembered.models;
}

function sameModels(left: readonly string[], right: readonly string[]): boolean {
  const [one, other] = [new Set(left), new Set(right)];
  return one.size === other.size && [...one].every((model) => other.has(model));
}
