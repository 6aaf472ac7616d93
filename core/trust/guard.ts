import type { NotKnown } from "../certainty";
import { hasWildcard } from "../pattern";
import type { Condition } from "../policy/statement";
import type { Urn } from "../snapshot/value";
import type { ClaimPattern } from "./claim-pattern";
import { plainKey } from "./issuers";
import { testedKey } from "./tested";

/** What the conditions of a statement say of one thing that a trust policy has to hold fast. */
export type Guard =
  | { readonly kind: "pinned" }
  /** Tested in a way that takes too much; `operators` are those that look like a guard and hold also without the key. */
  | { readonly kind: "loose"; readonly operators: readonly string[] }
  | { readonly kind: "untested" }
  | NotKnown;

/** What holds one thing fast. */
export interface Pin {
  /** Whether a condition key, as {@link plainKey} writes it, is about the thing. */
  readonly isKey: (key: string) => boolean;
  /** Whether a value that a key may have holds the thing fast. */
  readonly holds: (value: ClaimPattern, key: string) => boolean;
  /** Whether a value that waits for a resource is one that holds the thing fast. Default no. */
  readonly settledBy?: (urn: Urn) => boolean;
  /** Whether each value of a key does that stands for itself alone. Default no. */
  readonly heldByAny?: (key: string) => boolean;
}

/** Says what conditions, all of which have to hold, say of a thing; one test that holds it fast is enough. */
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
      if (test.isExact === true && pin.heldByAny?.(key) === true) return { kind: "pinned" };
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

/** Whether a value stands for itself alone. */
export function isExact(value: ClaimPattern): boolean {
  return value.text !== "" && (value.literal || !hasWildcard(value.text));
}
