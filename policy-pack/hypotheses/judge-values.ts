import type { Judged } from "./reported";
import { keyOf, type PossibleValues } from "./judged-values";

/** What the rules say of worlds, of each asked once. */
export class JudgedValues {
  readonly #judge: (possibleValues: PossibleValues) => Promise<Judged>;
  readonly #judged = new Map<string, Promise<Judged>>();

  /** @param judge what the rules say of a world */
  constructor(judge: (possibleValues: PossibleValues) => Promise<Judged>) {
    this.#judge = judge;
  }

  /** Whether a world was judged. */
  has(possibleValues: PossibleValues): boolean {
    return this.#judged.has(keyIn(possibleValues));
  }

  /** What the rules say of a world. */
  judged(possibleValues: PossibleValues): Promise<Judged> {
    const key = keyIn(possibleValues);
    let judged = this.#judged.get(key);
    if (judged === undefined) this.#judged.set(key, (judged = this.#judge(possibleValues)));
    return judged;
  }
}

function keyIn(possibleValues: PossibleValues): string {
  return possibleValues.map(keyOf).sort().join();
}
