import { compareText } from "../../../core/compare-text";
import {
  gives,
  isUnknown,
  shownPattern,
  type Pair,
  type Pattern,
  type Permission,
} from "./permission";

/** Something that is permitted on one side and not on the other: any of the actions on any of the objects. */
export interface Gain {
  readonly actions: readonly Pattern[];
  readonly objects: readonly Pattern[];
  /** The permission that gives it. */
  readonly of: Permission;
  /** What the other side permits of it: the same on other conditions, or fewer objects. */
  readonly instead:
    | { readonly kind: "nothing" }
    | { readonly kind: "conditions"; readonly of: Permission }
    | { readonly kind: "objects"; readonly objects: readonly Pattern[] };
  /** Whether a part that is not known decides whether it is one. */
  readonly isUnknown: boolean;
}

/** Most comparisons of two permissions for one identity. */
const mostComparisons = 400_000;

/** What some permissions give that others do not; `too many` where the comparison would take too long. */
export function gainedIn(
  before: readonly Permission[],
  after: readonly Permission[],
): readonly Gain[] | "too many" {
  const left = notGained(before, after);
  if (left === "too many") return left;
  if (left.length === 0) return [];
  // What is new may be what is gone, where a part of either is not known.
  const gone = notGained(after, before);
  if (gone === "too many") return gone;
  const gains = withoutCovered(left).map((pair): Gain => {
    const mayBeOld = gone.some((other) => gives(only(other), pair, asAny));
    return {
      actions: [pair.action],
      objects: [pair.object],
      of: pair.of,
      instead: mayBeOld ? { kind: "nothing" } : insteadOf(before, pair),
      isUnknown: mayBeOld,
    };
  });
  return grouped(gains);
}

const asAny = { conditions: true, unknownIsAny: true };
const whateverConditions = { conditions: false, unknownIsAny: false };

function notGained(
  before: readonly Permission[],
  after: readonly Permission[],
): readonly Pair[] | "too many" {
  const exact = new Set(before.flatMap((of) => pairsOf(of).map(exactKey)));
  const left: Pair[] = [];
  let comparisons = 0;
  for (const of of after) {
    for (const pair of pairsOf(of)) {
      if (exact.has(exactKey(pair))) continue;
      comparisons += before.reduce((sum, each) => sum + each.actions.length, 0);
      if (comparisons > mostComparisons) return "too many";
      if (!before.some((each) => gives(each, pair))) left.push(pair);
    }
  }
  return left;
}

function pairsOf(of: Permission): readonly Pair[] {
  return of.actions.flatMap((action) => of.objects.map((object) => ({ action, object, of })));
}

/** A pair as a permission of its own. */
function only({ action, object, of }: Pair): Permission {
  return { ...of, actions: [action], objects: [object] };
}

function exactKey({ action, object, of }: Pair): string {
  return JSON.stringify([action, object, of.exceptActions, of.exceptObjects, of.conditions]);
}

/** Most pairs of which each is compared with each. */
const mostCompared = 500;

/** Of pairs of which one gives all that another does, the wider ones. */
function withoutCovered(pairs: readonly Pair[]): readonly Pair[] {
  if (pairs.length > mostCompared) return pairs;
  return pairs.filter((pair, at) =>
    pairs.every((other, place) => {
      if (place === at || !gives(only(other), pair)) return true;
      return place > at && gives(only(pair), other);
    }),
  );
}

function insteadOf(before: readonly Permission[], pair: Pair): Gain["instead"] {
  const alike = before.find((each) => gives(each, pair, whateverConditions));
  if (alike !== undefined) return { kind: "conditions", of: alike };
  const whole = only(pair);
  const objects = before.flatMap((of) =>
    of.actions.some((action) => isSameAction(action, pair.action))
      ? of.objects.filter(
          (object) => !isUnknown(object) && gives(whole, { action: pair.action, object, of }),
        )
      : [],
  );
  return objects.length === 0 ? { kind: "nothing" } : { kind: "objects", objects: unique(objects) };
}

function isSameAction(a: Pattern, b: Pattern): boolean {
  return shownPattern(a).toLowerCase() === shownPattern(b).toLowerCase();
}

/** Gains that differ in their actions alone as one, then those that differ in their objects alone. */
function grouped(gains: readonly Gain[]): readonly Gain[] {
  const byActions = merged(
    gains,
    (gain) => [gain.objects],
    (all) => ({
      actions: sorted(all.flatMap(({ actions }) => actions)),
    }),
  );
  return merged(
    byActions,
    (gain) => [gain.actions],
    (all) => ({
      objects: sorted(all.flatMap(({ objects }) => objects)),
    }),
  );
}

function merged(
  gains: readonly Gain[],
  by: (gain: Gain) => unknown,
  join: (all: readonly Gain[]) => Partial<Gain>,
): readonly Gain[] {
  const groups = new Map<string, Gain[]>();
  for (const gain of gains) {
    const { of, instead, isUnknown: isOpenGain } = gain;
    const { exceptActions, exceptObjects, conditions, source } = of;
    const other = instead.kind === "conditions" ? instead.of.conditions : instead;
    const key = JSON.stringify([
      by(gain),
      [exceptActions, exceptObjects, conditions, source],
      [instead.kind, other],
      isOpenGain,
    ]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [gain]);
    else group.push(gain);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ ...first, ...join(group) }];
  });
}

function sorted(patterns: readonly Pattern[]): readonly Pattern[] {
  return [...unique(patterns)].sort((a, b) => compareText(shownPattern(a), shownPattern(b)));
}

function unique(patterns: readonly Pattern[]): readonly Pattern[] {
  return [...new Map(patterns.map((each) => [JSON.stringify(each), each])).values()];
}
