/** The state of a pane and the figures of its last answer. */
import type { Cost, Failure, Latency, Message, Pane, Status, StreamEvent, Usage } from "../../protocol.js";

export type PaneStatus = "idle" | "waiting" | Status;

export interface PaneRecord {
  readonly pane: Pane;
  readonly status: PaneStatus;
  /** The last answer, which can be regenerated. */
  readonly messageId?: string;
  readonly usage?: Usage;
  readonly cost?: Cost;
  readonly latency?: Latency;
  readonly failure?: Failure;
  /** The next attempt, after a request failed before its first token. */
  readonly retry?: { readonly attempt: number; readonly delayMs: number; readonly kind: string } | undefined;
  /** What the request waits for, if its host is asked for no more answers at once. */
  readonly queue?: { readonly running: number; readonly ahead: number } | undefined;
}

/** Returns the record after an event; the pane must have started. */
export function reduce(record: PaneRecord | undefined, event: StreamEvent): PaneRecord | undefined {
  if (event.type === "start") {
    return { pane: event.pane, status: "waiting", messageId: event.messageId };
  }
  if (record === undefined) {
    return undefined;
  }
  switch (event.type) {
    case "token":
    case "reasoning":
      return record.status === "streaming" ? record : { ...withoutWait(record), status: "streaming" };
    case "meter":
      return { ...record, usage: event.usage, cost: event.cost, latency: event.latency };
    case "wait": {
      const { running, ahead } = event;
      return running === 0 ? withoutWait(record) : { ...withoutWait(record), queue: { running, ahead } };
    }
    case "retry": {
      const { attempt, delayMs, failure } = event;
      return { ...withoutWait(record), retry: { attempt, delayMs, kind: failure.kind }, failure };
    }
    case "error":
      return { pane: record.pane, status: "failed", messageId: event.messageId, failure: event.failure };
    case "final":
      return {
        pane: record.pane,
        status: event.status,
        messageId: event.messageId,
        usage: event.usage,
        cost: event.cost,
        latency: event.latency,
        ...(event.failure && { failure: event.failure }),
      };
  }
}

function withoutWait(record: PaneRecord): PaneRecord {
  return { ...record, queue: undefined, retry: undefined };
}

/** Builds the record of a pane from its messages in the history, oldest first. */
export function recordOf(pane: Pane, messages: readonly Message[]): PaneRecord {
  const last = messages.findLast(
    (message) => message.paneId === pane.id && message.role === "assistant" && message.superseded !== true,
  );
  if (last === undefined) {
    return { pane, status: "idle" };
  }
  return {
    pane,
    status: last.status,
    messageId: last.id,
    ...(last.usage && { usage: last.usage }),
    ...(last.cost && { cost: last.cost }),
    ...(last.latency && { latency: last.latency }),
    ...(last.error && { failure: last.error }),
  };
}

/** Describes the messages of a pane, so that a document that was read with the same ones is known to be whole. */
export function describeMessages(pane: Pane, messages: readonly Message[]): string {
  const own = messages.filter(({ paneId, superseded }) => paneId === pane.id && superseded !== true);
  return own.map(({ id, status, content }) => `${id} ${status} ${content.length}`).join("\n");
}

/** Returns whether the pane is waiting for or streaming an answer. */
export function isBusy(record: PaneRecord | undefined): boolean {
  return record?.status === "waiting" || record?.status === "streaming";
}
