import type { Finding } from "../../findings/finding";
import type { Resource } from "../../../core/snapshot/resource";
import type { Urn } from "../../../core/snapshot/value";
import { withValue, type OpenPlace } from "./open-place";
import type { PossibleValue } from "./hypothesis";

/** An open place with its possible values. */
export interface Opened {
  readonly place: OpenPlace;
  readonly possible: readonly PossibleValue[];
  /** Places of one such kind never have one value; undefined where they may. */
  readonly unique: string | undefined;
}

/** A place with one of its possible values. */
export interface Taken {
  readonly place: OpenPlace;
  readonly supposed: PossibleValue;
}

/** A trial: places with values; the others stay open. */
export type PossibleValues = readonly Taken[];

/** The index of each place's value in a trial; an index past the last leaves the place open. */
type Choice = readonly number[];

/**
 * One trial for each value of each place, with all others open; undefined if these are too many.
 *
 * @param most the most trials
 */
export function onlyIn(
  opened: readonly Opened[],
  most: number,
): readonly PossibleValues[] | undefined {
  const count = opened.reduce((sum, { possible: supposed }) => sum + supposed.length, 0);
  if (count > most) return undefined;
  return opened.flatMap(({ place, possible: supposed }) =>
    supposed.map((each): PossibleValues => [{ place, supposed: each }]),
  );
}

/**
 * All places take their next value at once, in as many trials as the place with the most values has.
 *
 * @param most the most trials
 */
export function inTurnOf(opened: readonly Opened[], most: number): readonly PossibleValues[] {
  return first(most, inTurn(opened), opened);
}

/**
 * Each value of a place with each value of every other, so that the result of two is independent of the other
 * values.
 *
 * @param most the most trials
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

/** The key of a place with a value. */
function keyOf({ place: { resource, path }, supposed: { sentence } }: Taken): string {
  return JSON.stringify([resource.urn, path, sentence]);
}

/** The key of the places of a trial, whatever their values and order. */
export function placesKey(possibleValues: PossibleValues): string {
  return possibleValues
    .map(({ place: { resource, path } }) => JSON.stringify([resource.urn, path]))
    .sort()
    .join();
}

/** All places take their next value at once; those that never have one value take theirs in turn. */
function* inTurn(opened: readonly Opened[]): Iterable<Choice> {
  const turns = turnsOf(opened);
  const lengths = opened.map(({ possible: supposed, unique }, at) =>
    unique === undefined ? Infinity : Math.max(supposed.length, turns[at]?.of ?? 0),
  );
  const count = opened.reduce(
    (longest, { possible: supposed }, at) => Math.max(longest, supposed.length, turns[at]?.of ?? 0),
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
  const levels = opened.map(({ possible: supposed }) => supposed.length + 1);
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

/** How many places have each pair of values tried; further ones share a slope and only take turns. */
const mostSlopes = 7;

/** The trials of a choice: if several places would have a value that only one can have, one trial for each of them. */
function judgedValuesOf(choice: Choice, opened: readonly Opened[]): readonly PossibleValues[] {
  const claims = new Map<string, number[]>();
  for (const [at, { possible: supposed, unique }] of opened.entries()) {
    const value = supposed[choice[at] ?? Infinity];
    if (value === undefined) continue;
    const name = unique === undefined ? String(at) : `${unique} ${value.sentence}`;
    claims.set(name, [...(claims.get(name) ?? []), at]);
  }
  const most = Math.max(0, ...Array.from(claims.values(), ({ length }) => length));
  return Array.from({ length: most }, (_, turn) => {
    const having = new Set(Array.from(claims.values(), (rivals) => rivals[turn % rivals.length]));
    return opened.flatMap(({ place, possible: supposed }, at) => {
      const value = having.has(at) ? supposed[choice[at] ?? Infinity] : undefined;
      return value === undefined ? [] : [{ place, supposed: value }];
    });
  });
}

/** The index of each place among those that never share a value, and their count. */
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

/** The resources that differ in a trial. */
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

/** The judgement of a stack. */
export interface Judged {
  /** Each fault once, by the most specific rule. */
  readonly findings: readonly Finding[];
  /** All findings of all rules. */
  readonly stated: readonly Finding[];
}

/** Judgements of trials, each made once. */
export class JudgedValues {
  readonly #judge: (possibleValues: PossibleValues) => Promise<Judged>;
  readonly #judged = new Map<string, Promise<Judged>>();

  /** @param judge judges a trial */
  constructor(judge: (possibleValues: PossibleValues) => Promise<Judged>) {
    this.#judge = judge;
  }

  /** Whether a trial was judged. */
  has(possibleValues: PossibleValues): boolean {
    return this.#judged.has(keyIn(possibleValues));
  }

  /** The judgement of a trial. */
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
