import { anyAccountId, parseArn, type Arn } from "../../../core/arn";
import { covers, matches, patternsOverlap } from "../../../core/pattern";
import type { ContextValue } from "../../../core/policy/condition/context";
import type { Part } from "../../../core/policy/statement";
import { and, fromBoolean, no, or, unknown, yes, type Three } from "../../../core/three-valued";
import type { Urn } from "../../../core/snapshot/value";

/** What is known of a role's ARN. */
export interface RoleArn {
  /** The resource that makes it, where the stack does. */
  readonly urns: readonly Urn[];
  /** Account ids; empty where the account is not known. */
  readonly accounts: readonly string[];
  /** Where the account is not known: the scopes of its names. */
  readonly scopes: readonly string[];
  /** With slashes; undefined where it is not known. */
  readonly path: string | undefined;
  readonly name: string | undefined;
  /**
   * What settles its name and path, as far as the host reports; undefined where the program sets them or leaves them to AWS.
   */
  readonly dependsOn: readonly Urn[] | undefined;
  /** Its tag that names a tenant. */
  readonly tenantTag: ContextValue;
}

/** Why a verdict on a role of an unknown account is unknown. */
export const accountUnknown = "the account of a role is not known";
const nameUnknown = "the name or path of a role is not known";

/** Whether a pattern of ARNs in a policy matches a role's. */
export function matchesRole(part: Part, role: RoleArn): Three {
  if (part.kind === "unknown") {
    const mine = part.dependsOn.filter((urn) => role.urns.includes(urn));
    if (mine.length > 0 && part.dependsOn.length === 1) return yes;
    return unknown("a resource of a policy is not known yet", part.dependsOn);
  }
  if (part.text === "*") return yes;
  const arn = patternIn(part);
  if (arn === undefined) return no;
  return and([matchesAccount(arn.account, role), matchesResource(arn.resource, role)]);
}

/** Whether a pattern of whole texts, whose wildcards match colons too, matches a role's ARN. */
export function matchesWhole(pattern: string, role: RoleArn, partition: string): Three {
  const { path = "/*", name = "*", dependsOn = [] } = role;
  const accounts = role.accounts.length === 0 ? [anyAccountId] : role.accounts;
  const reason =
    role.accounts.length === 0 ? unknown(accountUnknown) : unknown(nameUnknown, dependsOn);
  return or(
    accounts.map((account): Three => {
      const possible = `arn:${partition}:iam::${account}:role${path}${name}`;
      if (covers(pattern, possible)) return yes;
      return patternsOverlap(pattern, possible) ? reason : no;
    }),
  );
}

/** Whether a pattern of ARNs takes in every role of an account, or of all. */
export function takesInAllRoles(pattern: string): boolean {
  if (pattern === "*") return true;
  const parsed = parseArn(pattern);
  return parsed.ok && matches(parsed.arn.service, "iam") && covers(parsed.arn.resource, "role/*");
}

/** Whether a role is of an account, or of any. */
export function isOfAccount(account: string | undefined, role: RoleArn): Three {
  return account === undefined ? yes : matchesAccount(account, role);
}

/** Whether a pattern of account ids matches a role's account. */
function matchesAccount(pattern: string, role: RoleArn): Three {
  if (covers(pattern, anyAccountId)) return yes;
  if (role.accounts.length === 0) return unknown(accountUnknown);
  return or(
    role.accounts.map((account) => fromBoolean(pattern === account || matches(pattern, account))),
  );
}

function matchesResource(pattern: string, role: RoleArn): Three {
  if (role.path !== undefined && role.name !== undefined) {
    const text = `role${role.path}${role.name}`;
    // Most patterns differ from most roles in their first letters, so these are compared first.
    return fromBoolean(text.startsWith(prefixOf(pattern)) && matches(pattern, text));
  }
  const possible = `role${role.path ?? "/*"}${role.name ?? "*"}`;
  if (covers(pattern, possible)) return yes;
  if (!patternsOverlap(pattern, possible)) return no;
  const { dependsOn = [] } = role;
  return dependsOn.length === 0 ? unknown(nameUnknown) : unknown(nameUnknown, dependsOn);
}

/** What precedes the first wildcard of a pattern. */
function prefixOf(pattern: string): string {
  const end = pattern.search(/[*?]/);
  return end < 0 ? pattern : pattern.slice(0, end);
}

const patterns = new WeakMap<Part, Arn | "none">();

/** A pattern of ARNs in its parts; undefined where no role's ARN can match it. */
function patternIn(part: Extract<Part, { kind: "text" }>): Arn | undefined {
  let arn = patterns.get(part);
  if (arn === undefined) {
    const parsed = parseArn(part.text);
    arn = parsed.ok && matches(parsed.arn.service, "iam") ? parsed.arn : "none";
    patterns.set(part, arn);
  }
  return arn === "none" ? undefined : arn;
}
