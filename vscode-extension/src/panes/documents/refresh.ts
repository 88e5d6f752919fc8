/**
 * When the editor is told to read streaming panes anew; pure.
 *
 * Drawing a frame costs the window about as much as reading a pane: so all panes that have grown are
 * told together, and the next time waits until these are shown, and as long again as that took. A
 * machine that is slow, or that has many panes, gets fewer frames instead of late keys. While a person
 * types only a few panes are told at a time: one long frame would hold up a key. A pane that has been
 * silent is told at once.
 */

/** The shortest time between two changes; each makes the editor read whole texts. */
const REFRESH_MS = 80;
const REFRESH_MS_PER_PANE = 20;
const REFRESH_MS_PER_KB = 1;
/** Nobody sees it: it is enough that the text is near where its tab is opened. */
const HIDDEN_MS = 1000;
const SILENCE_MS = 1000;
/** How long panes that were told are waited for: one may be closed just now. */
const PATIENCE_MS = 2000;
/** A person types if the last key is not older. */
const TYPING_MS = 300;
const TYPING_REFRESH_MS = 250;
const TYPING_PANES = 4;
/** How often as long as it took to show panes the editor has for the keys. */
const TYPING_RESTS = 3;

/** What of a pane decides how often it is read. */
export interface Panes {
  isVisible(paneId: string): boolean;
  /** The bytes of its text. */
  size(paneId: string): number;
}

export class RefreshSchedule {
  /** Grown since they were told, longest ago first. */
  private readonly grown = new Set<string>();
  private readonly silent = new Set<string>();
  /** Told and visible, but not shown yet. */
  private readonly awaited = new Set<string>();
  private readonly notifiedAt = new Map<string, number>();
  private frameAt = -Infinity;
  private framePanes = 0;
  private restsUntil = -Infinity;
  private typedAt = -Infinity;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private firstTimer: ReturnType<typeof setTimeout> | undefined;

  /** `tell` gets panes that are to be read anew; `now` are milliseconds of any clock. */
  constructor(
    private readonly notify: (paneIds: readonly string[]) => void,
    private readonly panes: Panes,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** The text of a pane is another one. */
  changed(paneId: string): void {
    if (!this.grown.has(paneId) && this.sinceNotified(paneId) >= SILENCE_MS) {
      this.silent.add(paneId);
      // After all that the same message brings.
      this.firstTimer ??= setTimeout(() => {
        this.notifySilent();
      }, 0);
      return;
    }
    this.grown.add(paneId);
    this.plan();
  }

  /** The editor shows what it was told to read. */
  shown(paneId: string): void {
    if (!this.awaited.delete(paneId) || this.awaited.size > 0) {
      return;
    }
    const took = this.now() - this.frameAt;
    const rest = this.isTyping() ? TYPING_RESTS * took : took;
    this.restsUntil = Math.max(this.frameAt + this.interval(), this.now() + rest);
    this.plan();
  }

  /** A person has typed, or moved the cursor. */
  typed(): void {
    this.typedAt = this.now();
  }

  /** Nobody shows the pane any more. */
  forget(paneId: string): void {
    this.notifiedAt.delete(paneId);
    this.shown(paneId);
  }

  dispose(): void {
    clearTimeout(this.timer);
    clearTimeout(this.firstTimer);
    this.grown.clear();
    this.silent.clear();
  }

  private notifySilent(): void {
    this.firstTimer = undefined;
    const notified = [...this.silent];
    this.silent.clear();
    this.send(notified);
  }

  private plan(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.grown.size > 0) {
      const due = this.awaited.size > 0 ? this.frameAt + PATIENCE_MS : this.restsUntil;
      this.timer = setTimeout(
        () => {
          this.notifyGrown();
        },
        Math.max(0, due - this.now()),
      );
    }
  }

  private notifyGrown(): void {
    const ready = [...this.grown].filter((paneId) => this.isReady(paneId));
    const notified = this.isTyping() ? ready.slice(0, TYPING_PANES) : ready;
    this.frameAt = this.now();
    this.framePanes = notified.length;
    this.restsUntil = this.frameAt + this.interval();
    this.awaited.clear();
    for (const paneId of notified) {
      this.grown.delete(paneId);
      if (this.panes.isVisible(paneId)) {
        this.awaited.add(paneId);
      }
    }
    this.send(notified);
    this.plan();
  }

  private send(notified: readonly string[]): void {
    for (const paneId of notified) {
      this.notifiedAt.set(paneId, this.now());
    }
    if (notified.length > 0) {
      this.notify(notified);
    }
  }

  private isReady(paneId: string): boolean {
    const least = this.panes.isVisible(paneId) ? (REFRESH_MS_PER_KB * this.panes.size(paneId)) / 1000 : HIDDEN_MS;
    return this.sinceNotified(paneId) >= least;
  }

  private sinceNotified(paneId: string): number {
    return this.now() - (this.notifiedAt.get(paneId) ?? -Infinity);
  }

  private interval(): number {
    return Math.max(this.isTyping() ? TYPING_REFRESH_MS : REFRESH_MS, REFRESH_MS_PER_PANE * this.framePanes);
  }

  private isTyping(): boolean {
    return this.now() - this.typedAt < TYPING_MS;
  }
}
