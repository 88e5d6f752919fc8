import type * as vscode from "vscode";
import { Antiphon } from "./context.js";

let app: Antiphon | undefined;

/** Registers everything; the server is started when something is first asked of it. */
export function activate(context: vscode.ExtensionContext): void {
  app = new Antiphon(context);
  context.subscriptions.push(app);
}

export async function deactivate(): Promise<void> {
  await app?.stop();
}
