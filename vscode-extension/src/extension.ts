import type * as vscode from "vscode";
import { Antiphon } from "./antiphon.js";
import { registerCommands } from "./commands/table.js";

let app: Antiphon | undefined;

/** Registers everything; the server is started with the first request. */
export function activate(context: vscode.ExtensionContext): void {
  app = new Antiphon(context);
  context.subscriptions.push(app, ...registerCommands(app));
}

export async function deactivate(): Promise<void> {
  await app?.stop();
}
