/**
 * What the extension uses of vscode-languageclient, as a bundle of its own: two thirds of all code, which is
 * loaded when the server is started and not when the extension is activated.
 */
import { LanguageClient } from "vscode-languageclient/node";

export { CloseAction, ErrorAction, ProgressType, State, TransportKind } from "vscode-languageclient/node";

export { hasWebSocket, openWebSocket } from "./webSocketTransport.js";

/** A client whose errors only go to the log: the caller reports them to the user. */
export class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}
