/** How many of something each caller may do in a minute. */
export class PerMinute {
  readonly #most: number;
  #minute = -1;
  #counts = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Counts one; the seconds to wait where it is too many, else 0. */
  take(caller: string, now: number): number {
    const minute = Math.floor(now / 60);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#counts = new Map();
    }
    const count = (this.#counts.get(caller) ?? 0) + 1;
    this.#counts.set(caller, count);
    return count > this.#most ? 60 - (Math.floor(now) % 60) : 0;
  }
}
