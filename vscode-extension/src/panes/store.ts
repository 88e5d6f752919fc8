/** Every pane that this window knows: its text, its state, and who wants to hear of changes. */
import * as vscode from "vscode";
import { PaneReducer } from "../core/panes/reducer.js";
import type { PaneText } from "../core/panes/paneText.js";
import { reduce, isBusy, type PaneRecord, recordOf } from "../core/panes/record.js";
import { addressOf, SCHEME } from "../core/panes/uri.js";
import type { StreamEvent } from "../protocol.js";
import type { Server } from "../server/server.js";

export class PaneStore implements vscode.Disposable {
  private readonly reducer = new PaneReducer();
  private readonly records = new Map<string, PaneRecord>();
  private readonly uris = new Map<string, vscode.Uri>();
  private readonly pulls = new Map<string, Promise<PaneText>>();
  private readonly sessions = new Map<string, Promise<void>>();
  private readonly textEmitter = new vscode.EventEmitter<string>();
  private readonly recordEmitter = new vscode.EventEmitter<string>();
  private readonly answerEmitter = new vscode.EventEmitter<string>();
  private readonly listeners: vscode.Disposable[];

  /** The text of a pane, named by its id, is another one. */
  readonly onText = this.textEmitter.event;
  /** The state or the figures of a pane are others. */
  readonly onRecord = this.recordEmitter.event;
  /** The text of an answer, named by its message, has grown, has ended, or will not come from here. */
  readonly onAnswer = this.answerEmitter.event;

  constructor(
    private readonly server: Server,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.listeners = [
      server.onLost(() => {
        this.markLost(this.reducer.paneIds());
      }),
      server.onState((state) => {
        if (state === "running") {
          void this.reload();
        }
      }),
      server.onChange(({ changes }) => {
        for (const { type, id } of changes) {
          if (type === "pane" && id !== undefined) {
            void this.changedElsewhere(id);
          }
        }
      }),
    ];
  }

  record(paneId: string): PaneRecord | undefined {
    return this.records.get(paneId);
  }

  uri(paneId: string): vscode.Uri | undefined {
    return this.uris.get(paneId);
  }

  /** The pane's text if it is here. */
  text(paneId: string): PaneText | undefined {
    return this.reducer.text(paneId);
  }

  /** The text of an answer while it streams here, and until its run has been answered. */
  answerText(messageId: string): PaneText | undefined {
    return this.reducer.answerText(messageId);
  }

  /** The pane's text, asked for where it is not here. Rejects as the server does. */
  async load(uri: vscode.Uri, paneId: string): Promise<PaneText> {
    this.uris.set(paneId, uri);
    return this.reducer.text(paneId) ?? this.pull(uri, paneId);
  }

  /** What is known of a pane, from its session's history where nothing is known yet. */
  async findRecord(uri: vscode.Uri): Promise<PaneRecord | undefined> {
    const address = addressOf(uri.path);
    if (uri.scheme !== SCHEME || address === undefined) {
      return undefined;
    }
    if (!this.records.has(address.paneId)) {
      await this.loadSession(address.sessionId);
    }
    return this.records.get(address.paneId);
  }

  /** Acts on one event of a stream. */
  apply(event: StreamEvent): void {
    if (event.type === "start") {
      this.uris.set(event.paneId, vscode.Uri.parse(event.pane.uri));
    }
    this.reducer.apply(event);
    const before = this.records.get(event.paneId);
    const record = reduce(before, event);
    if (record !== undefined && record !== before) {
      this.records.set(event.paneId, record);
      this.recordEmitter.fire(event.paneId);
    }
    if (event.type !== "meter" && event.type !== "retry") {
      this.textEmitter.fire(event.paneId);
      this.answerEmitter.fire(event.messageId);
    }
  }

  /**
   * The run of these panes has been answered: pulls what a gap has made doubtful, and what was left
   * open because the server refused to go on.
   */
  async settle(paneIds: readonly string[]): Promise<void> {
    this.markLost(paneIds.filter((paneId) => this.reducer.isAnswering(paneId)));
    const doubtful = this.reducer.needsRefresh().filter((paneId) => paneIds.includes(paneId));
    await Promise.all(doubtful.map((paneId) => this.refresh(paneId)));
    for (const paneId of paneIds) {
      const messageId = this.records.get(paneId)?.messageId;
      if (messageId !== undefined) {
        this.reducer.forgetAnswer(messageId);
      }
    }
  }

