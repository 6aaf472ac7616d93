import { iamRole, isAccountId } from "../arn";
import { scopedName, type Name } from "../graph/name";
import { hasWildcard, matches } from "../pattern";
import { contextOf } from "../policy/condition/context";
import { evaluateConditions } from "../policy/condition/evaluate";
import type { Condition } from "../policy/statement";
import type { Three } from "../three-valued";
import { testedKey } from "../trust/tested";
import { tenantMark } from "../marks";

/** What the conditions of a trust policy ask of a caller that is a role. */
export interface CallerGuard {
  /** Patterns of `aws:PrincipalArn`, one of which has to match; undefined where it is not asked for. */
  readonly arns: readonly string[] | undefined;
  /** Tenants that alone have the tag asked for; undefined where none is asked for. */
  readonly only: ReadonlySet<string> | undefined;
  /** Whether something is asked that cannot be told of a caller. */
  readonly isUnclear: boolean;
}

const tagKey = /^aws:principaltag\//;

/**
 * What the conditions of a trust policy ask of a caller: its ARN and its tags.
 *
 * Left out on purpose is what a caller chooses (external ids, session names, source identity) and what tenants of one
 * organisation share (addresses, the organisation): they hold nobody to a tenant.
 *
 * @param ownTenant the tenant of the role, for conditions that compare its tag with the caller's
 * @param tenants the tenants of the stack
 */
export function callerGuard(
  conditions: readonly Condition[],
  variables: boolean,
  ownTenant: string | undefined,
  tenants: ReadonlySet<string>,
): CallerGuard {
  let only: ReadonlySet<string> | undefined;
  let isUnclear = conditions.some((condition) => condition.kind === "unknown");
  for (const key of keysOf(conditions)) {
    if (!tagKey.test(key)) continue;
    if (comparesTags(conditions, key)) {
      if (ownTenant === undefined) isUnclear = true;
      else only = both(only, new Set([ownTenant]));
      continue;
    }
    const tested = testedKey(conditions, key, variables);
    if (tested.kind !== "tested") continue;
    for (const { patterns, waitsFor } of tested.tests) {
      const values = patterns.map((pattern) => pattern.text);
      const ofTenants =
        key.endsWith(`/${tenantMark}`) || values.some((value) => tenants.has(value));
      if (waitsFor !== undefined || !ofTenants) isUnclear = true;
      else only = both(only, new Set([...tenants].filter((each) => fitsAny(patterns, each))));
    }
  }
  return { arns: arnsOf(conditions, variables), only, isUnclear };
}

/** Whether the conditions about a caller's account and ARN hold for a role that is named by its ARN. */
export function admitsArn(
  conditions: readonly Condition[],
  variables: boolean,
  arn: string,
): Three {
  const known: Readonly<Record<string, string>> = {
    "aws:principalarn": arn,
    "aws:principalaccount": iamRole(arn)?.account ?? "",
  };
  const about = conditions.filter(
    (condition) => condition.kind === "test" && Object.hasOwn(known, condition.key.toLowerCase()),
  );
  return evaluateConditions(about, contextOf(known), variables).result;
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

/** `aws:PrincipalTag/x` compared with `${aws:ResourceTag/x}`: the role's own tag. */
function comparesTags(conditions: readonly Condition[], key: string): boolean {
  return conditions.some(
    (condition) =>
      condition.kind === "test" &&
      condition.key.toLowerCase() === key &&
      !condition.operator.toLowerCase().includes("not") &&
      condition.values.length > 0 &&
      condition.values.every(
        (part) => part.kind === "text" && /^\$\{(?:aws|iam):resourcetag\//i.test(part.text),
      ),
  );
}

function arnsOf(
  conditions: readonly Condition[],
  variables: boolean,
): readonly string[] | undefined {
  const tested = testedKey(conditions, "aws:principalarn", variables);
  if (tested.kind === "nobody") return [];
  if (tested.kind !== "tested") return undefined;
  const known = tested.tests.find((test) => test.waitsFor === undefined);
  // A wildcard that stands for itself is in the ARN of no role.
  return known?.patterns
    .filter(({ text, literal }) => !literal || !hasWildcard(text))
    .map(({ text }) => text);
}

function fitsAny(
  patterns: readonly { readonly text: string; readonly literal: boolean }[],
  text: string,
): boolean {
  return patterns.some(({ text: pattern, literal }) =>
    literal ? pattern === text : matches(pattern, text),
  );
}

function both(a: ReadonlySet<string> | undefined, b: ReadonlySet<string>): ReadonlySet<string> {
  return a === undefined ? b : new Set([...b].filter((each) => a.has(each)));
}
