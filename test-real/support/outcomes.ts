/** How many calls had which outcome, such as a status or the code of an error. */
export class Outcomes {
  readonly #counts = new Map<string, number>();

  add(outcome: string): void {
    this.#counts.set(outcome, (this.#counts.get(outcome) ?? 0) + 1);
  }

  /** How many calls had an outcome; by default, how many there were. */
  count(outcome?: string): number {
    if (outcome !== undefined) return this.#counts.get(outcome) ?? 0;
    return [...this.#counts.values()].reduce((sum, each) => sum + each, 0);
  }

  /** The outcomes that occurred, in order. */
  kinds(): readonly string[] {
    return [...this.#counts.keys()].sort();
  }

  /** Such as `412 × 200`. */
  toString(): string {
    return this.kinds()
      .map((kind) => `${this.count(kind)} × ${kind}`)
      .join(", ");
  }
}
