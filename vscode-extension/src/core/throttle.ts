/**
 * Calls at once, then at most once per interval, and once more after the last request. A debounce would
 * call nothing while a stream goes on.
 */
export class Throttle {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private again = false;

  /** `intervalMs` is called after each call, so that it can grow with the cost of a call. */
  constructor(
    private readonly act: () => void,
    private readonly intervalMs: () => number,
  ) {}

  /** True if the last call is less than an interval ago. */
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

  /** Calls at once if a request is pending. */
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
