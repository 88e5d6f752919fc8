/**
 * Parses and builds addresses of `antiphon:` documents, as in docs/protocol.md. The editor shows the path
 * of a document in tabs, breadcrumbs and tooltips, so this client has words in it, and the ids in the
 * query: `antiphon:/“What is counterpoint?”/terse?pane/<sessionId>/<paneId>`. Both forms are read.
 */

export const SCHEME = "antiphon";

/** The parts of a URI that name a document. */
export interface Place {
  readonly path: string;
  readonly query?: string;
}

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

/** Returns the path that the server knows a document by. */
export function wirePath({ path, query = "" }: Place): string {
  const segments = segmentsOf(path);
  return query === "" || segments.length !== 2 ? path : `/${query}/${segments[1] ?? ""}`;
}

/** Returns where the editor shows a document of the server: below the words for its session. */
export function shownPlace(path: string, wordsFor: (sessionId: string) => string): Required<Place> {
  const segments = segmentsOf(path);
  const name = segments.at(-1) ?? "";
  const address = addressOf({ path });
  const isOverview = segments[0] === "consensus" && segments.length === 3;
  if (address === undefined && !isOverview) {
    return { path, query: "" };
  }
  const folder = address === undefined ? "“In common”" : wordsFor(address.sessionId);
  return { path: `/${folder}/${name}`, query: segments.slice(0, -1).join("/") };
}

/** Returns the folder that an address of the editor shows; `undefined` if it has none. */
export function folderOf({ path, query = "" }: Place): string | undefined {
  const segments = segmentsOf(path);
  return query !== "" && segments.length === 2 ? segments[0] : undefined;
}

/** Returns whether a document is an overview of several answers, or a file with proposed code. */
export function isDerived(place: Place): boolean {
  const [kind, ...rest] = segmentsOf(wirePath(place));
  return (kind === "consensus" && rest.length === 2) || (kind === "proposal" && rest.length >= 5);
}

/** Builds the path of a message's document from that of its pane. */
export function messagePath(panePath: string, messageId: string): string {
  const [, sessionId = "", paneId = "", slug = ""] = segmentsOf(panePath);
  return `/message/${sessionId}/${paneId}/${messageId}/${slug}`;
}

/** Parses an address; `undefined` if it is not a pane or a message. Any number of leading slashes is allowed. */
export function addressOf(place: Place): PaneAddress | MessageAddress | undefined {
  const [kind, sessionId, paneId, third, fourth, ...rest] = segmentsOf(wirePath(place));
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

function segmentsOf(path: string): string[] {
  return path.replace(/^\/+/, "").split("/");
}
