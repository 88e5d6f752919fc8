/**
 * Which settings go to the server: only what a person has set, for a default of the manifest would
 * override the server's own configuration file and environment.
 */

/** What VS Code says of one setting (`WorkspaceConfiguration.inspect`). */
export interface InspectedSetting {
  readonly globalValue?: unknown;
  readonly workspaceValue?: unknown;
  readonly workspaceFolderValue?: unknown;
}

export interface UserSettings {
  /** The user's own, for `initializationOptions`. */
  readonly user: Record<string, unknown>;
  /** What may change while the server runs, the workspace's included. */
  readonly live: Record<string, unknown>;
}

/**
 * `keys`: dotted names without the section; `userOnly` says which of them are never taken from a
 * workspace.
 */
export function collectSettings(
  keys: readonly string[],
  userOnly: (key: string) => boolean,
  inspect: (key: string) => InspectedSetting | undefined,
): UserSettings {
  const user: Record<string, unknown> = {};
  const live: Record<string, unknown> = {};
  for (const key of keys) {
    const found = inspect(key);
    if (found?.globalValue !== undefined) {
      set(user, key, found.globalValue);
    }
    const effective = found?.workspaceFolderValue ?? found?.workspaceValue ?? found?.globalValue;
    if (effective !== undefined && !userOnly(key)) {
      set(live, key, effective);
    }
  }
  return { user, live };
}

function set(target: Record<string, unknown>, key: string, value: unknown): void {
  const [head = "", ...rest] = key.split(".");
  if (rest.length === 0) {
    target[head] = value;
    return;
  }
  const inner = (target[head] ??= {}) as Record<string, unknown>;
  set(inner, rest.join("."), value);
}
