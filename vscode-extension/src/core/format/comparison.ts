/** What a comparison says of itself. */
import type { CompareResult } from "../../protocol.js";
import { sanitize } from "./sanitize.js";

/** `87% alike`; only equal texts are 100%, and only texts with nothing in common 0%. */
export function likeness(similarity: number): string {
  const percent = similarity === 1 ? 100 : Math.min(99, Math.round(similarity * 100));
  return `${similarity > 0 ? Math.max(1, percent) : 0}% alike`;
}

/** The title of the diff; without a result, for sides that are known by their labels alone. */
export function title(left: string, right: string, result?: Pick<CompareResult, "similarity">): string {
  const names = `${sanitize(left)} ↔ ${sanitize(right)}`;
  return result === undefined ? names : `${names} · ${likeness(result.similarity)}`;
}
