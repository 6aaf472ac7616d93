import { parseOperator } from "../policy/condition/operator";
import type { Condition } from "../policy/statement";
import { plainKey } from "./issuers";
import { isGuard } from "./tested";

/**
 * Whether a condition lets IAM users alone in: it asks for `aws:username`, or for a value that IAM makes of it, and the
 * sessions of a role have none; or for the type or the ARN of a user.
 *
 * Sources: IAM user guide, "IAM policy elements: Variables and tags" ("Principal key values") and "IAM and AWS STS condition
 * context keys" (`aws:PrincipalType`, `aws:PrincipalArn`), whose `sts:RoleSessionName` is held to `${aws:username}`.
 *
 * @param variables whether `${…}` stands for a variable, as the document's version says
 */
export function letsUsersAloneIn(condition: Condition, variables: boolean): boolean {
  if (condition.kind === "unknown" || condition.values.length === 0) return false;
  const operator = parseOperator(condition.operator);
  if (operator === undefined || !isGuard(operator)) return false;
  const key = plainKey(condition.key);
  if (key === "aws:username") return true;
  return condition.values.every(
    (part) =>
      part.kind === "text" &&
      (ofUsersBy.get(key)?.test(part.text) === true || (variables && ofUsers.test(part.text))),
  );
}

/** Values of keys that say who calls, which users alone have. */
const ofUsersBy: ReadonlyMap<string, RegExp> = new Map([
  ["aws:principaltype", /^User$/],
  ["aws:principalarn", /^arn:[^:*?]+:iam::[^:*?]+:user\//],
]);

/** A variable with a default is there for everyone. */
const ofUsers = /\$\{aws:username\}/i;
