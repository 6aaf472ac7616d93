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
import { isGuard, testedKey, type AcceptedValues } from "../trust/tested";
import { tenantMark } from "../../../core/marks";

/** What the conditions of a trust policy require of a caller that is a role. */
export interface CallerGuard {
  /** What each test of `aws:PrincipalArn` lists that lists single roles. */
  readonly listed: readonly ListedCallers[];
  /** Whether a test of `aws:PrincipalArn` excludes other callers than roles: the root of the account. */
  readonly isOfSomeArns: boolean;
  /** The only tenants with the required tag; undefined where none is required. */
  readonly only: ReadonlySet<string> | undefined;
  /** Whether a test of the caller is undecidable. */
  readonly isUnclear: boolean;
}

/** The roles that a test of `aws:PrincipalArn` lists one by one. */
export interface ListedCallers {
  readonly arns: readonly string[];
  /** Those whose ARNs are unknown. */
  readonly roles: readonly Urn[];
  /** What further values depend on that are unknown, and may be any callers; undefined where there are none. */
  readonly dependsOn: readonly Urn[] | undefined;
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
    ...testsOfArns(conditions, variables),
    only,
    isUnclear,
  };
}

/** The roles whose unknown ARNs a condition compares the caller's with, and nothing else. */
export function rolesRequested(conditions: readonly Condition[]): readonly Urn[] | undefined {
  for (const condition of conditions) {
    if (!listsArns(condition) || condition.values.some(({ kind }) => kind !== "unknown")) continue;
    const roles = rolesIn(condition.values);
    if (roles !== undefined && roles.length > 0) return roles;
  }
  return undefined;
}

/**
 * The roles whose ARNs the unknown values of a list are; undefined where a value may be anything else. Each value depends on one
 * role, or on all of them where the host reports dependencies of a whole property.
 */
export function rolesIn(values: readonly Part[]): readonly Urn[] | undefined {
  const open = values.filter((part) => part.kind === "unknown");
  const dependencies = open.map((part) => (isArn(part) ? part.dependsOn.filter(isRole) : []));
  const roles = [...new Set(dependencies.flat())];
  if (dependencies.some((each) => each.length === 0)) return undefined;
  const isOneEach = dependencies.every((each) => new Set(each).size === 1);
  return isOneEach || open.length >= roles.length ? roles : undefined;
}

type UnknownPart = Extract<Part, { kind: "unknown" }>;

/** Whether an unknown value may be an unchanged ARN. */
function isArn({ output, behind }: UnknownPart): boolean {
  return (output === undefined || output === "arn") && behind === undefined;
}

/** Whether an unknown value depends on nothing but roles whose ARN it may be. */
export function isArnOfRoles(part: UnknownPart): boolean {
  return isArn(part) && part.dependsOn.length > 0 && part.dependsOn.every(isRole);
}

function isRole(urn: Urn): boolean {
  return typeInUrn(urn) === roleType;
}

/** Whether a condition is met only by callers whose ARNs it lists. */
function listsArns(condition: Condition): condition is Extract<Condition, { kind: "test" }> {
  if (condition.kind === "unknown" || condition.key.toLowerCase() !== "aws:principalarn")
    return false;
  const operator = parseOperator(condition.operator);
  return operator !== undefined && isGuard(operator);
}

/** The roles that a condition lists one by one; undefined where it also lists what is no single role. */
function listedBy(condition: Condition, variables: boolean): ListedCallers | undefined {
  if (!listsArns(condition)) return undefined;
  const { values } = condition;
  const known = { ...condition, values: values.filter(({ kind }) => kind === "text") };
  const tested = testedKey([known], "aws:principalarn", variables);
  const tests = tested.kind === "tested" ? tested.tests : [];
  // A policy variable is of no single role.
  if (tests.some(({ dependsOn }) => dependsOn !== undefined)) return undefined;
  const arns = tests.length === 0 ? [] : singleRoles(tests);
  const roles = rolesIn(values);
  if (arns === undefined) return undefined;
  if (roles !== undefined) return { arns, roles, dependsOn: undefined };
  const open = values.flatMap((part) => (part.kind === "unknown" ? part.dependsOn : []));
  return { arns, roles: [], dependsOn: open };
}

/** The ARNs of single roles that patterns are; undefined where one is anything else. */
function singleRoles(tests: readonly AcceptedValues[]): readonly string[] | undefined {
  const patterns = tests.flatMap((test) => test.patterns);
  // A literal wildcard is in the ARN of no role.
  const possible = patterns.filter(({ text, literal }) => !literal || !hasWildcard(text));
  const arns = possible.map(({ text }) => text);
  return arns.some((arn) => roleOfArn(arn) === undefined) ? undefined : arns;
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

function testsOfArns(
  conditions: readonly Condition[],
  variables: boolean,
): Pick<CallerGuard, "listed" | "isOfSomeArns"> {
  const tested = testedKey(conditions, "aws:principalarn", variables);
  if (tested.kind === "none") return { listed: [noCaller], isOfSomeArns: true };
  const tests = tested.kind === "tested" ? tested.tests : [];
  const known = tests.filter(({ dependsOn }) => dependsOn === undefined);
  // What other tests leave of a list with patterns may be single roles.
  const left = known.flatMap((test): readonly ListedCallers[] => {
    const arns = singleRoles([test]);
    return arns === undefined ? [] : [{ ...noCaller, arns }];
  });
  const listed = conditions.flatMap((each) => listedBy(each, variables) ?? []);
  return { listed: [...left, ...listed], isOfSomeArns: known.length > 0 };
}

const noCaller: ListedCallers = { arns: [], roles: [], dependsOn: undefined };

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