  /** Nobody shows the document: its text is asked for anew when somebody does. */
  onClosed(uri: vscode.Uri): void {
    const address = uri.scheme === SCHEME ? addressOf(uri.path) : undefined;
    if (address !== undefined && !this.reducer.isAnswering(address.paneId)) {
      this.reducer.forget(address.paneId);
    }
  }

  /** Reads the states of a session's panes from the history. */
  async loadSession(sessionId: string): Promise<void> {
    let loading = this.sessions.get(sessionId);
    if (loading === undefined) {
      loading = this.readSession(sessionId).finally(() => this.sessions.delete(sessionId));
      this.sessions.set(sessionId, loading);
    }
    await loading;
  }

  dispose(): void {
    vscode.Disposable.from(...this.listeners, this.textEmitter, this.recordEmitter, this.answerEmitter).dispose();
  }

  /** A pane has got messages without a stream that was heard here. */
  private async changedElsewhere(paneId: string): Promise<void> {
    if (this.reducer.isAnswering(paneId)) {
      return;
    }
    const sessionId = this.records.get(paneId)?.pane.sessionId;
    if (sessionId !== undefined) {
      await this.loadSession(sessionId).catch((error: unknown) => {
        this.log.warn(`a session could not be read anew: ${String(error)}`);
      });
    }
    if (this.reducer.text(paneId) !== undefined) {
      await this.refresh(paneId);
    }
  }

  private async readSession(sessionId: string): Promise<void> {
    const { session, messages } = await this.server.execute("antiphon.session.open", { sessionId });
    for (const pane of session.panes) {
      if (!this.reducer.isAnswering(pane.id)) {
        this.records.set(pane.id, recordOf(pane, messages));
        this.uris.set(pane.id, vscode.Uri.parse(pane.uri));
        this.recordEmitter.fire(pane.id);
      }
    }
  }

  private pull(uri: vscode.Uri, paneId: string): Promise<PaneText> {
    let pulling = this.pulls.get(paneId);
    if (pulling === undefined) {
      pulling = this.requestText(uri, paneId).finally(() => this.pulls.delete(paneId));
      this.pulls.set(paneId, pulling);
    }
    return pulling;
  }

  private async requestText(uri: vscode.Uri, paneId: string): Promise<PaneText> {
    const pulled = await this.server.content(uri.toString(true));
    this.reducer.pulled(paneId, pulled);
    this.textEmitter.fire(paneId);
    const text = this.reducer.text(paneId);
    if (text === undefined) {
      throw new Error("the pane was forgotten while it was read");
    }
    return text;
  }

  private async refresh(paneId: string): Promise<void> {
    const uri = this.uris.get(paneId);
    if (uri === undefined) {
      return;
    }
    try {
      await this.pull(uri, paneId);
    } catch (error) {
      this.log.warn(`a pane could not be read anew: ${String(error)}`);
    }
  }

  /** No more events will come for these panes. */
  private markLost(paneIds: readonly string[]): void {
    for (const paneId of paneIds) {
      this.reducer.lost(paneId);
      const record = this.records.get(paneId);
      if (record?.messageId !== undefined) {
        this.reducer.forgetAnswer(record.messageId);
        this.answerEmitter.fire(record.messageId);
      }
      if (record !== undefined && isBusy(record)) {
        this.records.set(paneId, { ...record, status: "interrupted" });
        this.recordEmitter.fire(paneId);
      }
    }
  }

  /** A server is there again: what the former one had not said is in the history. */
  private async reload(): Promise<void> {
    const lost = this.reducer.needsRefresh().filter((paneId) => !this.reducer.isAnswering(paneId));
    await Promise.all(lost.map((paneId) => this.refresh(paneId)));
    const sessions = new Set(lost.map((paneId) => this.records.get(paneId)?.pane.sessionId));
    for (const sessionId of sessions) {
      if (sessionId !== undefined) {
        await this.loadSession(sessionId).catch((error: unknown) => {
          this.log.warn(`a session could not be read anew: ${String(error)}`);
        });
      }
    }
  }
}
