import type { Judged } from "./told";
import { keyOf, type World } from "./worlds";

/** What the rules say of worlds, of each asked once. */
export class Worlds {
  readonly #judge: (world: World) => Promise<Judged>;
  readonly #judged = new Map<string, Promise<Judged>>();

  /** @param judge what the rules say of a world */
  constructor(judge: (world: World) => Promise<Judged>) {
    this.#judge = judge;
  }

  /** Whether a world was judged. */
  has(world: World): boolean {
    return this.#judged.has(keyIn(world));
  }

  /** What the rules say of a world. */
  judged(world: World): Promise<Judged> {
    const key = keyIn(world);
    let judged = this.#judged.get(key);
    if (judged === undefined) this.#judged.set(key, (judged = this.#judge(world)));
    return judged;
  }
}

function keyIn(world: World): string {
  return world.map(keyOf).sort().join();
}
