import { parsePattern } from "../../pattern";
import { and, fromBoolean, no, not, or, unknown, yes, type Three } from "../../three-valued";
import type { Condition, Part } from "../statement";
import type { Context } from "./context";
import { parseOperator, type Operator, type OperatorBase } from "./operator";
import { fillVariables } from "./variables";

/** What came of one test, and why, in words that show no value of a document or request. */
interface Explained {
  readonly condition: Condition;
  readonly result: Three;
  readonly because: string;
}

/** What came of all conditions of a statement. */
export interface Evaluation {
  readonly result: Three;
  readonly tests: readonly Explained[];
}

/**
 * Evaluates the conditions of a statement, all of which must be met.
 *
 * @param variables whether `${…}` is a variable, by the document's version
 */
export function evaluateConditions(
  conditions: readonly Condition[],
  context: Context,
  variables = true,
): Evaluation {
  const tests = conditions.map((condition) => evaluate(condition, context, variables));
  return { result: and(tests.map((test) => test.result)), tests };
}

function evaluate(condition: Condition, context: Context, variables: boolean): Explained {
  if (condition.kind === "unknown") {
    const { reason = "a part of the condition is not known yet", dependsOn } = condition;
    return { condition, result: unknown(reason, dependsOn), because: reason };
  }
  const operator = parseOperator(condition.operator);
  if (operator === undefined) {
    return { condition, result: no, because: "AWS has no such operator" };
  }
  const given = context(condition.key.toLowerCase());
  if (operator.base === "Null") {
    const absent =
      given.kind === "absent"
        ? yes
        : given.kind === "unknown"
          ? unknown(given.reason, given.dependsOn)
          : no;
    return explainNull(condition, absent);
  }
  const ready = { operator, base: operator.base, values: condition.values, context, variables };
  switch (given.kind) {
    case "absent": {
      const result = whenAbsent(operator);
      const holds = result.kind === "yes" ? "which is enough for it" : "which it does not allow";
      return { condition, result, because: `the key is absent, ${holds}` };
    }
    case "present":
      return { condition, ...explain(whenPresent(ready, given.values)) };
    case "some":
    case "unknown":
      return { condition, result: unknown(given.reason, given.dependsOn), because: given.reason };
  }
}

const valueUnknown = "a value of the condition is not known yet";

interface Test {
  readonly operator: Operator;
  readonly base: OperatorBase;
  readonly values: readonly Part[];
  readonly context: Context;
  readonly variables: boolean;
}

function explainNull(condition: Extract<Condition, { kind: "test" }>, absent: Three): Explained {
  const wanted = condition.values.map((part): Three => {
    if (part.kind === "unknown") return unknown(valueUnknown, part.dependsOn);
    return part.text.toLowerCase() === "true" ? absent : not(absent);
  });
  const because =
    absent.kind === "unknown"
      ? absent.reason
      : absent.kind === "yes"
        ? "the key is absent"
        : "the key is present";
  return { condition, result: or(wanted), because };
}

/**
 * Whether a test is met by a request without its key.
 *
 * Source: IAM user guide, condition operators and multivalued context keys.
 */
export function whenAbsent(operator: Operator): Three {
  if (operator.set === "all") return yes;
  if (operator.set === "any") {
    if (!operator.ifExists) return no;
    return unknown("AWS does not document `ForAnyValue` with `IfExists` for an absent key");
  }
  return fromBoolean(operator.negated || operator.ifExists);
}

function whenPresent(test: Test, given: readonly string[]): Three {
  const results = given.map((value) => {
    const matched = or(test.values.map((part) => matchPart(test, value, part)));
    return test.operator.negated ? not(matched) : matched;
  });
  switch (test.operator.set) {
    case "all":
      return and(results);
    case "any":
      return or(results);
    case "none": {
      const [first, ...more] = results;
      if (first === undefined) return whenAbsent(test.operator);
      if (more.every((result) => result.kind === first.kind)) return first;
      return unknown(
        "the key has several values and the operator no `ForAnyValue` or `ForAllValues`",
      );
    }
  }
}

function matchPart(test: Test, given: string, part: Part): Three {
  if (part.kind === "unknown") return unknown(valueUnknown, part.dependsOn);
  if (!test.variables || !test.base.variables) {
    const pattern = parsePattern(part.text);
    return fromBoolean(test.base.compare(given, { text: part.text, pattern }));
  }
  const filled = fillVariables(part.text, test.context);
  switch (filled.kind) {
    case "filled":
      return fromBoolean(test.base.compare(given, filled));
    case "unknown":
      return unknown(filled.reason, filled.dependsOn);
    case "unresolved":
      // AWS ignores the whole statement then, so not even a negation is met.
      return test.operator.negated ? yes : no;
  }
}

function explain(result: Three): { readonly result: Three; readonly because: string } {
  switch (result.kind) {
    case "yes":
      return { result, because: "the key's value fits" };
    case "no":
      return { result, because: "the key's value does not fit" };
    case "unknown":
      return { result, because: result.reason };
  }
}
