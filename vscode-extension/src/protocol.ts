/**
 * The protocol's types (clients/protocol/protocol.ts, generated from the server's own), and the types
 * of our own requests that are not commands.
 */
export type * from "../../clients/protocol/protocol.js";

/** Server → client, to clients that declare `experimental.antiphon.keys`. */
export const KEY_REQUEST = "antiphon/key";

export interface KeyParams {
  readonly provider: string;
  /** Where the key would be sent. */
  readonly origin?: string | null;
}

export interface KeyResult {
  readonly key: string | null;
}

/** Server → client: a list or a meter must be refreshed. */
export const CHANGE_NOTIFICATION = "antiphon/didChange";

export interface Change {
  readonly type: "session" | "pane" | "meter" | "models" | "pipelines" | "budget";
  readonly id?: string;
}

export interface ChangeParams {
  readonly changes: readonly Change[];
}
