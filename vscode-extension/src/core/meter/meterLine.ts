/** Formats the speed, tokens and cost beside an answer that is streaming. */
import { count, joinParts, price, speed } from "../format/figures.js";
import type { PaneRecord } from "../panes/record.js";

/** Formats the line: `▍ 42 tok/s · 1.2k tok · $0.003`; `undefined` if nothing is streaming or measured. */
export function meterLine({ status, usage, cost, latency }: PaneRecord): string | undefined {
  const used = (usage?.outputTokens ?? 0) + (usage?.reasoningTokens ?? 0);
  if (status !== "streaming" || used === 0) {
    return undefined;
  }
  const spent = cost?.amount === "0" ? undefined : price(cost);
  return `▍ ${joinParts(speed(latency), `${count(used)} tok`, spent)}`;
}

/** Returns the line of an answer's heading: the last line with text before the answer starts. */
export function headingLine(text: string): number {
  const lines = text.trimEnd().split("\n");
  return lines.length - 1;
}
