/**
 * Collects the settings for the server: only those that the user has set, as a default of the manifest
 * would override the server's own configuration file and environment.
 */

/** The values of one setting (`WorkspaceConfiguration.inspect`). */
export interface InspectedSetting {
  readonly globalValue?: unknown;
  readonly workspaceValue?: unknown;
  readonly workspaceFolderValue?: unknown;
}

export interface UserSettings {
  /** The user's own, for `initializationOptions`. */
  readonly user: Record<string, unknown>;
  /** Settings that may change while the server runs, with the workspace's. */
  readonly live: Record<string, unknown>;
}

/** `keys` are dotted names without the section; `userOnly` returns whether a key is never read from a workspace. */
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
