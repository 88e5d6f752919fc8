/** The paths of `antiphon:` documents, as docs/protocol.md has them. */

export const SCHEME = "antiphon";

export interface PaneAddress {
  readonly kind: "pane";
  readonly sessionId: string;
  readonly paneId: string;
}

export interface MessageAddress {
  readonly kind: "message";
  readonly sessionId: string;
  readonly paneId: string;
  readonly messageId: string;
}

/** What a path names; `undefined` where it is none of ours. Slashes in front may be any number. */
export function addressOf(path: string): PaneAddress | MessageAddress | undefined {
  const [kind, sessionId, paneId, third, fourth, ...rest] = path.replace(/^\/+/, "").split("/");
  if (!sessionId || !paneId || !third || rest.length > 0) {
    return undefined;
  }
  if (kind === "pane" && fourth === undefined) {
    return { kind, sessionId, paneId };
  }
  if (kind === "message" && fourth !== undefined) {
    return { kind, sessionId, paneId, messageId: third };
  }
  return undefined;
}
