/**
 * Calls at once, then at most once per interval, and once more after the last request. A debounce
 * would show nothing for as long as a stream goes on.
 */
export class Throttle {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private again = false;

  /** `intervalMs` is asked after each call, so that it may grow with what a call costs. */
  constructor(
    private readonly act: () => void,
    private readonly intervalMs: () => number,
  ) {}

  /** Whether it has acted less than an interval ago. */
  get isResting(): boolean {
    return this.timer !== undefined;
  }

  request(): void {
    if (this.timer !== undefined) {
      this.again = true;
      return;
    }
    this.act();
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.again) {
        this.again = false;
        this.request();
      }
    }, this.intervalMs());
  }

  /** Acts at once if anything waits. */
  flush(): void {
    if (this.again) {
      this.again = false;
      this.act();
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.again = false;
  }
}
