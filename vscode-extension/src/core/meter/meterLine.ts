/** What stands beside an answer while it is written: how fast it comes, and what it took so far. */
import { count, joinParts, price, speed } from "../format/figures.js";
import type { PaneRecord } from "../panes/record.js";

/** `▍ 42 tok/s · 1.2k tok · $0.003`; nothing where nothing was measured, or nothing is written. */
export function meterLine({ status, usage, cost, latency }: PaneRecord): string | undefined {
  const used = (usage?.outputTokens ?? 0) + (usage?.reasoningTokens ?? 0);
  if (status !== "streaming" || used === 0) {
    return undefined;
  }
  const spent = cost?.amount === "0" ? undefined : price(cost);
  return `▍ ${joinParts(speed(latency), `${count(used)} tok`, spent)}`;
}

/** The line of an answer's heading: the last one with text, when nothing of the answer has come yet. */
export function headingLine(text: string): number {
  const lines = text.trimEnd().split("\n");
  return lines.length - 1;
}
