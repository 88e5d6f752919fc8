/** Applies the events of followed sessions to panes, whichever client and server they come from. */
import type * as vscode from "vscode";
import { describeMessages, isBusy, recordOf } from "../core/panes/record.js";
import type { ChangedEvent, FollowEvent, Message, Pane, SnapshotEvent, StreamEvent } from "../protocol.js";
import { documentOf } from "../ui/documents.js";
import type { PaneStore } from "./store.js";

export class FollowedPanes {
  /** The panes of each session that is open: others are new, and made by another client. */
  private readonly known = new Map<string, Set<string>>();

  /** `show` opens a pane that another client has added to a session. */
  constructor(
    private readonly panes: PaneStore,
    private readonly show: (uri: vscode.Uri) => void,
  ) {}

  /**
   * Applies one event, in the order of arrival. Of a snapshot it is known whether the texts are whole
   * (`isWhole`), but for what other clients have done. Returns whether another client is at work.
   */
  apply(event: FollowEvent, isWhole = false): boolean {
    if (event.type === "snapshot") {
      return this.restart(event, isWhole);
    }
    if (event.type === "changed") {
      this.change(event);
      return false;
    }
    const isOthers = !this.panes.isOwn(event.messageId);
    if (isOthers) {
      this.stream(event);
    }
    return isOthers;
  }

  /** Leaves a session to the notifications of the server. */
  leave(sessionId: string): void {
    this.panes.followed.delete(sessionId);
  }

  /** Forgets a session that is not open any more. */
  forget(sessionId: string): void {
    this.known.delete(sessionId);
  }

  private restart({ session, messages }: SnapshotEvent, isWhole: boolean): boolean {
    this.panes.followed.add(session.id);
    for (const pane of session.panes) {
      this.replace(pane, messages, isWhole);
    }
    if (!this.known.has(session.id)) {
      // All that a run of this window has opened, or all that there were when the session was opened.
      const known = session.panes.filter(({ id }) => !isWhole || this.panes.isOwn(id));
      this.known.set(session.id, new Set(known.map(({ id }) => id)));
    }
    session.panes.forEach((pane) => {
      this.showNew(pane);
    });
    return messages.some(({ id, status }) => status === "streaming" && !this.panes.isOwn(id));
  }

  private change({ pane, messages, paneId = "", append, at }: ChangedEvent): void {
    if (pane !== undefined && messages !== undefined) {
      this.replace(pane, messages);
      this.showNew(pane);
    } else if (append !== undefined) {
      this.panes.pulls.apply(paneId, () => {
        this.pullIf(paneId, this.panes.reducer.place(paneId, append, at));
        this.panes.textChanged(paneId);
      });
    }
  }

  private stream(event: StreamEvent): void {
    const { paneId } = event;
    if (event.type === "start") {
      // The answer before it has ended: the document of the pane has its text.
      this.panes.reducer.forgetAnswer(this.panes.record(paneId)?.messageId ?? "");
      this.panes.setUri(paneId, documentOf(event.pane.uri));
    }
    this.panes.pulls.apply(paneId, () => {
      this.pullIf(paneId, this.panes.reducer.applyFollowed(event));
      this.panes.note(event);
    });
    if (event.type === "start") {
      this.showNew(event.pane);
    }
  }

  private showNew(pane: Pane): void {
    const known = this.known.get(pane.sessionId);
    if (known !== undefined && !known.has(pane.id)) {
      known.add(pane.id);
      if (!this.panes.isOwn(pane.id)) {
        this.show(documentOf(pane.uri));
      }
    }
  }

  /** Takes over the messages of a pane; its text is pulled unless it was read with the same ones. */
  private replace(pane: Pane, messages: readonly Message[], isWhole = false): void {
    const read = this.panes.read.get(pane.id);
    this.panes.read.delete(pane.id);
    if (this.panes.reducer.isAnswering(pane.id) || (isWhole && this.isAsShown(pane, messages))) {
      return;
    }
    this.panes.setRecord(pane, messages);
    for (const { id, paneId, status, content } of messages) {
      if (paneId === pane.id && status === "streaming" && !this.panes.isOwn(id)) {
        this.panes.reducer.resume(id, content);
      }
    }
    this.pullIf(pane.id, this.panes.text(pane.id) !== undefined && read !== describeMessages(pane, messages));
  }

  /** Returns whether a pane ends with the answer that is known here, in the same state. */
  private isAsShown(pane: Pane, messages: readonly Message[]): boolean {
    const record = this.panes.record(pane.id);
    const last = messages.findLast(({ paneId }) => paneId === pane.id);
    const now = recordOf(pane, messages);
    return last !== undefined && record?.messageId === last.id && record.status === now.status && !isBusy(now);
  }

  private pullIf(paneId: string, isDue: boolean): void {
    if (isDue) {
      void this.panes.refresh(paneId);
    }
  }
}
