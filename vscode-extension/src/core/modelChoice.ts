/** Selects models: toggling, matching line-ups, and the initial selection. */

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

/** Returns the initial models: the last choice, else the server's default; only available ones. */
export function initialModels(
  remembered: readonly string[] | undefined,
  fallback: readonly string[],
  available: ReadonlySet<string>,
): string[] {
  const known = remembered?.filter((model) => available.has(model)) ?? [];
  return known.length > 0 ? known : fallback.filter((model) => available.has(model));
}

function sameModels(left: readonly string[], right: readonly string[]): boolean {
  const [one, other] = [new Set(left), new Set(right)];
  return one.size === other.size && [...one].every((model) => other.has(model));
}
