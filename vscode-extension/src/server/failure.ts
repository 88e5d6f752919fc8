/** Describes errors of the server for the user. */
import type { Failure } from "../protocol.js";

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
  return error instanceof Error ? error.message : String(error);
}

function isFailure(data: unknown): data is Failure {
  return typeof data === "object" && data !== null && "kind" in data && "message" in data && "hint" in data;
}
