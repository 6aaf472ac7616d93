import { hashOf } from "../../broker/hash";
import type { Head } from "../../broker/store/store";
import type { Line } from "./line";
import type { SignedHeads } from "./signed-heads";

/** What has been read of a chain. */
interface Chain {
  /** Its first line that was read. */
  readonly first: number;
  last: number;
  hash: string;
}

/** A head that another chain names at its start. */
interface NamedEnd extends Head {
  readonly by: string;
}

/**
 * Verifies a trail line by line, so that no more than one line of each chain is in memory.
 *
 * A chain that was pruned begins later. The hash of the line before its first one is in that line, so that signed heads of any later
 * line vouch for it.
 */
export class Verification {
  readonly #expected: readonly SignedHeads[];
  readonly #ends: readonly NamedEnd[];
  readonly #chains = new Map<string, Chain>();
  /** Hashes of the lines that heads and ends name; empty until they are read. */
  readonly #found = new Map<string, string>();
  readonly #problems = new Set<string>();

  /**
   * @param expected signed heads that the trail has to have
   * @param starts lines among which are those that begin chains
   */
  constructor(expected: readonly SignedHeads[], starts: Iterable<Line>) {
    this.#expected = expected;
    this.#ends = [...starts].flatMap(endsOf);
    for (const { trail, seq } of [...expected.flatMap(({ heads }) => heads), ...this.#ends]) {
      this.#found.set(placeOf(trail, seq), "");
    }
  }

  /** Takes the next line of a chain. */
  add({ trail, seq, before }: Line, text: string): void {
    const hash = hashOf(text);
    const chain = this.#chains.get(trail);
    if (chain === undefined) {
      this.#chains.set(trail, { first: seq, last: seq, hash });
      if (seq === 1 && before !== "") this.#problems.add(`trail ${trail}: line 1 is not the first`);
      this.#note(trail, seq - 1, before);
    } else {
      if (seq !== chain.last + 1) {
        this.#problems.add(
          seq > chain.last
            ? `trail ${trail}: line ${chain.last + 1} is missing`
            : `trail ${trail}: line ${seq} is there twice`,
        );
      } else if (before !== chain.hash) {
        this.#problems.add(
          `trail ${trail}: line ${chain.last} was changed after line ${seq} was written`,
        );
      }
      chain.last = seq;
      chain.hash = hash;
    }
    this.#note(trail, seq, hash);
  }

  /** The first line of a chain that was read; undefined if none was. */
  firstOf(trail: string): number | undefined {
    return this.#chains.get(trail)?.first;
  }

  /** What is wrong, and what was not read although it has to be there, once all lines were added. */
  outcome(): { readonly problems: readonly string[]; readonly unread: readonly string[] } {
    const problems = new Set(this.#problems);
    const covered = new Set<string>();
    for (const { at, heads } of this.#expected) {
      for (const { trail, seq, hash } of heads) {
        if (this.#isBeforeStart(trail, seq)) continue;
        if (this.#found.get(placeOf(trail, seq)) === hash) covered.add(trail);
        else problems.add(`trail ${trail}: line ${seq}, signed ${at}, is missing or changed`);
      }
    }
    for (const { trail, seq, hash, by } of this.#ends) {
      if (this.#isBeforeStart(trail, seq)) continue;
      if (this.#found.get(placeOf(trail, seq)) === hash) continue;
      problems.add(`trail ${trail}: line ${seq}, which trail ${by} names, is missing or changed`);
    }
    const unread = [...this.#chains]
      .filter(([trail, { first }]) => first > 1 && !covered.has(trail))
      .map(
        ([trail, { first }]) =>
          `trail ${trail}: what came before line ${first} was not read; --expect-heads takes heads of a later line`,
      );
    return { problems: [...problems], unread };
  }

  #note(trail: string, seq: number, hash: string): void {
    const place = placeOf(trail, seq);
    if (this.#found.has(place)) this.#found.set(place, hash);
  }

  /** Whether a line comes before all that were read, and before the one whose hash the first of them has. */
  #isBeforeStart(trail: string, seq: number): boolean {
    const first = this.firstOf(trail);
    return first !== undefined && seq < first - 1;
  }
}

function placeOf(trail: string, seq: number): string {
  return `${trail}:${seq}`;
}

function endsOf({ event, ends, trail: by }: Line): readonly NamedEnd[] {
  if (event !== "started" || !Array.isArray(ends)) return [];
  return (ends as readonly Head[]).map((end) => ({ ...end, by }));
}
