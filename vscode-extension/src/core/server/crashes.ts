/** Limits how often a server that died is started again. */
export class CrashLimit {
  private readonly crashes: number[] = [];

  /** `limit` crashes within `windowMs` milliseconds are forgiven. */
  constructor(
    private readonly limit: number,
    private readonly windowMs: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** Records a crash and returns whether to start the server again. */
  crashed(): boolean {
    const now = this.now();
    this.crashes.push(now);
    while (this.crashes[0] !== undefined && this.crashes[0] < now - this.windowMs) {
      this.crashes.shift();
    }
    return this.crashes.length <= this.limit;
  }

  /** Forgets the crashes: the user has started the server. */
  reset(): void {
    this.crashes.length = 0;
  }
}
