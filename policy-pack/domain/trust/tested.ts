import { matches, patternsOverlap } from "../../../core/pattern";
import { mayFitArn } from "../../../core/policy/condition/arn";
import { parseOperator, isRange, type Operator } from "../../../core/policy/condition/operator";
import type { Condition, Part } from "../../../core/policy/statement";
import type { Urn } from "../../../core/snapshot/value";
import { unescaped, type ClaimPattern } from "../../../core/trust/claim-pattern";
import { plainKey } from "../../../core/trust/issuers";

/** What the conditions of a statement, all of which must be met, contain about one condition key. */
export type Tested =
  | { readonly kind: "untested" }
  /** Tests that are met also by an absent key, so that they are no guard: their operators. */
  | { readonly kind: "open"; readonly operators: readonly string[] }
  /** Each test with what it takes; a value fits all of them, and any of a test's patterns. */
  | { readonly kind: "tested"; readonly tests: readonly AcceptedValues[] }
  /** No value can fit all tests. */
  | { readonly kind: "none" };

/** What one test takes. */
export interface AcceptedValues {
  readonly patterns: readonly ClaimPattern[];
  /** What the values wait for that are not known yet; undefined where all are known. */
  readonly dependsOn?: readonly Urn[];
  /** Whether each unknown value will be literal, whatever it is. */
  readonly isExact?: true;
}

/** What the conditions contain about a condition key, as {@link plainKey} writes it. */
export function testedKey(
  conditions: readonly Condition[],
  key: string,
  variables: boolean,
): Tested {
  const tests: AcceptedValues[] = [];
  const open: string[] = [];
  const about = conditions.filter((each) => each.kind === "test" && plainKey(each.key) === key);
  const isThere = about.some(requiresKeyPresent);
  for (const condition of about) {
    if (condition.kind === "unknown") continue;
    const operator = parseOperator(condition.operator);
    if (operator === undefined) return { kind: "none" };
    if (isGuard(operator) || (isThere && bindsPresentValues(operator))) {
      tests.push(acceptedBy(operator, condition.values, variables));
    } else open.push(condition.operator);
  }
  if (tests.length === 0) {
    return open.length === 0 ? { kind: "untested" } : { kind: "open", operators: open };
  }
  return withoutContradictions(tests);
}

/** Whether an operator is met only by the values it lists, of a present key. */
export function bindsPresentValues(operator: Operator): boolean {
  return operator.base !== "Null" && !operator.negated;
}

/** Whether a test is met only where its key is present: a guard, or `Null` that is false. */
function requiresKeyPresent(condition: Condition): boolean {
  if (condition.kind === "unknown") return false;
  const operator = parseOperator(condition.operator);
  if (operator === undefined) return false;
  if (isGuard(operator)) return true;
  return operator.base === "Null" && condition.values.every(isFalse);
}

function isFalse(value: Part): boolean {
  return value.kind === "text" && value.text.toLowerCase() === "false";
}

/** Whether an operator is met only by a present key with one of its values. */
export function isGuard(operator: Operator): boolean {
  return (
    operator.base !== "Null" && !operator.negated && !operator.ifExists && operator.set !== "all"
  );
}

/** What a range matches is no single value. */
const anything = { text: "*", literal: false };

function acceptedBy(
  operator: Operator,
  values: readonly Part[],
  variables: boolean,
): AcceptedValues {
  const name = operator.base === "Null" ? "Null" : operator.base.name;
  const ofArns = name.startsWith("Arn");
  const literal = name !== "StringLike" && !ofArns;
  const anyCase = name === "StringEqualsIgnoreCase" ? { anyCase: true } : {};
  const patterns: ClaimPattern[] = [];
  let dependsOn: readonly Urn[] | undefined;
  let isExact = literal && !isRange(operator);
  for (const part of values) {
    if (part.kind === "unknown") {
      dependsOn = [...(dependsOn ?? []), ...part.dependsOn];
      continue;
    }
    if (isRange(operator)) {
      patterns.push({ ...anything, secret: part.secret });
      continue;
    }
    const value = variables ? unescaped(part.text, literal) : { text: part.text, literal };
    if (value === undefined) {
      // A policy variable, with another value in each request.
      dependsOn ??= [];
      isExact = false;
    } else if (!ofArns || mayFitArn(value.text)) {
      patterns.push({ ...value, secret: part.secret, ...anyCase });
    }
  }
  if (dependsOn === undefined) return { patterns };
  return { patterns, dependsOn, ...(isExact && { isExact }) };
}

/** Most work that is spent on comparing the tests of one key: the product of their lengths in characters. */
const mostWork = 4_000_000;

/** Leaves out values that no other test takes; where a test is left with none, nothing can fit. */
function withoutContradictions(tests: readonly AcceptedValues[]): Tested {
  const lengths = tests.map((test) =>
    test.patterns.reduce((sum, each) => sum + each.text.length, 0),
  );
  const all = lengths.reduce((sum, length) => sum + length, 0);
  // Values that are never written by hand stay unchanged, which trusts no less.
  if (tests.length > 1 && all * all > mostWork) return { kind: "tested", tests };
  const kept = tests.map((test): AcceptedValues => {
    const others = tests.filter((other) => other !== test && other.dependsOn === undefined);
    const patterns = test.patterns.filter((pattern) =>
      others.every((other) => other.patterns.some((each) => overlap(pattern, each))),
    );
    return { ...test, patterns };
  });
  const dead = kept.some((test) => test.patterns.length === 0 && test.dependsOn === undefined);
  return dead ? { kind: "none" } : { kind: "tested", tests: kept };
}

function overlap(a: ClaimPattern, b: ClaimPattern): boolean {
  if (a.literal && b.literal) return a.text.toLowerCase() === b.text.toLowerCase();
  const isAnyCase = a.anyCase === true || b.anyCase === true;
  const [one, other] = isAnyCase ? [a.text.toLowerCase(), b.text.toLowerCase()] : [a.text, b.text];
  if (a.literal) return matches(other, one);
  return b.literal ? matches(one, other) : patternsOverlap(one, other);
}
