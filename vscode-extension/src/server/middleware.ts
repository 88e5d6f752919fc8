/** What this client says it can do, beyond what the library says by itself. */
import type { CodeAction, Command, ProviderResult } from "vscode";
import type { ClientCapabilities, Middleware, StaticFeature } from "vscode-languageclient/node";
import { SCHEME } from "../core/panes/uri.js";
import { ensureTrusted } from "../ui/trust.js";

/** Panes are files here: the server need not ask the editor to read them anew. */
export const noPullCapability: StaticFeature = {
  fillClientCapabilities(capabilities: ClientCapabilities): void {
    delete capabilities.workspace?.textDocumentContent;
    capabilities.experimental = { antiphon: { keys: true } };
  },
  initialize(): void {
    // There is nothing to register.
  },
  getState() {
    return { kind: "static" };
  },
  clear(): void {
    // Nothing was registered.
  },
};

/** Our own documents are the server's own text: they are not sent back to it. */
export const skipPaneSync: Middleware = {
  didOpen: (document, next) => (document.uri.scheme === SCHEME ? Promise.resolve() : next(document)),
  didChange: (event, next) => (event.document.uri.scheme === SCHEME ? Promise.resolve() : next(event)),
  didClose: (document, next) => (document.uri.scheme === SCHEME ? Promise.resolve() : next(document)),
};

/** What this client does in its own way is not offered a second time. */
export const ownLensesOnly: Middleware = {
  provideCodeLenses: (document, token, next) => (document.uri.scheme === SCHEME ? [] : next(document, token)),
  async provideCodeActions(document, range, context, token, next) {
    const actions = (await next(document, range, context, token)) ?? [];
    return actions.map((action) => showBeforeApplying(action));
  },
};

/** Commands of the server that this client carries out in the editor's way, and its own for them. */
const OWN_COMMANDS = new Map([
  ["antiphon.code.apply", "antiphon.applyCode"],
  ["antiphon.compare", "antiphon.comparePanes"],
]);

/** Code goes to a file only after it was shown against it, and what is compared is shown at all. */
function showBeforeApplying(action: Command | CodeAction): Command | CodeAction {
  const command = typeof action.command === "object" ? action.command : undefined;
  const own = OWN_COMMANDS.get(command?.command ?? "");
  return own === undefined ? action : Object.assign(action, { command: { ...command, command: own } });
}

/** Commands of the server that send nothing. */
const READING = new Set([
  "antiphon.cancel",
  "antiphon.health",
  "antiphon.models",
  "antiphon.open",
  "antiphon.session.list",
  "antiphon.session.open",
]);

/** The server's commands are the editor's as well: there too, nothing leaves a restricted folder. */
export const requireTrust: Middleware = {
  executeCommand: (command, args, next): ProviderResult<unknown> => (READING.has(command) || ensureTrusted() ? next(command, args) : undefined),
};
