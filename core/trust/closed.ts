import { parseOperator } from "../policy/condition/operator";
import type { Condition } from "../policy/statement";

/** The condition with an operator that holds only where the key is there, as far as dropping a part of it gives one. */
export function closed(condition: Condition): Condition {
  if (condition.kind === "unknown") return condition;
  const operator = parseOperator(condition.operator);
  if (operator === undefined || operator.base === "Null" || operator.negated) return condition;
  const set = operator.set === "any" ? "ForAnyValue:" : "";
  return { ...condition, operator: set + operator.base.name };
}
