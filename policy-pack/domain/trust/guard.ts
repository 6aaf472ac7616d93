import type { NotKnown } from "../../../core/certainty";
import { hasWildcard } from "../../../core/pattern";
import type { Condition } from "../../../core/policy/statement";
import type { Urn } from "../../../core/snapshot/value";
import type { ClaimPattern } from "../../../core/trust/claim-pattern";
import { plainKey } from "../../../core/trust/issuers";
import { testedKey } from "./tested";

/** What the conditions of a statement contain about one thing that a trust policy has to fix. */
export type Guard =
  | { readonly kind: "pinned" }
  /** Tested too widely; `operators` are those that look like a guard and are met also without the key. */
  | { readonly kind: "loose"; readonly operators: readonly string[] }
  | { readonly kind: "untested" }
  | NotKnown;

/** What fixes one thing. */
export interface Pin {
  /** Whether a condition key, as {@link plainKey} writes it, is about the thing. */
  readonly isKey: (key: string) => boolean;
  /** Whether a possible value of a key fixes the thing. */
  readonly holds: (value: ClaimPattern, key: string) => boolean;
  /** Whether a value that depends on a resource fixes the thing. Default no. */
  readonly settledBy?: (urn: Urn) => boolean;
  /** Whether each literal value of a key does. Default no. */
  readonly fixedByAny?: (key: string) => boolean;
}

/** Evaluates conditions, all of which must be met, for one thing; one test that fixes it is enough. */
export function guardBy(pin: Pin, conditions: readonly Condition[], variables: boolean): Guard {
  const keys = new Set<string>();
  const dependsOn: Urn[] = [];
  const operators: string[] = [];
  let isUnknown = false;
  let isLoose = false;
  for (const condition of conditions) {
    if (condition.kind === "unknown") {
      isUnknown = true;
      dependsOn.push(...condition.dependsOn);
    } else if (pin.isKey(plainKey(condition.key))) keys.add(plainKey(condition.key));
  }
  for (const key of keys) {
    const tested = testedKey(conditions, key, variables);
    if (tested.kind === "none") return { kind: "pinned" };
    if (tested.kind === "open") operators.push(...tested.operators);
    isLoose = true;
    if (tested.kind !== "tested") continue;
    for (const test of tested.tests) {
      if (!living(test.patterns, key).every((value) => pin.holds(value, key))) continue;
      if (test.isExact === true && pin.fixedByAny?.(key) === true) return { kind: "pinned" };
      const open = test.dependsOn?.filter((urn) => pin.settledBy?.(urn) !== true);
      const isSettled = open?.length === 0 && test.dependsOn?.length !== 0;
      if (open === undefined || isSettled) return { kind: "pinned" };
      isUnknown = true;
      dependsOn.push(...open);
    }
  }
  if (isUnknown) return { kind: "unknown", dependsOn: [...new Set(dependsOn)] };
  return isLoose ? { kind: "loose", operators } : { kind: "untested" };
}

/** Those values of a list that a request can have: no ARN has a wildcard in it. Where none can, all. */
function living(patterns: readonly ClaimPattern[], key: string): readonly ClaimPattern[] {
  if (key !== "aws:sourcearn") return patterns;
  const alive = patterns.filter(({ literal, text }) => !literal || !hasWildcard(text));
  return alive.length > 0 ? alive : patterns;
}

/** Whether a value is literal. */
export function isExact(value: ClaimPattern): boolean {
  return value.text !== "" && (value.literal || !hasWildcard(value.text));
}
