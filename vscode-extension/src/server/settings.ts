/** The server's settings as this editor has them, and which of its changes need a new server. */
import * as vscode from "vscode";
import { type UserSettings, collectSettings } from "../core/server/userSettings.js";

const SECTION = "antiphon";
/** Settings of the extension itself, of which the server knows nothing. */
const OWN = ["server.", "layout."];

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

  /** What was set, by whom it was set. */
  read(): UserSettings {
    const configuration = vscode.workspace.getConfiguration(SECTION);
    return collectSettings(
      [...this.scopes.keys()],
      (key) => this.isUserOnly(key),
      (key) => configuration.inspect(key),
    );
  }

  /** Whether the server has to be started anew: what names an address or a file goes only then. */
  needsRestart(change: vscode.ConfigurationChangeEvent): boolean {
    const keys = [...this.scopes.keys()].filter((key) => this.isUserOnly(key));
    return ["server", ...keys].some((key) => change.affectsConfiguration(`${SECTION}.${key}`));
  }

  private isUserOnly(key: string): boolean {
    return this.scopes.get(key) === "machine";
  }
}
