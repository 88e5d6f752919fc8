/** Checks the address of a server elsewhere. */

export interface ServerAddress {
  /** Where the WebSocket is opened. */
  readonly url: string;
  /** Whose token is sent: it is kept for this scheme, host and port, and for no other. */
  readonly origin: string;
  /** A page that anybody may read, if the server runs. */
  readonly health: string;
}

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Returns an address, or why it cannot be used; a token goes over the network encrypted only. */
export function parseAddress(text: string): ServerAddress | "invalid" | "plain" {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["ws:", "wss:"].includes(url.protocol) || url.host === "" || url.username !== "" || url.password !== "") {
    return "invalid";
  }
  if (url.protocol === "ws:" && !LOOPBACK.has(url.hostname)) {
    return "plain";
  }
  url.hash = "";
  return { url: url.href, origin: `${url.protocol}//${url.host}`, health: `${url.protocol.replace("ws", "http")}//${url.host}/health` };
}
