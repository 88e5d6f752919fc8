/** Holds the panes that this window knows, with their texts and states, and reports changes. */
import * as vscode from "vscode";
import { PaneReducer } from "../core/panes/reducer.js";
import type { PaneText } from "../core/panes/paneText.js";
import { describeMessages, reduce, isBusy, type PaneRecord, recordOf } from "../core/panes/record.js";
import { Silence } from "../core/panes/silence.js";
import { sessionNames } from "../core/panes/sessionNames.js";
import { addressOf, folderOf, SCHEME } from "../core/panes/uri.js";
import type { Message, Pane, StreamEvent } from "../protocol.js";
import { paneTabs } from "./layout/tabs.js";
import { OwnRuns } from "./ownRuns.js";
import { Pulls } from "./pulls.js";
import type { Server } from "../server/server.js";
import { documentOf } from "../ui/documents.js";

export class PaneStore implements vscode.Disposable {
  readonly reducer = new PaneReducer();
  readonly ownRuns = new OwnRuns();
  private readonly records = new Map<string, PaneRecord>();
  private readonly uris = new Map<string, vscode.Uri>();
  readonly pulls: Pulls;
  /** The sessions that are followed: all that changes in them arrives as events. */
  readonly followed = new Set<string>();
  /** The messages that panes had before their texts were requested. */
  readonly read = new Map<string, string>();
  private readonly own = new Set<string>();
  private readonly sessions = new Map<string, Promise<void>>();
  private readonly textEmitter = new vscode.EventEmitter<string>();
  private readonly recordEmitter = new vscode.EventEmitter<string>();
  private readonly answerEmitter = new vscode.EventEmitter<string>();
  private readonly startEmitter = new vscode.EventEmitter<string>();
  private readonly listeners: vscode.Disposable[];
  /** Shows in each view of a pane that it has stalled. */
  private readonly silence = new Silence((paneId) => {
    this.recordEmitter.fire(paneId);
  });

  /** Fires with the id of a pane whose text has changed. */
  readonly onText = this.textEmitter.event;
  /** Fires with the id of a pane whose state or figures have changed. */
  readonly onRecord = this.recordEmitter.event;
  /** Fires with the message of an answer whose text has grown, ended, or will not arrive. */
  readonly onAnswer = this.answerEmitter.event;

  /** Fires with the id of a pane in which an answer begins that was asked for here. */
  readonly onStart = this.startEmitter.event;

