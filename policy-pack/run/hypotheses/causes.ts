import type { Finding } from "../../findings/finding";
import { Hypotheses, urnsIn, wordsOf } from "./reported";
import type { JudgedValues, Taken, PossibleValues, Judged } from "./judged-values";

/** How many values are left out in turn to find whether they decide. */
const mostTried = 6;

/** Finds which values of a trial decide its findings. */
export class Causes {
  readonly #judgedValues: JudgedValues;
  #left: number;

  /** @param most how many trials it may add */
  constructor(judgedValues: JudgedValues, most: number) {
    this.#judgedValues = judgedValues;
    this.#left = most;
  }

  /**
   * The fewest values of a trial that a result depends on, those of the things that a finding names first. If that takes too
   * many trials: one of these, else any.
   *
   * @param isSo whether a judgement has the result
   */
  async of(
    possibleValues: PossibleValues,
    finding: Finding,
    isSo: (judged: Judged) => boolean,
  ): Promise<readonly Taken[]> {
    if (possibleValues.length < 2) return possibleValues;
    const named = new Hypotheses(possibleValues).of(urnsIn(finding));
    const stated = possibleValues.filter(({ supposed }) =>
      wordsOf(finding).includes(supposed.sentence),
    );
    const near = [...new Set([...named, ...stated])];
    const likely = near.length > 0 ? near : possibleValues;
    for (const taken of likely.slice(0, mostTried)) {
      if (await this.#makes([taken], isSo)) return [taken];
    }
    for (const some of [near, possibleValues]) {
      if (some.length === 0 || some.length > mostTried) continue;
      if (some !== possibleValues && !(await this.#makes(some, isSo))) continue;
      return this.#withoutOthers(some, isSo);
    }
    return likely.slice(0, 1);
  }

  async #withoutOthers(
    some: PossibleValues,
    isSo: (judged: Judged) => boolean,
  ): Promise<readonly Taken[]> {
    let kept = some;
    // The values that are named first are left out last.
    for (const taken of [...some].reverse()) {
      const rest = kept.filter((each) => each !== taken);
      if (rest.length > 0 && (await this.#makes(rest, isSo))) kept = rest;
    }
    return kept;
  }

  async #makes(
    possibleValues: PossibleValues,
    isSo: (judged: Judged) => boolean,
  ): Promise<boolean> {
    if (!this.#judgedValues.has(possibleValues)) {
      if (this.#left <= 0) return false;
      this.#left -= 1;
    }
    return isSo(await this.#judgedValues.judged(possibleValues));
  }
}
