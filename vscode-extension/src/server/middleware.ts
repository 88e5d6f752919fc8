/** Middleware and capabilities that differ from the library's. */
import * as vscode from "vscode";
import type { ClientCapabilities, Middleware, StaticFeature } from "vscode-languageclient/node";
import { SCHEME } from "../core/panes/uri.js";
import { ensureTrusted } from "../ui/trust.js";

/** Declares no pull of text documents: panes are files here, which the editor reads again by itself. */
export const noPullCapability: StaticFeature = {
  fillClientCapabilities(capabilities: ClientCapabilities): void {
    delete capabilities.workspace?.textDocumentContent;
    // Of an untrusted folder the server asks git for nothing.
    capabilities.experimental = { antiphon: { keys: true, ...(!vscode.workspace.isTrusted && { trusted: false }) } };
  },
  initialize(): void {
    // Nothing has to be registered.
  },
  getState() {
    return { kind: "static" };
  },
  clear(): void {
    // Nothing was registered.
  },
};

/** Does not send our own documents to the server, which has their text. */
export const skipPaneSync: Middleware = {
  didOpen: (document, next) => (document.uri.scheme === SCHEME ? Promise.resolve() : next(document)),
  didChange: (event, next) => (event.document.uri.scheme === SCHEME ? Promise.resolve() : next(event)),
  didClose: (document, next) => (document.uri.scheme === SCHEME ? Promise.resolve() : next(document)),
};

/** Replaces actions that this client has commands for. */
export const ownActions: Middleware = {
  async provideCodeActions(document, range, context, token, next) {
    const actions = (await next(document, range, context, token)) ?? [];
    return actions.map((action) => showBeforeApplying(action));
  },
};

/** Shows the card of a message above its first line only: over each word of a text it would be in the way. */
export const hoverOnHeadings: Middleware = {
  async provideHover(document, position, token, next) {
    const hover = await next(document, position, token);
    const start = hover?.range?.start.line ?? 0;
    return document.uri.scheme !== SCHEME || position.line < Math.max(1, start) ? hover : undefined;
  },
};

/** Commands of the server that this client has its own commands for. */
const OWN_COMMANDS = new Map([
  ["antiphon.code.apply", "antiphon.applyCode"],
  ["antiphon.compare", "antiphon.comparePanes"],
]);

/** Replaces the command of an action: code and comparisons are shown before anything is changed. */
function showBeforeApplying(action: vscode.Command | vscode.CodeAction): vscode.Command | vscode.CodeAction {
  const command = typeof action.command === "object" ? action.command : undefined;
  const own = OWN_COMMANDS.get(command?.command ?? "");
  return own === undefined ? action : Object.assign(action, { command: { ...command, command: own } });
}

/** Commands of the server that send nothing to a provider. */
const READING = new Set([
  "antiphon.cancel",
  "antiphon.health",
  "antiphon.models",
  "antiphon.open",
  "antiphon.session.follow",
  "antiphon.session.list",
  "antiphon.session.open",
]);

/**
 * Blocks commands that send something from an untrusted folder. The server's commands are registered in
 * the editor as well.
 */
export const requireTrust: Middleware = {
  executeCommand: (command, args, next): vscode.ProviderResult<unknown> => (READING.has(command) || ensureTrusted() ? next(command, args) : undefined),
};
