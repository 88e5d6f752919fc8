/** Lists characters that are invisible, or that make code look different from what it is. */
import type { UnseenCharacter } from "../../protocol.js";

const SHOWN = 6;

/** Formats one character a line: `line 3, column 7: U+202E RIGHT-TO-LEFT OVERRIDE`. */
export function formatHiddenCharacters(unseen: readonly UnseenCharacter[]): string {
  const lines = unseen
    .slice(0, SHOWN)
    .map(({ line, character, codePoint, name }) => `line ${line + 1}, column ${character + 1}: ${codePoint} ${name}`);
  return unseen.length > SHOWN ? [...lines, `and ${unseen.length - SHOWN} more`].join("\n") : lines.join("\n");
}
