/**
 * Schedules when the editor reads streaming panes again. Pure.
 *
 * Drawing a frame costs the window about as much as reading a pane. So all panes that have grown are
 * refreshed together, and the next refresh waits until these are shown, and as long again as that took.
 * A slow machine, or one with many panes, gets fewer frames instead of late keys. While the user types,
 * only a few panes are refreshed at a time: one long frame would delay a key. A pane that was silent is
 * refreshed at once.
 */

/** The shortest time between two refreshes; each makes the editor read whole texts. */
const REFRESH_MS = 80;
const REFRESH_MS_PER_PANE = 20;
const REFRESH_MS_PER_KB = 1;
/** For hidden panes: the text need only be nearly current when the tab is opened. */
const HIDDEN_MS = 1000;
const SILENCE_MS = 1000;
/** How long to wait for panes to be shown: one may be closed meanwhile. */
const PATIENCE_MS = 2000;
/** The user is typing if the last key is not older. */
const TYPING_MS = 300;
const TYPING_REFRESH_MS = 250;
const TYPING_PANES = 4;
/** While the user types, the rest is this many times as long as showing the panes took. */
const TYPING_RESTS = 3;

/** The properties of panes that decide how often they are read. */
export interface Panes {
  isVisible(paneId: string): boolean;
  /** The bytes of its text. */
  size(paneId: string): number;
}

export class RefreshSchedule {
  /** Panes that have grown since their last refresh, longest ago first. */
  private readonly grown = new Set<string>();
  private readonly silent = new Set<string>();
  /** Visible panes that were refreshed and not shown yet. */
  private readonly awaited = new Set<string>();
  private readonly notifiedAt = new Map<string, number>();
  private frameAt = -Infinity;
  private framePanes = 0;
  private restsUntil = -Infinity;
  private typedAt = -Infinity;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private firstTimer: ReturnType<typeof setTimeout> | undefined;

  /** `notify` gets the panes to read again; `now` returns milliseconds of any clock. */
  constructor(
    private readonly notify: (paneIds: readonly string[]) => void,
    private readonly panes: Panes,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Records that the text of a pane has changed. */
  changed(paneId: string): void {
    if (!this.grown.has(paneId) && this.sinceNotified(paneId) >= SILENCE_MS) {
      this.silent.add(paneId);
      // After all events of the same message.
      this.firstTimer ??= setTimeout(() => {
        this.notifySilent();
      }, 0);
      return;
    }
    this.grown.add(paneId);
    this.plan();
  }

  /** Records that the editor shows a refreshed pane. */
  shown(paneId: string): void {
    if (!this.awaited.delete(paneId) || this.awaited.size > 0) {
      return;
    }
    const took = this.now() - this.frameAt;
    const rest = this.isTyping() ? TYPING_RESTS * took : took;
    this.restsUntil = Math.max(this.frameAt + this.interval(), this.now() + rest);
    this.plan();
  }

  /** Records that the user has typed, or moved the cursor. */
  typed(): void {
    this.typedAt = this.now();
  }

  /** Forgets a pane that is no longer shown. */
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
