import { parseOperator } from "../../../core/policy/condition/operator";
import type { Condition } from "../../../core/policy/statement";
import { plainKey } from "../../../core/trust/issuers";

/** The condition with an operator that requires the key, as far as dropping a part of it gives one. */
export function closed(condition: Condition): Condition {
  if (condition.kind === "unknown") return condition;
  const operator = parseOperator(condition.operator);
  if (operator === undefined || operator.base === "Null" || operator.negated) return condition;
  const set = operator.set === "any" ? "ForAnyValue:" : "";
  return { ...condition, operator: set + operator.base.name };
}

/**
 * The conditions of a statement, each closed, but for one that a test of the same operator and key closes already: in a
 * statement no two tests have both.
 */
export function allClosed(conditions: readonly Condition[]): readonly Condition[] {
  const written = new Set(conditions.map(placeOf));
  return conditions.map((condition) => {
    const only = closed(condition);
    return only.kind === "test" && written.has(placeOf(only)) ? condition : only;
  });
}

function placeOf(condition: Condition): string {
  return condition.kind === "test"
    ? JSON.stringify([condition.operator, plainKey(condition.key)])
    : "";
}
