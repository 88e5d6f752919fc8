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

/** Whether a path names an overview of several answers, or a file as it would be with an answer's code. */
export function isDerived(path: string): boolean {
  const [kind, ...rest] = path.replace(/^\/+/, "").split("/");
  return (kind === "consensus" && rest.length === 2) || (kind === "proposal" && rest.length >= 5);
}

/** The path of a message's document, from that of its pane. */
export function messagePath(panePath: string, messageId: string): string {
  const [, sessionId = "", paneId = "", slug = ""] = panePath.replace(/^\/+/, "").split("/");
  return `/message/${sessionId}/${paneId}/${messageId}/${slug}`;
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
