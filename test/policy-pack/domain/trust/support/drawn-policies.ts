import assert from "node:assert/strict";
import fc from "fast-check";
import { parsePolicyDocument } from "../../../../../core/policy/document";
import type { PolicyDocument } from "../../../../../core/policy/statement";
import type { Value, ValueRecord } from "../../../../../core/snapshot/value";
import { breadths, type Breadth } from "../../../../../policy-pack/domain/trust/breadth";

/** A test of one key. */
export interface Test {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** Possible values in a policy, by key. */
export type Askable = Readonly<Record<string, readonly string[]>>;

/** Those under which a request has to have the key, and a value that fits. */
export const positive: readonly string[] = [
  ...["StringEquals", "StringLike", "StringEqualsIgnoreCase", "ForAnyValue:StringLike"],
];

/** All others as well, the positive ones more often. */
export const mixed: readonly string[] = [
  ...[...positive, ...positive, ...positive, "ForAnyValue:StringEquals"],
  ...["ForAllValues:StringLike", "ForAllValues:StringEquals"],
  ...["StringLikeIfExists", "StringEqualsIfExists"],
  ...["StringNotLike", "StringNotEquals", "StringNotLikeIfExists"],
];

/**
 * A test of a key for one or two of its values.
 *
 * @param often a key that comes twice as often as each other
 */
export function testOf(
  operators: readonly string[],
  values: Askable,
  often?: string,
): fc.Arbitrary<Test> {
  const keys = [...Object.keys(values), ...(often === undefined ? [] : [often])];
  return fc
    .tuple(fc.constantFrom(...operators), fc.constantFrom(...keys))
    .chain(([operator, key]) =>
      fc
        .uniqueArray(fc.constantFrom(...(values[key] ?? [])), { minLength: 1, maxLength: 2 })
        .map((some) => ({ operator, key, values: some })),
    );
}

/** What all statements of a policy have in common. */
export type Common = Pick<ValueRecord, "Principal" | "Action">;

/** A policy of one statement with one test. */
export function documentAsking(common: Common, test: Test): PolicyDocument {
  return documentOf(common, [["Allow", [test]]]);
}

/** Policies of one or two statements that allow, and possibly one that denies, each with up to so many tests. */
export function documents(
  common: Common,
  test: fc.Arbitrary<Test>,
  mostTests: number,
): fc.Arbitrary<PolicyDocument> {
  const tests = fc.array(test, { minLength: 1, maxLength: mostTests });
  return fc
    .tuple(fc.array(tests, { minLength: 1, maxLength: 2 }), fc.array(tests, { maxLength: 1 }))
    .map(([allows, denies]) =>
      documentOf(common, [
        ...allows.map((each) => ["Allow", each] as const),
        ...denies.map((each) => ["Deny", each] as const),
      ]),
    );
}

function documentOf(
  common: Common,
  statements: readonly (readonly ["Allow" | "Deny", readonly Test[]])[],
): PolicyDocument {
  const parsed = parsePolicyDocument({
    Version: "2012-10-17",
    Statement: statements.map(([Effect, tests]): Value => {
      const Condition: Record<string, Record<string, readonly string[]>> = {};
      for (const { operator, key, values } of tests) (Condition[operator] ??= {})[key] = values;
      return { ...common, Effect, Condition };
    }),
  });
  assert.equal(parsed.kind, "document");
  return parsed.document;
}

/** The widest of some; `nobody` of none. */
export function widest(found: readonly Breadth[]): Breadth {
  return breadths[Math.max(0, ...found.map((each) => breadths.indexOf(each)))] ?? "none";
}

/** Fails where the code counts fewer workloads than the tokens. */
export function assertNotLess(reported: Breadth, shown: Breadth): void {
  assert.ok(breadths.indexOf(reported) >= breadths.indexOf(shown), `${reported}, not ${shown}`);
}
