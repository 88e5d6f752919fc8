/** What this client says it can do, beyond what the library says by itself. */
import type { ClientCapabilities, Middleware, StaticFeature } from "vscode-languageclient/node";
import { SCHEME } from "../core/uri.js";

/** Panes are files here: the server need not ask the editor to read them anew. */
export const panesAreFiles: StaticFeature = {
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
export const panesStayHere: Middleware = {
  didOpen: (document, next) => (document.uri.scheme === SCHEME ? Promise.resolve() : next(document)),
  didChange: (event, next) => (event.document.uri.scheme === SCHEME ? Promise.resolve() : next(event)),
  didClose: (document, next) => (document.uri.scheme === SCHEME ? Promise.resolve() : next(document)),
};