  constructor(
    private readonly server: Server,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.pulls = new Pulls(server, this.reducer, (paneId) => {
      this.textEmitter.fire(paneId);
    });
    for (const { uri } of paneTabs()) {
      // The window has brought it back: it keeps its address, also if the session was renamed.
      const [address, folder] = [addressOf(uri), folderOf(uri)];
      if (address !== undefined && folder !== undefined) {
        sessionNames.keep(address.sessionId, folder);
      }
    }
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

  /** Returns the pane's text if it is loaded. */
  text(paneId: string): PaneText | undefined {
    return this.reducer.text(paneId);
  }

  /** Returns the text of an answer while it streams, and until its run is answered. */
  answerText(messageId: string): PaneText | undefined {
    return this.reducer.answerText(messageId);
  }

  /** Returns the pane's text, requested from the server if it is not loaded. Rejects as the server does. */
  async load(uri: vscode.Uri, paneId: string): Promise<PaneText> {
    this.uris.set(paneId, uri);
    return this.reducer.text(paneId) ?? this.pulls.pull(uri, paneId);
  }

  /** Returns the record of a pane, read from the history if it is unknown. */
  async findRecord(uri: vscode.Uri): Promise<PaneRecord | undefined> {
    const address = addressOf(uri);
    if (uri.scheme !== SCHEME || address === undefined) {
      return undefined;
    }
    if (!this.records.has(address.paneId)) {
      await this.loadSession(address.sessionId);
    }
    return this.records.get(address.paneId);
  }

  /** Applies one event of a stream. */
  apply(event: StreamEvent): void {
    if (event.type === "start") {
      this.own.add(event.messageId).add(event.paneId);
      this.uris.set(event.paneId, documentOf(event.pane.uri));
    }
    this.reducer.apply(event);
    this.note(event);
    if (event.type === "start") {
      this.startEmitter.fire(event.paneId);
    }
  }

  /** Reports what an event changes besides the text. */
  note(event: StreamEvent): void {
    this.listen(event);
    const before = this.records.get(event.paneId);
    const record = reduce(before, event);
    if (record !== undefined && record !== before) {
      this.records.set(event.paneId, record);
      this.recordEmitter.fire(event.paneId);
    }
    if (event.type !== "meter" && event.type !== "retry" && event.type !== "wait") {
      this.textEmitter.fire(event.paneId);
      this.answerEmitter.fire(event.messageId);
    }
  }

  /** Returns whether an answer, or one in a pane, is streamed to this window by a run of its own. */
  isOwn(id: string): boolean {
    return this.own.has(id);
  }

  /** Returns whether an answer streams in a session that was asked for here. */
  hasOwnAnswer(sessionId: string): boolean {
    const records = [...this.records.values()].filter(({ pane }) => pane.sessionId === sessionId);
    return records.some((record) => isBusy(record) && this.isOwn(record.messageId ?? ""));
  }

  /** Returns for how long the text of a streaming pane has not grown. */
  silentMs(paneId: string): number {
    return this.silence.ms(paneId);
  }

  private listen({ type, paneId }: StreamEvent): void {
    if (type === "token" || type === "reasoning") {
      this.silence.heard(paneId);
    } else if (type === "final" || type === "error") {
      this.silence.end(paneId);
    }
  }

  /** Completes a run: pulls texts with a gap, and those left open because the server refused to go on. */
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

  /** Forgets the text of a closed document: it is requested again when it is opened. */
  onClosed(uri: vscode.Uri): void {
    const address = uri.scheme === SCHEME ? addressOf(uri) : undefined;
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
    this.silence.dispose();
    vscode.Disposable.from(...this.listeners, this.ownRuns, this.textEmitter, this.recordEmitter, this.answerEmitter, this.startEmitter).dispose();
  }

  /** Reads a pane again that has new messages without a stream here. */
  private async changedElsewhere(paneId: string): Promise<void> {
    const sessionId = this.records.get(paneId)?.pane.sessionId;
    if (this.reducer.isAnswering(paneId) || this.followed.has(sessionId ?? "")) {
      return;
    }
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
      if (this.reducer.text(pane.id) === undefined) {
        this.read.set(pane.id, describeMessages(pane, messages));
      }
      if (!this.reducer.isAnswering(pane.id)) {
        this.setRecord(pane, messages);
      }
    }
  }

  /** Notes where a pane is shown. */
  setUri(paneId: string, uri: vscode.Uri): void {
    this.uris.set(paneId, uri);
  }

  /** Reports that the text of a pane has changed. */
  textChanged(paneId: string): void {
    this.textEmitter.fire(paneId);
  }

  /** Sets what is known of a pane to what its messages say. */
  setRecord(pane: Pane, messages: readonly Message[]): void {
    this.records.set(pane.id, recordOf(pane, messages));
    this.uris.set(pane.id, documentOf(pane.uri));
    this.recordEmitter.fire(pane.id);
  }

  /** Requests the text of a pane again. */
  async refresh(paneId: string): Promise<void> {
    const uri = this.uris.get(paneId);
    if (uri === undefined) {
      return;
    }
    try {
      await this.pulls.pull(uri, paneId);
    } catch (error) {
      this.log.warn(`a pane could not be read anew: ${String(error)}`);
    }
  }

  /** Marks panes as lost: no more events will arrive for them. */
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

  /** Reads panes again from a new server: the history has what the former one did not send. */
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
