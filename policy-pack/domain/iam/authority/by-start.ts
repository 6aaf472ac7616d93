import type { Part } from "../../../../core/policy/statement";

/**
 * Things indexed by the start of their values.
 *
 * All that a value matches starts as it does up to its first wildcard or variable. So only a few of many values have to be
 * compared.
 */
export class ByStart<T> {
  readonly #filed = new Map<string, T[]>();
  readonly #lengths = new Set<number>();
  readonly #anyCase: boolean;

  /** @param anyCase whether letters' case makes no difference, as for actions */
  constructor(anyCase: boolean) {
    this.#anyCase = anyCase;
  }

  /** Files a thing under each of its values; one that is not known may take in anything. */
  file(values: readonly Part[], thing: T): void {
    const starts = values.map((part) =>
      part.kind === "unknown" ? "" : before(/[*?]|\$\{/, this.#spelled(part.text)),
    );
    for (const start of new Set(starts)) {
      const things = this.#filed.get(start);
      if (things !== undefined) things.push(thing);
      else {
        this.#filed.set(start, [thing]);
        this.#lengths.add(start.length);
      }
    }
  }

  /** Lists of the things that may take in a text, or the whole of a pattern. */
  of(pattern: string): readonly (readonly T[])[] {
    const start = before(/[*?]/, this.#spelled(pattern));
    const found: (readonly T[])[] = [];
    for (const length of this.#lengths) {
      if (length > start.length) continue;
      const things = this.#filed.get(start.slice(0, length));
      if (things !== undefined) found.push(things);
    }
    return found;
  }

  #spelled(text: string): string {
    return this.#anyCase ? text.toLowerCase() : text;
  }
}

function before(mark: RegExp, text: string): string {
  const at = text.search(mark);
  return at === -1 ? text : text.slice(0, at);
}
