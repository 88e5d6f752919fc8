/** Names the states of panes. `clients/protocol/format_cases.json` has the words of every client. */
import type { PaneRecord, PaneStatus } from "../panes/record.js";
import { duration, exactCount } from "./figures.js";

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

/** Describes a pane's state, and what its request waits for before the answer begins. */
export function describeState({ status, queue, retry, failure }: PaneRecord): string {
  if (status === "waiting" && retry !== undefined) {
    return `${retry.kind.replaceAll("_", " ")}, attempt ${retry.attempt} in ${duration(retry.delayMs)}`;
  }
  return status === "waiting" && queue !== undefined ? formatQueue(queue) : stateWord(status, failure?.kind);
}

/** Formats what a request waits for: `waits for 8 answers, 2 before it`. */
export function formatQueue({ running, ahead }: { readonly running: number; readonly ahead: number }): string {
  const answers = `waits for ${exactCount(running)} ${running === 1 ? "answer" : "answers"}`;
  return ahead === 0 ? answers : `${answers}, ${exactCount(ahead)} before it`;
}

/** Returns the word for a state; `failureKind` tells what cut a truncated answer. */
export function stateWord(status: PaneStatus, failureKind?: string): string {
  return status === "truncated" && failureKind === "budget" ? "cut by a budget" : WORDS[status];
}
