import { hasWildcard } from "../../../core/pattern";
import { parseOperator } from "../../../core/policy/condition/operator";
import type { Condition } from "../../../core/policy/statement";
import { contradictionsIn } from "./contradiction";
import type { Test } from "./test-values";

/** Maximum values of a test that are shown: a suggestion has to be readable. */
export const mostCombinations = 50;

/** A `Condition` that is being written: values by operator and key. Maps, since a key may have the name of a prototype. */
export type Tests = Map<string, Map<string, string | readonly string[]>>;

/**
 * Writes a test, with the operator that its values need: one for ARNs where the key has one, else one for text.
 *
 * @param isOfAnyCase whether values without a wildcard are compared without regard to case
 */
export function putTest(
  tests: Tests,
  key: string,
  values: readonly string[],
  isOfAnyCase = false,
): void {
  const isOpen = values.some(hasWildcard);
  const isArn = key.toLowerCase() === "aws:sourcearn";
  const base = (isArn ? "Arn" : "String") + (isOpen ? "Like" : "Equals");
  setTest(tests, isOfAnyCase && base === "StringEquals" ? `${base}IgnoreCase` : base, key, values);
}

/** Writes a test with an operator as it is. */
function setTest(tests: Tests, operator: string, key: string, values: readonly string[]): void {
  let keys = tests.get(operator);
  if (keys === undefined) tests.set(operator, (keys = new Map<string, string>()));
  const [only = "", ...more] = values;
  keys.set(key, more.length === 0 ? only : values);
}

/** The `Condition` as JSON. */
export function printTests(tests: Tests): string {
  const entries = [...tests].map(([operator, keys]) => [operator, Object.fromEntries(keys)]);
  return JSON.stringify(Object.fromEntries(entries));
}

/**
 * Adds the tests of other keys unchanged: they narrow the principals. Unknown and secret values cannot be shown. A test that no
 * request passes together with the earlier ones is left out: its fault is reported separately.
 */
export function retainOthers(
  tests: Tests,
  conditions: readonly Condition[],
  isDropped: (test: Test) => boolean,
): void {
  for (const condition of conditions) {
    if (condition.kind === "unknown" || isDropped(condition)) continue;
    const { operator, key } = condition;
    const values = condition.values.flatMap((value) =>
      value.kind === "text" && !value.secret ? [value.text] : [],
    );
    if (values.length < condition.values.length || values.length === 0) continue;
    if (isUninformative(operator, values) || tests.get(operator)?.has(key) === true) continue;
    const together = [...written(tests, key), condition];
    if (contradictionsIn({ index: 0, conditions: together }, true).length > 0) continue;
    setTest(tests, operator, key, values.slice(0, mostCombinations));
  }
}

/** The tests of a key that are written already; others have what people are still to fill in. */
function written(tests: Tests, key: string): readonly Condition[] {
  return [...tests].flatMap(([operator, keys]): readonly Condition[] => {
    const texts = keys.get(key);
    if (texts === undefined) return [];
    const values = [texts].flat().map((text) => ({ kind: "text", text, secret: false }) as const);
    return [{ kind: "test", operator, key, values }];
  });
}

/** Whether a test matches anything, or is never met, as with literal wildcards. */
export function isUninformative(operator: string, values: readonly string[]): boolean {
  const parsed = parseOperator(operator);
  if (parsed === undefined || values.some((value) => /^[*?]+$/.test(value))) return true;
  return parsed.base !== "Null" && parsed.base.name === "StringEquals" && values.some(hasWildcard);
}
