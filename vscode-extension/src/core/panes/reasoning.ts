/** Where an answer stands beside what its model thought before it. */

/** How a line of thinking begins: the server shows it as a quote. */
const QUOTE = ">";

/**
 * Whether the answer has begun after thinking whose last line is `end`. The lines may be newer than the
 * place: what follows may be more of the thinking.
 */
export function isAnswered(lines: readonly string[], end: number): boolean {
  return lines.slice(end + 1).some((line) => line.trim() !== "" && !line.startsWith(QUOTE));
}

/**
 * Which thinking is still to be folded by a command, by first lines: the editor folds what it meets first
 * by itself, and what was folded once is the person's to unfold.
 */
export function linesToFold(starts: readonly number[], seen: ReadonlySet<number>): number[] {
  return starts.filter((start, index) => index > 0 && !seen.has(start));
}
