/** Which models are asked: the ways in which a choice is made, changed and remembered. */

/** What a multi-select list has of line-ups and models after a click. */
export interface CheckedRows {
  readonly lineups: readonly string[];
  readonly models: readonly string[];
}

/**
 * The list after a click. Checking a line-up chooses exactly its models; a line-up is checked where
 * exactly its models are chosen.
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
  } else if (removed !== undefined && same(before.models, after.models)) {
    const members = lineups[removed] ?? [];
    models = after.models.filter((model) => !members.includes(model));
  }
  return { lineups: matchingLineups(models, lineups), models };
}

/** The line-ups whose models are exactly these. */
export function matchingLineups(
  models: readonly string[],
  lineups: Readonly<Record<string, readonly string[]>>,
): string[] {
  return Object.keys(lineups).filter((name) => same(lineups[name] ?? [], models));
}

/** The models to begin with: the last choice, else the server's default; only those that are there. */
export function initialModels(
  remembered: readonly string[] | undefined,
  fallback: readonly string[],
  available: ReadonlySet<string>,
): string[] {
  const known = remembered?.filter((model) => available.has(model)) ?? [];
  return known.length > 0 ? known : fallback.filter((model) => available.has(model));
}

function same(left: readonly string[], right: readonly string[]): boolean {
  const [one, other] = [new Set(left), new Set(right)];
  return one.size === other.size && [...one].every((model) => other.has(model));
}
