/** Describes errors of the server for the user. */
import * as vscode from "vscode";
import type { Failure } from "../protocol.js";

/** The codes of requests that a connection left unanswered (LSP's ConnectionInactive, PendingResponseRejected). */
const LOST: readonly unknown[] = [-32096, -32097];

/** Returns the failure of the server; `undefined` for errors of the connection. */
export function failureOf(error: unknown): Failure | undefined {
  return error instanceof Error && "data" in error && isFailure(error.data) ? error.data : undefined;
}

/** Describes an error in a sentence with a hint what to do. */
export function describe(error: unknown): string {
  const failure = failureOf(error);
  if (failure !== undefined) {
    return failure.hint === "" ? failure.message : `${failure.message} ${failure.hint}`;
  }
  if (error instanceof Error && "code" in error && LOST.includes(error.code)) {
    return vscode.l10n.t("Antiphon's server ended while it was answering, and is started again. What came is kept.");
  }
  return error instanceof Error ? error.message : String(error);
}

function isFailure(data: unknown): data is Failure {
  return typeof data === "object" && data !== null && "kind" in data && "message" in data && "hint" in data;
}
