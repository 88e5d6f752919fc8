/** Measures for how long the text of streaming panes has not grown. */
export class Silence {
  private readonly textAt = new Map<string, number>();
  private timer: ReturnType<typeof setInterval> | undefined;

  /** `report` is called about once a second for each pane that is silent. */
  constructor(
    private readonly report: (paneId: string) => void,
    private readonly intervalMs = 1000,
    private readonly now: () => number = Date.now,
  ) {}

  /** Notes that text has arrived. */
  heard(paneId: string): void {
    this.textAt.set(paneId, this.now());
    this.timer ??= setInterval(() => {
      this.check();
    }, this.intervalMs);
  }

  /** Forgets a pane whose answer has ended. */
  end(paneId: string): void {
    this.textAt.delete(paneId);
    if (this.textAt.size === 0) {
      clearInterval(this.timer);
      this.timer = undefined;
    }
  }

  /** Returns for how long a pane has been silent; 0 if it does not stream. */
  ms(paneId: string): number {
    const at = this.textAt.get(paneId);
    return at === undefined ? 0 : this.now() - at;
  }

  dispose(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.textAt.clear();
  }

  private check(): void {
    for (const paneId of [...this.textAt.keys()]) {
      if (this.ms(paneId) >= this.intervalMs) {
        this.report(paneId);
      }
    }
  }
}
