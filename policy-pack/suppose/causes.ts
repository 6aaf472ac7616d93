import type { Finding } from "../../core/finding";
import { type Judged, Suppositions, urnsIn, wordsOf } from "./told";
import type { Taken, World } from "./worlds";
import type { Worlds } from "./judged-worlds";

/** Of how many values each is left out in turn to see whether it decides. */
const mostTried = 6;

/** Finds out which of the supposed values of a world decide what is told of it. */
export class Causes {
  readonly #worlds: Worlds;
  #left: number;

  /** @param most how many worlds are judged for it that were not judged yet */
  constructor(worlds: Worlds, most: number) {
    this.#worlds = worlds;
    this.#left = most;
  }

  /**
   * The fewest values that make something so of all that a world supposes: those of the things that a finding names
   * first. Where that takes too long to find out, one of these, else any.
   *
   * @param isSo whether it is so by what is said of a world
   */
  async of(
    world: World,
    finding: Finding,
    isSo: (judged: Judged) => boolean,
  ): Promise<readonly Taken[]> {
    if (world.length < 2) return world;
    const named = new Suppositions(world).of(urnsIn(finding));
    const said = world.filter(({ supposed }) => wordsOf(finding).includes(supposed.says));
    const near = [...new Set([...named, ...said])];
    const likely = near.length > 0 ? near : world;
    for (const taken of likely.slice(0, mostTried)) {
      if (await this.#makes([taken], isSo)) return [taken];
    }
    for (const some of [near, world]) {
      if (some.length === 0 || some.length > mostTried) continue;
      if (some !== world && !(await this.#makes(some, isSo))) continue;
      return this.#withoutOthers(some, isSo);
    }
    return likely.slice(0, 1);
  }

  async #withoutOthers(some: World, isSo: (judged: Judged) => boolean): Promise<readonly Taken[]> {
    let kept = some;
    // What is named first is left out last.
    for (const taken of [...some].reverse()) {
      const rest = kept.filter((each) => each !== taken);
      if (rest.length > 0 && (await this.#makes(rest, isSo))) kept = rest;
    }
    return kept;
  }

  async #makes(world: World, isSo: (judged: Judged) => boolean): Promise<boolean> {
    if (!this.#worlds.has(world)) {
      if (this.#left <= 0) return false;
      this.#left -= 1;
    }
    return isSo(await this.#worlds.judged(world));
  }
}
