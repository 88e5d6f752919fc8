/** Shows prompts of several lines in a box that has one, and finds what was pasted into it. */

/** Shows where a line ends. */
const BREAK = "⏎";
const LINE_END = /\r\n|\r|\n/g;

/** Returns whether a text has more than one line. */
export function hasLines(text: string): boolean {
  return text.search(LINE_END) !== -1;
}

/** Puts a text on one line that shows where its lines end. */
export function fold(text: string): string {
  return text.replace(LINE_END, BREAK);
}

/** Returns the text of a line that `fold` has made. */
export function unfold(line: string): string {
  return line.replaceAll(BREAK, "\n");
}

/**
 * Returns the value with the lines of what was pasted into it; `undefined` if nothing of several lines
 * was. A box of one line puts blanks, or nothing, between them.
 */
export function restorePasted(before: string, after: string, clipboard: string): string | undefined {
  if (!hasLines(clipboard)) {
    return undefined;
  }
  for (const joint of [" ", ""]) {
    // Browsers leave out the end of the last line.
    for (const pasted of [clipboard, clipboard.replace(/[\r\n]+$/, "")]) {
      const flat = pasted.replace(LINE_END, joint);
      const at = flat === "" ? -1 : after.indexOf(flat);
      if (at !== -1 && !before.includes(flat)) {
        return after.slice(0, at) + clipboard + after.slice(at + flat.length);
      }
    }
  }
  return undefined;
}

/** Returns whether a change may be a paste of several lines: a browser is asked for its clipboard only then. */
export function mayBePasted(before: string, after: string): boolean {
  const grown = after.length - before.length;
  return grown > 40 || (grown > 1 && /\s\s|\t/.test(after) && !/\s\s|\t/.test(before));
}
