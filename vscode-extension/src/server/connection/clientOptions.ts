/** What the language client is told, whichever server it speaks with. */
import type { LanguageClientOptions } from "vscode-languageclient/node";
import type { LogOutputChannel } from "vscode";
import { documentOf, toWire } from "../../ui/documents.js";
import { hoverOnHeadings, ownActions, requireTrust, skipPaneSync } from "../middleware.js";
import { promptLenses, quietPlainPrompts, selectDocuments } from "../promptDocuments.js";
import { foldReasoning } from "../reasoningFolding.js";
import { serverLog } from "./serverLog.js";
import type { ServerSettings } from "../settings.js";

/** Returns the options, without what happens when the connection ends. */
export function clientOptions(settings: ServerSettings, log: LogOutputChannel): LanguageClientOptions {
  return {
    documentSelector: selectDocuments(),
    initializationOptions: () => settings.read().user,
    uriConverters: { code2Protocol: toWire, protocol2Code: documentOf },
    outputChannel: log,
    traceOutputChannel: log,
    stdioOptions: serverLog,
    middleware: {
      ...skipPaneSync,
      ...requireTrust,
      ...ownActions,
      ...promptLenses,
      ...quietPlainPrompts,
      ...hoverOnHeadings,
      ...foldReasoning,
      workspace: { configuration: (params) => params.items.map(() => settings.read().live) },
    },
    initializationFailedHandler: () => false,
  };
}
