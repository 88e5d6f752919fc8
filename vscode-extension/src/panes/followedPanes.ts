/** Applies the events of followed sessions to panes, whichever client and server they come from. */
import { describeMessages } from "../core/panes/record.js";
import type { ChangedEvent, FollowEvent, Message, Pane, StreamEvent } from "../protocol.js";
import { documentOf } from "../ui/documents.js";
import type { PaneStore } from "./store.js";

export class FollowedPanes {
  constructor(private readonly panes: PaneStore) {}

  /** Applies one event, in the order of arrival. */
  apply(event: FollowEvent): void {
    if (event.type === "snapshot") {
      this.panes.followed.add(event.session.id);
      for (const pane of event.session.panes) {
        this.replace(pane, event.messages);
      }
    } else if (event.type === "changed") {
      this.change(event);
    } else if (!this.panes.isOwn(event.messageId)) {
      this.stream(event);
    }
  }

  /** Leaves a session to the notifications of the server. */
  leave(sessionId: string): void {
    this.panes.followed.delete(sessionId);
  }

  private change({ pane, messages, paneId = "", append, at }: ChangedEvent): void {
    if (pane !== undefined && messages !== undefined) {
      this.replace(pane, messages);
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
  }

  /** Takes over the messages of a pane; its text is pulled unless it was read with the same ones. */
  private replace(pane: Pane, messages: readonly Message[]): void {
    const read = this.panes.read.get(pane.id);
    this.panes.read.delete(pane.id);
    if (this.panes.reducer.isAnswering(pane.id)) {
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

  private pullIf(paneId: string, isDue: boolean): void {
    if (isDue) {
      void this.panes.refresh(paneId);
    }
  }
}
