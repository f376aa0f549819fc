/** How far the logs may be apart, in seconds of their own time. */
const slackSeconds = 60;

/** Lets several logs go on side by side: the one that is ahead in its own time waits for the others. */
export class Turns {
  readonly #reached = new Map<object, number>();
  #waiting: (() => void)[] = [];

  join(log: object): void {
    this.#reached.set(log, Number.NEGATIVE_INFINITY);
  }

  /** A log has ended: nobody waits for it. */
  leave(log: object): void {
    this.#reached.delete(log);
    this.#wake();
  }

  /** A log has come to `at`, seconds since the epoch. Fulfilled when it is its turn again. */
  async wait(log: object, at: number): Promise<void> {
    if (this.#reached.size < 2) return;
    this.#reached.set(log, at);
    this.#wake();
    while (this.#reached.has(log) && at > Math.min(...this.#reached.values()) + slackSeconds)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
