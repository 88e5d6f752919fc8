/** Parses and builds paths of `antiphon:` documents, as in docs/protocol.md. */

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

/** Returns whether a path names an overview of several answers, or a file with proposed code. */
export function isDerived(path: string): boolean {
  const [kind, ...rest] = path.replace(/^\/+/, "").split("/");
  return (kind === "consensus" && rest.length === 2) || (kind === "proposal" && rest.length >= 5);
}

/** Builds the path of a message's document from that of its pane. */
export function messagePath(panePath: string, messageId: string): string {
  const [, sessionId = "", paneId = "", slug = ""] = panePath.replace(/^\/+/, "").split("/");
  return `/message/${sessionId}/${paneId}/${messageId}/${slug}`;
}

/** Parses a path; `undefined` if it is not a pane or a message. Any number of leading slashes is allowed. */
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
