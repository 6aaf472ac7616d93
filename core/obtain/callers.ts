import { iamRole, isAccountId } from "../arn";
import { scopedName, type Name } from "../graph/name";
import { hasWildcard, matches } from "../pattern";
import { contextOf } from "../policy/condition/context";
import { evaluateConditions } from "../policy/condition/evaluate";
import { parseOperator } from "../policy/condition/operator";
import type { Condition, Part } from "../policy/statement";
import type { Three } from "../three-valued";
import type { ClaimPattern } from "../trust/claim-pattern";
import { isGuard, testedKey } from "../trust/tested";
import type { ArnTests } from "./groups";
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
    if (comparesTags(conditions, key, variables)) {
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
  return arnTestsIn(conditions, variables).admits(arn);
}

/** What conditions say of callers by their account and ARN. */
export function arnTestsIn(conditions: readonly Condition[], variables: boolean): ArnTests {
  const about = conditions.filter(
    (each) => each.kind === "test" && aboutArns.includes(each.key.toLowerCase()),
  );
  const key = about.length === 0 ? "" : JSON.stringify([about, variables]);
  return {
    key,
    admits: (arn) =>
      evaluateConditions(
        about,
        contextOf({
          "aws:principalarn": arn,
          "aws:principalaccount": iamRole(arn)?.account ?? "",
        }),
        variables,
      ).result,
  };
}

const aboutArns = ["aws:principalarn", "aws:principalaccount"];

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
  if (tested.kind === "nobody") return [];
  if (tested.kind !== "tested") return undefined;
  const known = tested.tests.find((test) => test.waitsFor === undefined);
  // A wildcard that stands for itself is in the ARN of no role.
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
