import { parseArn } from "../arn";
import { covers, patternsOverlap } from "../pattern";
import type { ContextValue } from "../policy/condition/context";
import type { Part } from "../policy/statement";
import { and, fromBoolean, no, or, unknown, yes, type Three } from "../three-valued";
import type { Urn } from "../snapshot/value";

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
  /** Its tag that names a tenant. */
  readonly tenantTag: ContextValue;
}

const accountUnknown = unknown("the account of a role is not known");
const nameUnknown = unknown("the name or path of a role is not known");

/** Whether a pattern of ARNs in a policy matches a role's. */
export function matchesRole(part: Part, role: RoleArn): Three {
  if (part.kind === "unknown") {
    const mine = part.waitsFor.filter((urn) => role.urns.includes(urn));
    if (mine.length > 0 && part.waitsFor.length === 1) return yes;
    return unknown("a resource of a policy is not known yet");
  }
  if (part.text === "*") return yes;
  const parsed = parseArn(part.text);
  if (!parsed.ok) return no;
  const { partition, service, account, resource } = parsed.arn;
  if (!patternsOverlap(partition, "aws*") || !patternsOverlap(service, "iam")) return no;
  return and([matchesAccount(account, role), matchesResource(resource, role)]);
}

/** Whether a pattern of account ids matches a role's account. */
export function matchesAccount(pattern: string, role: RoleArn): Three {
  if (/^\*+$/.test(pattern)) return yes;
  if (role.accounts.length === 0) return accountUnknown;
  return or(role.accounts.map((account) => fromBoolean(covers(pattern, account))));
}

function matchesResource(pattern: string, role: RoleArn): Three {
  const possible = `role${role.path ?? "/*"}${role.name ?? "*"}`;
  if (covers(pattern, possible)) return yes;
  if (role.path !== undefined && role.name !== undefined) return no;
  return patternsOverlap(pattern, possible) ? nameUnknown : no;
}
