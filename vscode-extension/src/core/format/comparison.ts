/** Formats the similarity and the title of a comparison. */
import type { CompareResult } from "../../protocol.js";
import { percent } from "./figures.js";
import { sanitize } from "./sanitize.js";

/** Formats a similarity: `87% alike`. Only equal texts are 100%, and only texts without anything in common 0%. */
export function likeness(similarity: number): string {
  return `${percent(similarity)} alike`;
}

/** Formats the title of the diff, without the similarity if it is unknown. */
export function title(left: string, right: string, result?: Pick<CompareResult, "similarity">): string {
  const names = `${sanitize(left)} ↔ ${sanitize(right)}`;
  return result === undefined ? names : `${names} · ${likeness(result.similarity)}`;
}
