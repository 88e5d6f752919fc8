/**
 * Decides whether an editor follows the end of a growing text. It does from the start, stops if the
 * user scrolls up or moves the cursor into the text, and continues once they are at the end again.
 */
export class Autoscroll {
  private top = 0;
  private active = true;

  get following(): boolean {
    return this.active;
  }

  /** Records the first and last visible line, and the last line of the text. */
  scrolled(first: number, last: number, lastLine: number): void {
    const atEnd = last >= lastLine - 1;
    if (first < this.top && !atEnd) {
      this.active = false;
    } else if (first > this.top && atEnd) {
      this.active = true;
    }
    this.top = first;
  }

  /** Records the cursor: away from the end the user reads, at the end they wait. */
  cursorMoved(line: number, lastLine: number): void {
    this.active = line >= lastLine - 1;
  }
}
