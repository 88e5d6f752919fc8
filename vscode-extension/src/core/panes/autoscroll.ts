/**
 * Decides whether an editor follows the end of a growing text. It does from the start, stops if the
 * user scrolls up or moves the cursor into the text, and continues once they are at the end again.
 *
 * A line may be a long paragraph, so positions are compared and not lines. The editor scrolls to the end
 * some time after it is asked to: a request that was under way when the user scrolled back would undo
 * what they did. That one is recognised by its time, and the place that they scrolled to is restored.
 *
 * When an answer begins, the editor adds a line with its actions above the text, which moves what is seen
 * by one line. Nobody has scrolled then; a notch of the wheel is more than one line. Lines that are wrapped
 * are left out: of those it cannot be told how far they moved.
 */
import type { Position } from "../../protocol.js";

/** How long a request to scroll is under way at most. */
const UNDER_WAY_MS = 400;
/** How soon the editor has added the line of actions at the latest. */
const ADDED_WITHIN_MS = 1500;

export class Autoscroll {
  private top: Position = { line: 0, character: 0 };
  private active = true;
  private requestedAt = -Infinity;
  private addedUntil: number;
  /** The place that the user scrolled to, and from, while a request was under way. */
  private held: { readonly top: Position; readonly from: Position; readonly until: number } | undefined;

  /** `now` returns milliseconds of any clock. */
  constructor(private readonly now: () => number = () => performance.now()) {
    this.addedUntil = now() + ADDED_WITHIN_MS;
  }

  get following(): boolean {
    return this.active;
  }

  /** Follows the end again: the user has asked for something that is written there. */
  follow(): void {
    this.addedUntil = this.now() + ADDED_WITHIN_MS;
    this.resume();
  }

  /** Records that the editor was asked to scroll to the end. */
  requested(): void {
    this.requestedAt = this.now();
  }

  /**
   * Records the first and the last visible position, and the end of the text. Returns the position to
   * scroll back to if a request has undone what the user did.
   */
  scrolled(first: Position, last: Position, end: Position): Position | undefined {
    const [moved, before] = [compare(first, this.top), this.top];
    const atEnd = compare(last, end) >= 0;
    const { held } = this;
    this.top = first;
    const isOneLineUp = first.line === before.line - 1 && first.character === 0 && before.character === 0;
    if (this.active && isOneLineUp && this.now() < this.addedUntil) {
      return undefined;
    }
    if (moved < 0 && !atEnd) {
      this.held = this.active ? { top: first, from: before, until: this.requestedAt + UNDER_WAY_MS } : held && { ...held, top: first };
      this.active = false;
    } else if (moved > 0 && held !== undefined && held.until > this.now() && compare(first, held.from) >= 0) {
      this.held = undefined;
      return held.top;
    } else if (moved > 0 && atEnd) {
      this.resume();
    }
    return undefined;
  }

  private resume(): void {
    this.active = true;
    this.held = undefined;
  }

  /** Records the cursor: away from the end the user reads, at the end they wait. */
  cursorMoved(line: number, lastLine: number): void {
    this.active = line >= lastLine - 1;
  }
}

function compare(one: Position, other: Position): number {
  return one.line - other.line || one.character - other.character;
}
