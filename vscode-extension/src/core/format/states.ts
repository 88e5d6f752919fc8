/** Names the states of panes. `clients/protocol/format_cases.json` has the words of every client. */
import type { PaneStatus } from "../panes/record.js";

const WORDS: Readonly<Record<PaneStatus, string>> = {
  idle: "not asked yet",
  waiting: "waiting",
  streaming: "streaming",
  complete: "complete",
  truncated: "cut at the length limit",
  filtered: "stopped by a filter",
  cancelled: "stopped",
  interrupted: "interrupted",
  failed: "failed",
};

/** Returns the word for a state; `failureKind` tells what cut a truncated answer. */
export function stateWord(status: PaneStatus, failureKind?: string): string {
  return status === "truncated" && failureKind === "budget" ? "cut by a budget" : WORDS[status];
}
