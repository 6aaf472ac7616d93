import { parseOperator } from "../../../core/policy/condition/operator";
import type { Condition } from "../../../core/policy/statement";
import { isGuard } from "./tested";

/**
 * Variables for the account or organisation of the role itself, by the key of a caller or a service's source that is compared
 * with them, and the other way round. Source: IAM user guide, global condition keys and data perimeters.
 */
const pairs: Readonly<Record<string, readonly string[]>> = {
  "aws:principalaccount": ["aws:resourceaccount"],
  "aws:principalorgid": ["aws:resourceorgid"],
  "aws:sourceaccount": ["aws:resourceaccount"],
  "aws:sourceorgid": ["aws:resourceorgid"],
  "aws:resourceaccount": ["aws:principalaccount", "aws:sourceaccount"],
  "aws:resourceorgid": ["aws:principalorgid", "aws:sourceorgid"],
};

/** Whether a test requires that the caller, or the source of a service's call, is of the role's own account or organisation. */
export function requiresOwn(condition: Condition, variables: boolean): boolean {
  if (condition.kind === "unknown" || !variables || condition.values.length === 0) return false;
  const key = condition.key.toLowerCase();
  const operator = parseOperator(condition.operator);
  const owners = Object.hasOwn(pairs, key) ? pairs[key] : undefined;
  if (operator === undefined || owners === undefined || !isGuard(operator)) return false;
  return condition.values.every(
    (part) =>
      part.kind === "text" && owners.some((each) => part.text.toLowerCase() === `\${${each}}`),
  );
}
