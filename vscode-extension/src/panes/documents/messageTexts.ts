/**
 * Serves the documents of single messages, which grow while their answer streams, so that the editor's
 * own diff of two of them is updated.
 */
import * as vscode from "vscode";
import { PaneText } from "../../core/panes/paneText.js";
import { Throttle } from "../../core/throttle.js";
import { addressOf, SCHEME } from "../../core/panes/uri.js";
import type { Server } from "../../server/server.js";
import type { PaneStore } from "../store.js";
import { toWire } from "../../ui/documents.js";

/** The editor diffs again with every change: at most twice a second. */
const REFRESH_MS = 500;

interface OpenMessage {
  readonly uri: vscode.Uri;
  readonly text: PaneText;
  readonly throttle: Throttle;
}

export class MessageTexts implements vscode.Disposable {
  private readonly shown = new Map<string, OpenMessage>();
  private readonly emitter = new vscode.EventEmitter<vscode.Uri>();
  private readonly listeners: vscode.Disposable[];

  /** Fires if the text of a document has changed. */
  readonly onChange = this.emitter.event;

  constructor(
    private readonly panes: PaneStore,
    private readonly server: Server,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.listeners = [
      panes.onAnswer((messageId) => {
        void this.refresh(messageId);
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        const address = uri.scheme === SCHEME ? addressOf(uri) : undefined;
        if (address?.kind === "message") {
          this.shown.get(address.messageId)?.throttle.dispose();
          this.shown.delete(address.messageId);
        }
      }),
    ];
  }

  /** Returns the text of a message: the streaming one, else the server's. Rejects as the server does. */
  async load(uri: vscode.Uri, messageId: string): Promise<PaneText> {
    const known = this.shown.get(messageId);
    if (known !== undefined) {
      return known.text;
    }
    const text = this.panes.answerText(messageId) ?? (await this.pull(uri));
    const throttle = new Throttle(
      () => {
        this.emitter.fire(uri);
      },
      () => REFRESH_MS,
    );
    this.shown.set(messageId, { uri, text, throttle });
    return text;
  }

  dispose(): void {
    for (const { throttle } of this.shown.values()) {
      throttle.dispose();
    }
    vscode.Disposable.from(...this.listeners, this.emitter).dispose();
  }

  private async pull(uri: vscode.Uri): Promise<PaneText> {
    const text = new PaneText(Date.now());
    text.replace(await this.server.content(toWire(uri)));
    return text;
  }

  private async refresh(messageId: string): Promise<void> {
    const shown = this.shown.get(messageId);
    if (shown === undefined) {
      return;
    }
    if (this.panes.answerText(messageId) === undefined) {
      // The server that streamed it is gone: the next one has the stored text.
      try {
        shown.text.replace(await this.server.content(toWire(shown.uri)));
      } catch (error) {
        this.log.warn(`a message could not be read anew: ${String(error)}`);
      }
    }
    shown.throttle.request();
  }
}
