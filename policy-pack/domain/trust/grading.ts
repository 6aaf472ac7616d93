import type { NotKnown } from "../../../core/certainty";
import type { Condition } from "../../../core/policy/statement";
import type { Urn } from "../../../core/snapshot/value";
import {
  breadthOf,
  breadths,
  claimsWithPins,
  namesTenant,
  pinsOf,
  pinsOfAny,
  type Breadth,
  type Pins,
} from "./breadth";
import type { ClaimPattern } from "../../../core/trust/claim-pattern";
import { claimKey, type Issuer } from "../../../core/trust/issuers";
import { testedKey, type AcceptedValues } from "./tested";

/** How many workloads of an issuer the conditions of a statement trust. */
export type Grading =
  /** No condition names the tenant; `operators` are those that look like a guard and are none. */
  | {
      readonly kind: "unguarded";
      readonly operators: readonly string[];
      readonly dependsOn: readonly [];
    }
  /** No condition names the tenant unless one does that is not known yet. */
  | NotKnown
  | {
      readonly kind: "graded";
      /** What is admitted for certain, and what at most; they differ only where something is not known yet. */
      readonly atLeast: Breadth;
      readonly atMost: Breadth;
      /** The claim and the loosest of its values, where one is known. */
      readonly claim?: string;
      readonly value?: ClaimPattern;
      readonly dependsOn: readonly Urn[];
    };

/** One combination of the alternatives of all tests, with its most specific claim. */
interface Option {
  readonly pins: Pins;
  /** What that claim fixes by itself. */
  readonly own?: Pins;
  readonly claim?: string;
  readonly value?: ClaimPattern;
}

/** Tests of the claims that count, each with the claim it is about. */
interface ClaimTest {
  readonly claim: string;
  readonly accepted: AcceptedValues;
}

const noOne: Grading = { kind: "graded", atLeast: "none", atMost: "none", dependsOn: [] };

/**
 * Grades the conditions by the claims that name the tenant at the issuer.
 *
 * Values of a list are alternatives, of which the loosest counts; all keys and operators must match, so each narrows.
 *
 * @param variables whether `${…}` is a variable, by the document's version
 */
export function severityOfSubject(
  issuer: Issuer,
  conditions: readonly Condition[],
  variables = true,
): Grading {
  const open: string[] = [];
  const tests: ClaimTest[] = [];
  let named = false;
  for (const claim of new Set([...issuer.claims, ...claimsWithPins(issuer)])) {
    const names = namesTenant(issuer, claim);
    const tested = testedKey(conditions, claimKey(issuer, claim), variables);
    if (tested.kind === "none") return noOne;
    if (tested.kind === "open" && names) open.push(...tested.operators);
    if (tested.kind !== "tested") continue;
    named ||= names;
    tests.push(...tested.tests.map((accepted) => ({ claim, accepted })));
  }
  return named ? severity(issuer, conditions, tests) : unguarded(conditions, open);
}

function unguarded(conditions: readonly Condition[], operators: readonly string[]): Grading {
  const waiting = conditions.filter((condition) => condition.kind === "unknown");
  if (waiting.length === 0) return { kind: "unguarded", operators, dependsOn: [] };
  return { kind: "unknown", dependsOn: waiting.flatMap((condition) => condition.dependsOn) };
}

function severity(
  issuer: Issuer,
  conditions: readonly Condition[],
  tests: readonly ClaimTest[],
): Grading {
  const waiting = conditions.filter((condition) => condition.kind === "unknown");
  const known = loosest(issuer, tests, false);
  const possible = loosest(issuer, tests, true);
  // A further condition can only narrow, and may narrow to nothing.
  const atLeast = waiting.length > 0 || known === undefined ? "none" : breadthAt(issuer, known);
  const atMost = possible === undefined ? "none" : breadthAt(issuer, possible);
  const shown = known ?? possible;
  return {
    kind: "graded",
    atLeast,
    atMost,
    ...(shown?.claim === undefined ? {} : { claim: shown.claim }),
    ...(shown?.value === undefined ? {} : { value: shown.value }),
    dependsOn: [
      ...new Set([
        ...waiting.flatMap((condition) => condition.dependsOn),
        ...tests.flatMap((test) => test.accepted.dependsOn ?? []),
      ]),
    ],
  };
}

/**
 * The loosest combination of the alternatives; undefined where there is none.
 *
 * @param unknowns whether an unknown value counts, by what any value there fixes
 */
function loosest(
  issuer: Issuer,
  tests: readonly ClaimTest[],
  unknowns: boolean,
): Option | undefined {
  let options: readonly Option[] = [{ pins: 0 }];
  for (const { claim, accepted: taken } of tests) {
    const alternatives: Option[] = taken.patterns.flatMap((value) => {
      const pins = pinsOf(issuer, claim, value);
      return pins === undefined ? [] : [{ pins, own: pins, claim, value }];
    });
    if (unknowns && taken.dependsOn !== undefined) {
      alternatives.push({ pins: taken.isExact === true ? pinsOfAny(issuer, claim) : 0 });
    }
    options = narrowed(issuer, options, alternatives);
  }
  return options.reduce<Option | undefined>((best, option) => {
    if (best === undefined) return option;
    return rank(breadthAt(issuer, option)) > rank(breadthAt(issuer, best)) ? option : best;
  }, undefined);
}

/** Each option with each alternative; at most one for all that fix the same things, so that they stay few. */
function narrowed(
  issuer: Issuer,
  options: readonly Option[],
  alternatives: readonly Option[],
): readonly Option[] {
  const results = new Map<Pins, Option>();
  for (const alternative of distinct(alternatives)) {
    for (const option of options) {
      const pins = option.pins | alternative.pins;
      const shown = showsMore(issuer, option, alternative) ? alternative : option;
      if (!results.has(pins)) results.set(pins, { ...shown, pins });
    }
  }
  return [...results.values()];
}

/** Whether the second option's claim trusts fewer by itself. */
function showsMore(issuer: Issuer, first: Option, second: Option): boolean {
  if (first.value === undefined || first.own === undefined) return true;
  if (second.own === undefined) return false;
  return rank(breadthOf(issuer, second.own)) < rank(breadthOf(issuer, first.own));
}

function distinct(options: readonly Option[]): Iterable<Option> {
  const byPins = new Map<Pins, Option>();
  for (const option of options) if (!byPins.has(option.pins)) byPins.set(option.pins, option);
  return byPins.values();
}

function breadthAt(issuer: Issuer, option: Option): Breadth {
  return breadthOf(issuer, option.pins);
}

function rank(breadth: Breadth): number {
  return breadths.indexOf(breadth);
}
