import type { Context } from "../../../core/policy/condition/context";
import { evaluateConditions } from "../../../core/policy/condition/evaluate";
import { parseOperator } from "../../../core/policy/condition/operator";
import type { Condition, Statement } from "../../../core/policy/statement";
import type { Three } from "../../../core/three-valued";
import { contextFor } from "./context";
import { isNamingKey } from "./naming";
import { accountOf, type Principal } from "./principal";
import { severityOfService } from "./source";

/** What a Deny statement leaves to a principal it applies to. */
export type Left =
  | { readonly kind: "nothing" }
  /** All but what these conditions refuse; none where the statement never applies. */
  | { readonly kind: "all"; readonly conditions: readonly Condition[] }
  /** Some, but not expressible in conditions that must all be met. */
  | { readonly kind: "unclear"; readonly uncertainty: Uncertainty };

/** Why something is unknown. */
type Uncertainty = Extract<Three, { kind: "unknown" }>;

const opposites: readonly (readonly [string, string])[] = [
  ["StringEquals", "StringNotEquals"],
  ["StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"],
  ["StringLike", "StringNotLike"],
  ["ArnEquals", "ArnNotEquals"],
  ["ArnLike", "ArnNotLike"],
];

const serviceKeys = ["aws:principalisawsservice", "aws:viaawsservice"];

/** Inverts the conditions of a Deny statement: what a request must be for it not to apply. */
export function leftByDeny(statement: Statement, principal: Principal, variables: boolean): Left {
  const { tests } = evaluateConditions(
    statement.conditions,
    contextOfRefused(principal),
    variables,
  );
  const failing = tests.find((test) => test.result.kind === "no");
  if (failing !== undefined) return { kind: "all", conditions: thereBy(failing.condition) };
  const open = tests.filter((test) => test.result.kind === "unknown").map((test) => test.condition);
  if (open.length === 0) return { kind: "nothing" };
  const relevant = open.filter((condition) => !exemptsServices(condition));
  const [only, ...more] = relevant;
  const opposite = only === undefined ? undefined : oppositeOfAll(only, more);
  if (opposite !== undefined) return { kind: "all", conditions: [opposite] };
  // Callers that differ in any one test remain, so a test that names none leaves everyone.
  if (relevant.some(namesNoPrincipal)) return { kind: "all", conditions: [] };
  return { kind: "unclear", uncertainty: uncertaintyOf(statement) };
}

/** What is known of a request that a Deny may refuse: also its account, and that a service with a source sets it each time. */
function contextOfRefused(principal: Principal): Context {
  const context = contextFor(principal);
  const account = accountOf(principal);
  if (account !== undefined) {
    return (key) =>
      key === "aws:principalaccount" ? { kind: "present", values: [account] } : context(key);
  }
  if (principal.kind !== "service" || severityOfService(principal.service) === undefined)
    return context;
  return (key) => {
    const value = context(key);
    return key === "aws:sourceaccount" && value.kind === "unknown"
      ? { ...value, kind: "some" }
      : value;
  };
}

/** That a Deny statement excludes something that conditions cannot express. */
export function uncertaintyOf(statement: Statement): Uncertainty {
  const reason = `the Deny of statement ${statement.index + 1} may prevent it`;
  const { principals, actions, conditions, dependsOn: ofEffect = [] } = statement;
  const parts = [
    ...actions.values,
    ...(principals?.values ?? []).map(({ value }) => value),
    ...conditions.flatMap((each) => (each.kind === "unknown" ? [each] : each.values)),
  ];
  const dependsOn = [
    ...ofEffect,
    ...parts.flatMap((part) => (part.kind === "unknown" ? part.dependsOn : [])),
  ];
  return { kind: "unknown", reason, ...(dependsOn.length > 0 && { dependsOn }) };
}

/** Whether a test only spares AWS services, so that beside others it leaves no further caller. */
function exemptsServices(condition: Condition): boolean {
  return condition.kind === "test" && serviceKeys.includes(condition.key.toLowerCase());
}

/** Whether callers that differ in a test may be any: it is about no caller, or only about the presence of a key. */
function namesNoPrincipal(condition: Condition): boolean {
  if (condition.kind === "unknown") return false;
  return !isNamingKey(condition.key) || parseOperator(condition.operator)?.base === "Null";
}

/** That a key is present, which a test of a Deny requires that never applies: readers of the rest learn nothing new. */
function thereBy(test: Condition): readonly Condition[] {
  if (test.kind === "unknown" || parseOperator(test.operator)?.base !== "Null") return [];
  return [whereNot(test)].flatMap((each) => each ?? []);
}

/** Whether a key is present, where a test requires that it is not, and the other way round. */
function whereNot(test: Test): Condition | undefined {
  const [value, ...more] = test.values;
  if (value?.kind !== "text" || more.length > 0) return undefined;
  const text = { true: "false", false: "true" }[value.text.toLowerCase()];
  return text === undefined ? undefined : { ...test, values: [{ ...value, text }] };
}

/**
 * The condition that is met exactly where one of the given is not, as far as one operator can express it: each lists the only
 * values of one key that it exempts.
 */
function oppositeOfAll(first: Condition, more: readonly Condition[]): Condition | undefined {
  const opposite = oppositeOf(first);
  if (more.length === 0 || opposite?.kind !== "test") return opposite;
  const values = [...opposite.values];
  for (const each of more.map(oppositeOf)) {
    if (each?.kind !== "test" || !listsSame(opposite, each)) return undefined;
    values.push(...each.values);
  }
  return { ...opposite, values };
}

type Test = Extract<Condition, { kind: "test" }>;

/** Whether two tests list values of one key and compare them alike, so that one can list the values of both. */
function listsSame(a: Test, b: Test): boolean {
  const operators = [a, b].map(({ operator }) => operator.replace("ArnEquals", "ArnLike"));
  const [one, other] = operators;
  const parsed = parseOperator(a.operator);
  const isList = parsed?.set === "none" && !parsed.negated && parsed.base !== "Null";
  return isList && one === other && a.key.toLowerCase() === b.key.toLowerCase();
}

/** The condition that is met exactly where the given one is not, as far as one operator can express it. */
function oppositeOf(condition: Condition): Condition | undefined {
  if (condition.kind === "unknown") return undefined;
  const operator = parseOperator(condition.operator);
  if (operator === undefined) return undefined;
  const { base } = operator;
  if (base === "Null") return whereNot(condition);
  const pair = opposites.find(([plain]) => plain === base.name);
  if (pair === undefined) return undefined;
  const set = { none: "", any: "ForAllValues:", all: "ForAnyValue:" }[operator.set];
  return { ...condition, operator: set + pair[operator.negated ? 0 : 1] };
}
