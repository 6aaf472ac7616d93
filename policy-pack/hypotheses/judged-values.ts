import type { Finding } from "../../core/finding";
import type { Resource } from "../../core/snapshot/resource";
import type { Urn } from "../../core/snapshot/value";
import { withValue, type OpenPlace } from "./open-place";
import type { Supposed } from "./hypothesis";

/** A place that is open, and what it may turn out to have. */
export interface Opened {
  readonly place: OpenPlace;
  readonly supposed: readonly Supposed[];
  /** Places of one such kind never have one value; undefined where they may. */
  readonly unique: string | undefined;
}

/** A place with one of the values that it may turn out to have. */
export interface Taken {
  readonly place: OpenPlace;
  readonly supposed: Supposed;
}

/** What a stack may turn out to be: the places that are supposed to have a value, the others stay open. */
export type PossibleValues = readonly Taken[];

/** For each place which of its values it takes in a world; a number past the last of them leaves it open. */
type Choice = readonly number[];

/**
 * Each value of each place in a world of its own, in which all others stay open; undefined where these are too many.
 *
 * @param most how many worlds at most
 */
export function onlyIn(
  opened: readonly Opened[],
  most: number,
): readonly PossibleValues[] | undefined {
  const count = opened.reduce((sum, { supposed }) => sum + supposed.length, 0);
  if (count > most) return undefined;
  return opened.flatMap(({ place, supposed }) =>
    supposed.map((each): PossibleValues => [{ place, supposed: each }]),
  );
}

/**
 * All places take their next value at once, in as many worlds as the place with the most values has.
 *
 * @param most how many worlds at most
 */
export function inTurnOf(opened: readonly Opened[], most: number): readonly PossibleValues[] {
  return first(most, inTurn(opened), opened);
}

/**
 * Each value of a place beside each value of every other, so that what two of them decide does not rest on what else
 * there is to try.
 *
 * @param most how many worlds at most
 */
export function inPairsOf(opened: readonly Opened[], most: number): readonly PossibleValues[] {
  if (opened.length < 2) return [];
  return first(most, inPairs(opened), opened).filter((possibleValues) => possibleValues.length > 1);
}

function first(
  most: number,
  choices: Iterable<Choice>,
  opened: readonly Opened[],
): readonly PossibleValues[] {
  const found = new Map<string, PossibleValues>();
  for (const choice of choices) {
    if (found.size >= most) break;
    for (const possibleValues of judgedValuesOf(choice, opened))
      found.set(possibleValues.map(keyOf).join(), possibleValues);
  }
  return [...found.values()].slice(0, most);
}

/** Tells a place with a value from others. */
function keyOf({ place: { resource, path }, supposed: { sentence } }: Taken): string {
  return JSON.stringify([resource.urn, path, sentence]);
}

/** Tells the places of a world from others, whatever their values and order. */
export function placesKey(possibleValues: PossibleValues): string {
  return possibleValues
    .map(({ place: { resource, path } }) => JSON.stringify([resource.urn, path]))
    .sort()
    .join();
}

/** All places take their next value at once; those that never have one value take theirs in turn. */
function* inTurn(opened: readonly Opened[]): Iterable<Choice> {
  const turns = turnsOf(opened);
  const lengths = opened.map(({ supposed, unique }, at) =>
    unique === undefined ? Infinity : Math.max(supposed.length, turns[at]?.of ?? 0),
  );
  const count = opened.reduce(
    (longest, { supposed }, at) => Math.max(longest, supposed.length, turns[at]?.of ?? 0),
    0,
  );
  for (let possibleValues = 0; possibleValues < count; possibleValues += 1) {
    yield opened.map((_, at) => (possibleValues + (turns[at]?.turn ?? 0)) % (lengths[at] ?? 1));
  }
}

/**
 * The place with the most values takes each of them beside each choice of a second number, and all others take what a line
 * through the two says. Two lines of different slopes meet in each pair of values once (an orthogonal array).
 */
