/** Formats the speed, tokens and cost beside an answer that is streaming. */
import { cost, joinParts, outputTokens, silence, speed, tokens } from "../format/figures.js";
import type { PaneRecord } from "../panes/record.js";

/** Formats the line: `▍ 42 tok/s · 1,204 tokens · $0.003`; `undefined` if nothing is streaming or measured. */
export function meterLine(record: PaneRecord, silentMs = 0): string | undefined {
  const used = outputTokens(record.usage);
  if (record.status !== "streaming" || used === 0) {
    return undefined;
  }
  return `▍ ${joinParts(pace(record, silentMs), tokens(used), cost(record.cost))}`;
}

/** Formats the speed, or for how long a streaming answer has not grown. */
export function pace({ status, latency }: PaneRecord, silentMs: number): string {
  const stalled = status === "streaming" ? silence(silentMs) : "";
  return stalled === "" ? speed(latency?.tokensPerSecond) : stalled;
}

/** Returns the line of an answer's heading: the last line with text before the answer starts. */
export function headingLine(text: string): number {
  const lines = text.trimEnd().split("\n");
  return lines.length - 1;
}
