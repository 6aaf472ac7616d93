import type { Driver } from "./driver";

/** Most seconds by which a replica's clock may differ from the database's for it to be ready. */
export const mostSecondsOff = 30;

/**
 * The time that decides, the same at all replicas: that of the database where it has a clock of its own, else this machine's.
 *
 * Between two readings it goes on by a clock that cannot be set. Before the first one it is this machine's.
 */
export class Clock {
  readonly #own: () => number;
  readonly #database: Driver["now"];
  #read: { readonly time: number; readonly at: number } | undefined;

  /** @param own milliseconds since 1970, by this machine */
  constructor(own: () => number, database: Driver["now"]) {
    this.#own = own;
    this.#database = database;
  }

  /** Whole seconds since 1970. */
  now(): number {
    return Math.floor(this.#time() / 1000);
  }

  /** Reads the database's clock; throws where it does not answer. */
  async read(): Promise<void> {
    if (this.#database === undefined) return;
    const before = performance.now();
    const time = await this.#database();
    const after = performance.now();
    if (!Number.isFinite(time)) throw new Error("the database does not give the time");
    this.#read = { time, at: (before + after) / 2 };
  }

  /** Whole seconds by which this machine's clock is ahead of the one that decides; negative where it is behind. */
  secondsAhead(): number {
    return Math.round((this.#own() - this.#time()) / 1000);
  }

  #time(): number {
    if (this.#read === undefined) return this.#own();
    return this.#read.time + performance.now() - this.#read.at;
  }
}
