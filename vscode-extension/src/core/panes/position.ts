/** Converts LSP positions (zero-based lines, UTF-16 code units) to offsets. */

export interface Position {
  readonly line: number;
  readonly character: number;
}

/**
 * Returns the offset of a position. Lines end at `\n`, `\r\n` or `\r`. Past a line's end it is the
 * line's end, before its break; past the last line the end of the text.
 */
export function offsetAt(text: string, position: Position): number {
  let start = 0;
  for (let line = 0; line < position.line; line++) {
    const end = endOfLine(text, start);
    if (end === text.length) {
      return text.length;
    }
    start = end + (text.startsWith("\r\n", end) ? 2 : 1);
  }
  return Math.min(start + position.character, endOfLine(text, start));
}

function endOfLine(text: string, start: number): number {
  for (let offset = start; offset < text.length; offset++) {
    const unit = text.charCodeAt(offset);
    if (unit === LINE_FEED || unit === CARRIAGE_RETURN) {
      return offset;
    }
  }
  return text.length;
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
