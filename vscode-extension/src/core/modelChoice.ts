/** Selects models: toggling, matching line-ups, and the initial selection. */

import type { ModelChoice } from "../protocol.js";

/** The names of the models of each line-up: ids, or presets as `@name`. */
export function lineupNames(lineups: Readonly<Record<string, readonly (string | ModelChoice)[]>>): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(lineups).map(([name, entries]) => [name, entries.map((entry) => (typeof entry === "string" ? entry : entry.model))]),
  );
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

/** What the user chose last, and the default of that time. */
export interface Remembered {
  readonly models: readonly string[];
  readonly fallback?: readonly string[];
}

/**
 * Returns the models that are chosen: the last choice, unless the default was set later; else the
 * default. They may not be available.
 */
export function chosenModels(remembered: Remembered | undefined, fallback: readonly string[]): readonly string[] {
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
