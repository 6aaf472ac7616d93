import { roleType } from "../../../core/aws/iam";
import { iamRole, isAccountId } from "../../../core/arn";
import { scopedName, type Name } from "../../facts/name";
import { hasWildcard, matches } from "../../../core/pattern";
import { parseOperator } from "../../../core/policy/condition/operator";
import type { Condition, Part } from "../../../core/policy/statement";
import { typeInUrn } from "../../../core/snapshot/resource";
import type { Urn } from "../../../core/snapshot/value";
import type { ClaimPattern } from "../../../core/trust/claim-pattern";
import type { Tenant } from "../workloads/tenancy";
import { isGuard, testedKey } from "../trust/tested";
import { tenantMark } from "../../../core/marks";

/** What the conditions of a trust policy require of a caller that is a role. */
export interface CallerGuard {
  /** Patterns of `aws:PrincipalArn`, one of which must match; undefined without such a test. */
  readonly arns: readonly string[] | undefined;
  /** The roles one of which has to call, where `aws:PrincipalArn` is tested against their unknown ARNs. */
  readonly roles: readonly Urn[] | undefined;
  /** The only tenants with the required tag; undefined where none is required. */
  readonly only: ReadonlySet<string> | undefined;
  /** Whether a test of the caller is undecidable. */
  readonly isUnclear: boolean;
}

const tagKey = /^aws:principaltag\//;

/**
 * What the conditions of a trust policy require of a caller: its ARN and its tags.
 *
 * What a caller chooses is left out on purpose (external ids, session names, source identity). So is what tenants of one
 * organisation share (addresses, the organisation). Neither restricts a caller to a tenant.
 *
 * @param own the tenant of the role, for conditions that compare its tag with the caller's
 * @param tenants the tenants of the stack
 */
export function callerGuard(
  conditions: readonly Condition[],
  variables: boolean,
  own: Tenant,
  tenants: ReadonlySet<string>,
): CallerGuard {
  let only: ReadonlySet<string> | undefined;
  let isUnclear = conditions.some((condition) => condition.kind === "unknown");
  for (const key of keysOf(conditions)) {
    if (!tagKey.test(key)) continue;
    if (comparesTags(conditions, key, variables)) {
      if (own.kind === "tenant") only = both(only, new Set([own.tenant]));
      // Whatever the tag turns out to be, a caller with an equal one is of the role's own tenant.
      else if (own.kind === "unknown" && key === `aws:principaltag/${tenantMark}`) only = new Set();
      else isUnclear = true;
      continue;
    }
    const tested = testedKey(conditions, key, variables);
    if (tested.kind !== "tested") continue;
    for (const { patterns, dependsOn } of tested.tests) {
      const values = patterns.map((pattern) => pattern.text);
      const ofTenants =
        key.endsWith(`/${tenantMark}`) || values.some((value) => tenants.has(value));
      if (dependsOn !== undefined || !ofTenants) isUnclear = true;
      else only = both(only, new Set([...tenants].filter((each) => fitsAny(patterns, each))));
    }
  }
  return {
    arns: arnsOf(conditions, variables),
    roles: rolesRequested(conditions),
    only,
    isUnclear,
  };
}

/**
 * The roles whose ARNs a condition compares the caller's with, and nothing else. Each unknown value depends on one role, or on
 * all of them where the host reports dependencies of a whole property.
 */
export function rolesRequested(conditions: readonly Condition[]): readonly Urn[] | undefined {
  for (const condition of conditions) {
    if (condition.kind === "unknown" || condition.key.toLowerCase() !== "aws:principalarn")
      continue;
    const operator = parseOperator(condition.operator);
    if (operator === undefined || !isGuard(operator)) continue;
    const { values } = condition;
    const dependencies = values.map((part) =>
      part.kind === "unknown" && (part.output === undefined || part.output === "arn")
        ? [...new Set(part.dependsOn.filter(isRole))]
        : [],
    );
    const roles = new Set(dependencies.flat());
    if (roles.size === 0 || dependencies.some((each) => each.length === 0)) continue;
    if (dependencies.every((each) => each.length === 1) || values.length >= roles.size)
      return [...roles];
  }
  return undefined;
}

function isRole(urn: Urn): boolean {
  return typeInUrn(urn) === roleType;
}

/** The role that an ARN names, by its account and short name. */
export function roleOfArn(arn: string): Name | undefined {
  const role = iamRole(arn);
  if (role === undefined || hasWildcard(arn) || !isAccountId(role.account)) return undefined;
  return scopedName("iam-role", role.account, role.name);
}

function keysOf(conditions: readonly Condition[]): ReadonlySet<string> {
  return new Set(
    conditions.flatMap((condition) =>
      condition.kind === "test" ? [condition.key.toLowerCase()] : [],
    ),
  );
}

/** Whether a caller has to have a tag that is the role's own: `aws:PrincipalTag/x` compared with `${aws:ResourceTag/x}`. */
function comparesTags(conditions: readonly Condition[], key: string, variables: boolean): boolean {
  return (
    variables &&
    conditions.some((condition) => {
      if (condition.kind === "unknown" || condition.key.toLowerCase() !== key) return false;
      const operator = parseOperator(condition.operator);
      const { values } = condition;
      // Where the tag may be absent, a caller without one comes in as well.
      return (
        operator !== undefined && isGuard(operator) && values.length > 0 && values.every(isOwnTag)
      );
    })
  );
}

function isOwnTag(part: Part): boolean {
  return part.kind === "text" && /^\$\{(?:aws|iam):resourcetag\/[^},]+\}$/i.test(part.text);
}

function arnsOf(
  conditions: readonly Condition[],
  variables: boolean,
): readonly string[] | undefined {
  const tested = testedKey(conditions, "aws:principalarn", variables);
  if (tested.kind === "none") return [];
  if (tested.kind !== "tested") return undefined;
  const known = tested.tests.find((test) => test.dependsOn === undefined);
  // A literal wildcard is in the ARN of no role.
  return known?.patterns
    .filter(({ text, literal }) => !literal || !hasWildcard(text))
    .map(({ text }) => text);
}

function fitsAny(patterns: readonly ClaimPattern[], text: string): boolean {
  return patterns.some(({ text: pattern, literal, anyCase }) => {
    const [one, other] =
      anyCase === true ? [pattern.toLowerCase(), text.toLowerCase()] : [pattern, text];
    return literal ? one === other : matches(one, other);
  });
}

function both(a: ReadonlySet<string> | undefined, b: ReadonlySet<string>): ReadonlySet<string> {
  return a === undefined ? b : new Set([...b].filter((each) => a.has(each)));
}