function* inPairs(opened: readonly Opened[]): Iterable<Choice> {
  // One more than there are values, so that each comes beside a place that stays open.
  const levels = opened.map(({ supposed }) => supposed.length + 1);
  const longest = levels.indexOf(Math.max(...levels));
  const others = opened.map((_, at) => at).filter((at) => at !== longest);
  const base = primeFrom(
    Math.max(...others.map((at) => levels[at] ?? 0), Math.min(opened.length, mostSlopes)),
  );
  const slopes = new Map(others.map((at, order) => [at, 1 + (order % (base - 1))]));
  const rounds = Math.max(levels[longest] ?? 0, base);
  for (let start = 0; start < base; start += 1) {
    for (let round = 0; round < rounds; round += 1) {
      yield opened.map((_, at) =>
        at === longest ? round : (start + (slopes.get(at) ?? 0) * round) % base,
      );
    }
  }
}

/** How many places come beside each other in each pair of values; of more, those that share a slope come in turn alone. */
const mostSlopes = 7;

/** The worlds of a choice: where several places would have a value that only one can have, one in which each of them has it. */
function judgedValuesOf(choice: Choice, opened: readonly Opened[]): readonly PossibleValues[] {
  const claims = new Map<string, number[]>();
  for (const [at, { supposed, unique }] of opened.entries()) {
    const value = supposed[choice[at] ?? Infinity];
    if (value === undefined) continue;
    const name = unique === undefined ? String(at) : `${unique} ${value.sentence}`;
    claims.set(name, [...(claims.get(name) ?? []), at]);
  }
  const most = Math.max(0, ...Array.from(claims.values(), ({ length }) => length));
  return Array.from({ length: most }, (_, turn) => {
    const having = new Set(Array.from(claims.values(), (rivals) => rivals[turn % rivals.length]));
    return opened.flatMap(({ place, supposed }, at) => {
      const value = having.has(at) ? supposed[choice[at] ?? Infinity] : undefined;
      return value === undefined ? [] : [{ place, supposed: value }];
    });
  });
}

/** Of places that never have one value, which of them each is and how many there are. */
function turnsOf(
  opened: readonly Opened[],
): readonly ({ readonly turn: number; readonly of: number } | undefined)[] {
  const turns = new Map<string, number>();
  const each = opened.map(({ unique }) => {
    if (unique === undefined) return undefined;
    const turn = turns.get(unique) ?? 0;
    turns.set(unique, turn + 1);
    return { turn, of: unique };
  });
  return each.map((one) => one && { turn: one.turn, of: turns.get(one.of) ?? 0 });
}

function primeFrom(least: number): number {
  for (let each = Math.max(2, least); ; each += 1) {
    let factor = 2;
    while (factor * factor <= each && each % factor !== 0) factor += 1;
    if (factor * factor > each) return each;
  }
}

/** What the resources are in a world that are others there. */
export function changedIn(possibleValues: PossibleValues): readonly Resource[] {
  const byUrn = new Map<Urn, [Taken, ...Taken[]]>();
  for (const taken of possibleValues) {
    const { urn } = taken.place.resource;
    const known = byUrn.get(urn);
    if (known === undefined) byUrn.set(urn, [taken]);
    else known.push(taken);
  }
  return Array.from(byUrn.values(), (taken) => {
    const { resource } = taken[0].place;
    const inputs = taken.reduce(
      (before, { place, supposed }) => withValue(before, place.path, supposed.value),
      resource.inputs,
    );
    const { outputs } = resource;
    return { ...resource, inputs, ...(outputs && { outputs }) };
  });
}

/** What the rules say of a stack. */
export interface Judged {
  /** Each fault once, by the rule that tells it best. */
  readonly findings: readonly Finding[];
  /** All that any rule says. */
  readonly stated: readonly Finding[];
}

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
