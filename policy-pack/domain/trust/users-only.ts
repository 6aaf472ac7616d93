import { roleType } from "../../../core/aws/iam";
import { parseOperator } from "../../../core/policy/condition/operator";
import type { Condition, Part } from "../../../core/policy/statement";
import { typeInUrn } from "../../../core/snapshot/resource";
import type { Urn } from "../../../core/snapshot/value";
import { and, fromBoolean, no, unknown, yes, type Three } from "../../../core/three-valued";
import { plainKey } from "../../../core/trust/issuers";
import { isGuard } from "./tested";

/**
 * Whether a condition trusts only IAM users. It tests `aws:username`, or a value that IAM makes of it, which the sessions of a
 * role lack; or the type or the ARN of a user.
 *
 * Sources: IAM user guide, "IAM policy elements: Variables and tags" ("Principal key values") and "IAM and AWS STS condition
 * context keys" (`aws:PrincipalType`, `aws:PrincipalArn`), whose `sts:RoleSessionName` is compared with `${aws:username}`.
 *
 * @param variables whether `${…}` is a variable, by the document's version
 */
export function skipsUsersIn(condition: Condition, variables: boolean): Three {
  if (condition.kind === "unknown" || condition.values.length === 0) return no;
  const operator = parseOperator(condition.operator);
  if (operator === undefined || !isGuard(operator)) return no;
  const key = plainKey(condition.key);
  if (key === "aws:username") return yes;
  return and(condition.values.map((part) => isOfUsers(part, key, variables)));
}

function isOfUsers(part: Part, key: string, variables: boolean): Three {
  const ofUsers = ofUsersBy.get(key);
  if (part.kind === "text") {
    return fromBoolean(
      ofUsers?.test(part.text) === true || (variables && username.test(part.text)),
    );
  }
  const { dependsOn } = part;
  if (ofUsers === undefined || areRoles(dependsOn)) return no;
  return unknown("whether a condition requires users is not known yet", dependsOn);
}

/** Whether what a value waits for are roles of the stack alone, so that it is of them. */
export function areRoles(dependsOn: readonly Urn[]): boolean {
  return dependsOn.length > 0 && dependsOn.every((urn) => typeInUrn(urn) === roleType);
}

/** Values of keys of the caller, which only users have. */
const ofUsersBy: ReadonlyMap<string, RegExp> = new Map([
  ["aws:principaltype", /^User$/],
  ["aws:principalarn", /^arn:[^:*?]+:iam::[^:*?]+:user\//],
]);

/** A variable with a default is there for everyone. */
const username = /\$\{aws:username\}/i;
