/**
 * Whether an editor follows the end of a growing text. It does from the start; it stops once a
 * person scrolls up or puts the cursor into the text, and goes on once they are at the end again.
 */
export class Autoscroll {
  private top = 0;
  private active = true;

  get following(): boolean {
    return this.active;
  }

  /** What is in view has changed: the first and last visible line, and the text's last line. */
  scrolled(first: number, last: number, lastLine: number): void {
    const atEnd = last >= lastLine - 1;
    if (first < this.top && !atEnd) {
      this.active = false;
    } else if (first > this.top && atEnd) {
      this.active = true;
    }
    this.top = first;
  }

  /** A person put the cursor somewhere: away from the end they read, at the end they wait. */
  cursorMoved(line: number, lastLine: number): void {
    this.active = line >= lastLine - 1;
  }
}
