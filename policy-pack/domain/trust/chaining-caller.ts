import type { Condition } from "../../../core/policy/statement";
import type { Urn } from "../../../core/snapshot/value";
import { or } from "../../../core/three-valued";
import type { Admission } from "./admission";
import { namesBy } from "./naming";
import { testedKey, type AcceptedValues } from "./tested";
import { areRoles, skipsUsersIn } from "./users-only";
import type { Name } from "../../facts/name";

/** The role of people that IAM Identity Center makes. Source: IAM Identity Center user guide, "Referencing permission sets". */
const peoplesRoles = /^AWSReservedSSO_/;

/** ARNs of people: IAM users, and the roles that IAM Identity Center makes. */
const peoplesArns =
  /^arn:[^:]*:iam::[^:]*:(?:user\/|role\/(?:aws-reserved\/sso\.amazonaws\.com\/|AWSReservedSSO_))/;

/** Condition keys by which a trust of everyone names the roles that it is meant for. */
const callerKeys = [
  "aws:principalorgid",
  "aws:principalorgpaths",
  "aws:principalaccount",
  "aws:principalarn",
  "aws:userid",
];

/** A principal that assumes a role by role chaining. */
export interface ChainingCaller {
  readonly name: Name;
  /** Where it is not certain that the conditions name such a caller: what that waits for. */
  readonly dependsOn?: readonly Urn[];
}

/** A workload's caller by role chaining; undefined for people, users and what is no AWS principal. */
export function callerIn({
  principal,
  conditions,
  variables,
}: Admission): ChainingCaller | undefined {
  if (principal.kind === "account" || principal.kind === "everyone") {
    const users = or(conditions.map((each) => skipsUsersIn(each, variables)));
    if (users.kind === "yes") return undefined;
    const arns = testedKey(conditions, "aws:principalarn", variables);
    if (arns.kind === "tested" && arns.tests.some(isOfPeople)) return undefined;
    const ids = testedKey(conditions, "aws:userid", variables);
    if (ids.kind === "tested" && ids.tests.some(isOfUsers)) return undefined;
    if (principal.kind === "everyone") return everyoneNamed(conditions, variables);
    const { account } = principal;
    const caller = { name: `arn:aws:iam::${account}:root` };
    const dependsOn = arns.kind === "tested" ? arns.tests.flatMap(openIn) : [];
    if (arns.kind === "tested" && arns.tests.some(isOpen)) return { ...caller, dependsOn };
    return users.kind === "unknown" ? { ...caller, dependsOn: users.dependsOn ?? [] } : caller;
  }
  if (principal.kind !== "role" && principal.kind !== "session") return undefined;
  const roleName = principal.kind === "role" ? principal.role.name : principal.session.roleName;
  return peoplesRoles.test(roleName) ? undefined : { name: principal.arn };
}

function isOfPeople({ patterns, dependsOn }: AcceptedValues): boolean {
  return dependsOn === undefined && patterns.every(({ text }) => peoplesArns.test(text));
}

/** Whether the ARN of a test is unknown, and may be people's; what depends only on roles of the stack is theirs. */
function isOpen({ patterns, dependsOn }: AcceptedValues): boolean {
  if (dependsOn === undefined || patterns.some(({ text }) => !peoplesArns.test(text))) return false;
  return !areRoles(dependsOn);
}

function openIn(test: AcceptedValues): readonly Urn[] {
  return isOpen(test) ? (test.dependsOn ?? []) : [];
}

/** Whether ids are of IAM users. Source: IAM user guide, "IAM identifiers", unique identifiers. */
function isOfUsers({ patterns, dependsOn }: AcceptedValues): boolean {
  return dependsOn === undefined && patterns.every(({ text }) => text.startsWith("AIDA"));
}

/** Everyone as far as conditions name accounts or roles; where none does, `no-public-trust` reports it. */
function everyoneNamed(
  conditions: readonly Condition[],
  variables: boolean,
): ChainingCaller | undefined {
  const naming = callerKeys.flatMap((key) => {
    const tested = testedKey(conditions, key, variables);
    const names = namesBy(key);
    if (tested.kind !== "tested" || names === undefined) return [];
    return tested.tests.filter(({ patterns }) => patterns.every(names));
  });
  if (naming.length === 0) return undefined;
  const everyone = { name: "*" };
  if (naming.some((test) => test.dependsOn === undefined)) return everyone;
  return { ...everyone, dependsOn: naming.flatMap((test) => test.dependsOn ?? []) };
}
