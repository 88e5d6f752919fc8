/** Errors of the server as a person reads them. */
import { ResponseError } from "vscode-languageclient/node";
import type { Failure } from "../protocol.js";

/** What the server said was wrong; `undefined` for errors of the connection. */
export function failureOf(error: unknown): Failure | undefined {
  if (!(error instanceof ResponseError)) {
    return undefined;
  }
  const data: unknown = error.data;
  return isFailure(data) ? data : undefined;
}

/** A sentence, and what to do. */
export function describe(error: unknown): string {
  const failure = failureOf(error);
  if (failure !== undefined) {
    return failure.hint === "" ? failure.message : `${failure.message} ${failure.hint}`;
  }
  return error instanceof Error ? error.message : String(error);
}

function isFailure(data: unknown): data is Failure {
  return typeof data === "object" && data !== null && "kind" in data && "message" in data && "hint" in data;
}
