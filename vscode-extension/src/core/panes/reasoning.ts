/** Finds where reasoning ends and the answer starts. */

/** The first character of a line of reasoning: the server shows it as a quote. */
const QUOTE = ">";

/**
 * Returns whether the answer has started after reasoning whose last line is `end`. The lines may be
 * newer than `end`: more reasoning may follow.
 */
export function isAnswered(lines: readonly string[], end: number): boolean {
  return lines.slice(end + 1).some((line) => line.trim() !== "" && !line.startsWith(QUOTE));
}

/**
 * Returns the first lines of reasoning to fold by a command: the editor folds the first block by
 * itself, and a block that was folded once is the user's to unfold.
 */
export function linesToFold(starts: readonly number[], seen: ReadonlySet<number>): number[] {
  return starts.filter((start, index) => index > 0 && !seen.has(start));
}
