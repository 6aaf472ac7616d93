import { parseOperator } from "../policy/condition/operator";
import type { Condition } from "../policy/statement";
import { plainKey } from "./issuers";
import { isGuard } from "./tested";

/**
 * Whether a condition lets IAM users alone in: it asks for `aws:username`, or for a value that IAM makes of it, and the
 * sessions of a role have none.
 *
 * Sources: IAM user guide, "IAM policy elements: Variables and tags" ("Principal key values") and "IAM and AWS STS condition
 * context keys", whose `sts:RoleSessionName` is held to `${aws:username}`.
 *
 * @param variables whether `${…}` stands for a variable, as the document's version says
 */
export function letsUsersAloneIn(condition: Condition, variables: boolean): boolean {
  if (condition.kind === "unknown" || condition.values.length === 0) return false;
  const operator = parseOperator(condition.operator);
  if (operator === undefined || !isGuard(operator)) return false;
  if (plainKey(condition.key) === "aws:username") return true;
  return (
    variables && condition.values.every((part) => part.kind === "text" && ofUsers.test(part.text))
  );
}

/** A variable with a default is there for everyone. */
const ofUsers = /\$\{aws:username\}/i;
