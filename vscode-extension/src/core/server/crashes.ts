/** Decides whether a server that died is started again: not if it keeps dying. */
export class CrashLimit {
  private readonly crashes: number[] = [];

  /** `limit` crashes within `windowMs` milliseconds are forgiven. */
  constructor(
    private readonly limit: number,
    private readonly windowMs: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** The server died; says whether to start it again. */
  crashed(): boolean {
    const now = this.now();
    this.crashes.push(now);
    while (this.crashes[0] !== undefined && this.crashes[0] < now - this.windowMs) {
      this.crashes.shift();
    }
    return this.crashes.length <= this.limit;
  }

  /** A person started it: what was does not count any more. */
  reset(): void {
    this.crashes.length = 0;
  }
}
