/** How many of something each caller may do in a minute. */
export class PerMinute {
  readonly #most: number;
  #minute = -1;
  #counts = new Map<string, number>();
  #before = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Counts one; the seconds to wait where it is too many, else 0. @param most default: that of all callers */
  take(caller: string, now: number, most = this.#most): number {
    const minute = Math.floor(now / 60);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#before = this.#counts;
      this.#counts = new Map();
    }
    const count = (this.#counts.get(caller) ?? 0) + 1;
    this.#counts.set(caller, count);
    return count > most ? 60 - (Math.floor(now) % 60) : 0;
  }

  /** How many of a caller were too many in the minute counted before; 0 when they are requested again. */
  leftOut(caller: string): number {
    const count = this.#before.get(caller) ?? 0;
    this.#before.delete(caller);
    return Math.max(0, count - this.#most);
  }
}
