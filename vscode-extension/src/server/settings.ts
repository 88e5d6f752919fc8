/** Reads the server's settings from the editor, and decides which changes need a restart. */
import * as vscode from "vscode";
import { type UserSettings, collectSettings } from "../core/server/userSettings.js";

const SECTION = "antiphon";
/** Settings of the extension itself, which the server does not know. */
const OWN = ["server.", "layout.", "panes."];

interface Contribution {
  readonly properties: Record<string, { readonly scope?: string }>;
}

/** Reads the manifest once: it is generated from the server's own schema. */
export class ServerSettings {
  private readonly scopes = new Map<string, string>();

  constructor(extension: vscode.Extension<unknown>) {
    const manifest = extension.packageJSON as { contributes: { configuration: Contribution[] } };
    for (const { properties } of manifest.contributes.configuration) {
      for (const [name, { scope }] of Object.entries(properties)) {
        const key = name.slice(SECTION.length + 1);
        if (!OWN.some((prefix) => key.startsWith(prefix))) {
          this.scopes.set(key, scope ?? "window");
        }
      }
    }
  }

  /** Returns the settings that were set, by scope. */
  read(): UserSettings {
    const configuration = vscode.workspace.getConfiguration(SECTION);
    return collectSettings(
      [...this.scopes.keys()],
      (key) => this.isUserOnly(key),
      (key) => configuration.inspect(key),
    );
  }

  /** Returns whether a change needs a restart: settings with addresses and files are only sent at the start. */
  needsRestart(change: vscode.ConfigurationChangeEvent): boolean {
    const keys = [...this.scopes.keys()].filter((key) => this.isUserOnly(key));
    return ["server", ...keys].some((key) => change.affectsConfiguration(`${SECTION}.${key}`));
  }

  private isUserOnly(key: string): boolean {
    return this.scopes.get(key) === "machine";
  }
}
