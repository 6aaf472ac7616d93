import { oidcProviderType, roleType } from "../../../../core/aws/iam";
import { uncertain, type Uncertainty } from "../../../../core/certainty";
import { isAccountId, parseArn } from "../../../../core/arn";
import { tenantMark } from "../../../../core/marks";
import type { FactOf } from "../../../facts/fact";
import type { Graph } from "../../../facts/graph";
import { arnName, scopedName, type Name } from "../../../facts/name";
import { typeInUrn } from "../../../../core/snapshot/resource";
import type { Urn } from "../../../../core/snapshot/value";
import { and, no, type Three } from "../../../../core/three-valued";
import { admissions, type Admission } from "../../trust/admission";
import { certificateService } from "../../trust/certificate/certificate";
import type { Lookups, Provider } from "../../trust/principal";
import { callerTestsIn, hasTagsOfCaller, type CallerTests } from "./caller-tests";
import { callerGuard, roleOfArn, type CallerGuard, type ListedCallers } from "../../iam/callers";
import { allows, assumeAction, canUseTrust, permissionsOf, tagAction } from "./permissions";
import { isOfAccount, matchesRole } from "../../iam/role-arn";
import { roleArnOf, type Role } from "../../iam/roles";
import { tenantOf } from "../../workloads/tenancy";
import type { Session } from "./session";
import { requiresTenantTag, sessionsOf, taggedAdmissions } from "./sessions";
import { thing, type Place, type Step } from "./step";
import { certificateHolders, tokenHolders } from "./token-steps";
import {
  uncertaintyOf,
  guardOf,
  ownTenantOf,
  stepFrom,
  type Case,
  type Surroundings,
} from "./trust-case";

/** The paths into a role by its trust policy, and their unknowns. */
export interface TrustPaths {
  readonly steps: readonly Step[];
  readonly unknown: readonly {
    readonly fact: FactOf<"trusts">;
    readonly dependsOn: readonly Urn[];
  }[];
}

/** Who can assume a role by its trust policy. */
export function pathsInto(role: Role, around: Surroundings): TrustPaths {
  const steps: Step[] = [];
  const unknown: { fact: FactOf<"trusts">; dependsOn: readonly Urn[] }[] = [];
  for (const fact of role.trusts) {
    if (fact.trust.kind === "unknown") unknown.push({ fact, dependsOn: fact.trust.dependsOn });
    if (fact.trust.kind !== "document") continue;
    const all = admissions(fact.trust.document, lookupsIn(around.graph));
    for (const admission of all) {
      const isWholeList = namesAllItDependsOn(admission, all);
      const found = stepsOf({ role, fact, admission, around, isWholeList });
      if (found === undefined) unknown.push({ fact, dependsOn: admission.dependsOn });
      else if (!requiresTenantTag(around.graph, role.name, admission)) steps.push(...found);
    }
    for (const tagged of taggedAdmissions(around.graph, role.name)) {
      if (tagged.fact !== fact) continue;
      const { trusting, tagger, admission, session } = tagged;
      const isWholeList = namesAllItDependsOn(trusting, all);
      const parts = [
        [assumeAction, trusting],
        [tagAction, tagger],
      ] as const;
      const found = stepsOf({ role, fact, admission, around, isWholeList, session, parts });
      steps.push(...(found ?? []));
    }
  }
  return { steps, unknown };
}

/** The steps of one admission; undefined where its principal is no identity of the graph. */
function stepsOf(given: Case): readonly Step[] | undefined {
  const { principal } = given.admission;
  switch (principal.kind) {
    case "role":
      return namedRole(given, principal.arn);
    case "session":
      return namedRole(
        given,
        `arn:${principal.session.partition}:iam::${principal.session.account}:role/${principal.session.roleName}`,
        "session",
      );
    case "user": {
      const name = scopedName("iam-user", principal.user.account, principal.user.name);
      const trusted = testsOf(given).trustsArn(principal.arn);
      return trusted.kind === "no" ? [] : [stepFrom(given, name, undefined, reasonIn(trusted))];
    }
    case "account":
      return callersOf(given, principal.account);
    case "everyone":
      return callersOf(given, undefined);
    case "federated":
      return tokenHolders(given);
    case "unknown":
      return unknownCallers(given);
    case "service":
      return principal.service === certificateService ? certificateHolders(given) : [];
    case "saml":
    case "canonical":
    case "other":
      return [];
  }
}

/** As what a role is let in: its boundary has to allow what names the role itself, and not what names its session or everyone. */
type NamedAs = "role" | "session" | "everyone";

function namedRole(
  given: Case,
  arn: string,
  as: NamedAs = "role",
  uncertainty?: Uncertainty,
): readonly Step[] {
  const { role, around } = given;
  const name = roleOfArn(arn);
  if (name === undefined) return [];
  const trusted = testsOf(given).trustsArn(arn);
  if (trusted.kind === "no") return [];
  if (around.graph.same(name, role.name) || isAtAnotherPath(around.graph, name, arn)) return [];
  const possibly = around.graph.possiblySame(name).flatMap((other) => {
    const reason = "the account of a role is not known";
    return callSteps(given, other, as, uncertain(reason));
  });
  return [...callSteps(given, name, as, uncertainty ?? reasonIn(trusted)), ...possibly];
}

/** A role of the stack that is trusted by its ARN, which is unknown. */
function unnamedRole(
  given: Case,
  urn: Urn,
  as: NamedAs,
  uncertainty?: Uncertainty,
  account?: string,
): readonly Step[] {
  const { graph } = given.around;
  if (graph.same(urn, given.role.name)) return [];
  const [trusts] = graph.facts("trusts", "identity", urn);
  const arn = roleArnOf(graph, urn, trusts?.path);
  const trusted = testsOf(given).trustsRole(arn);
  if (trusted.kind === "no" || isOfAccount(account, arn).kind === "no") return [];
  return callSteps(given, urn, as, uncertainty ?? reasonIn(trusted));
}

/**
 * Whether a role of the stack has the name, but another path. No other role of its account can have the name, so the ARN is no
 * role's. Source: IAM user guide, "IAM identifiers": an ARN has the path, and a name is unique whatever its path.
 */
function isAtAnotherPath(graph: Graph, name: Name, arn: string): boolean {
  const [trusts] = graph.facts("trusts", "identity", name);
  if (trusts === undefined) return false;
  const part = { kind: "text", text: arn, secret: false } as const;
  return matchesRole(part, roleArnOf(graph, name, trusts.path)).kind === "no";
}

/** A role that is trusted by name, and its sessions, unless a Deny of its own or its boundary prevents it. */
function callSteps(
  given: Case,
  from: Name,
  as: NamedAs,
  uncertainty?: Uncertainty,
): readonly Step[] {
  const { around, role, admission, parts = [[assumeAction, admission]] } = given;
  const named = as === "role" ? "role" : "session";
  const permitted = and(
    parts.map(([action, part]) =>
      parts.length === 1 || isNamedBy(part, from, given)
        ? canUseTrust(around.graph, from, role.arn, named, action)
        : allows(permissionsOf(around.graph, from), role.arn, action),
    ),
  );
  if (permitted.kind === "no") return [];
  const open = uncertainty ?? reasonIn(permitted);
  const tests = testsOf(given);
  const guard = guardOf(given);
  return [
    ...callStep(given, thing(from), { guard, admitted: tests.trustsTags(from), open }),
    ...sessionsOf(around.graph, from).flatMap((each) => {
      const admitted = tests.trustsSession(each);
      const called = { guard: guardOfSession(given, guard, each), admitted, open };
      return callStep(given, { kind: "session", session: each }, called);
    }),
  ];
}

/**
 * Whether an admission names a role, itself or by a list of callers, so that the role needs no permission of its own.
 *
 * Of two statements, one for `sts:AssumeRole` and one for `sts:TagSession`, one may name it and the other its account.
 */
function isNamedBy(admission: Admission, role: Name, { role: trusting, around }: Case): boolean {
  const { principal, conditions, variables } = admission;
  if (principal.kind !== "account" && principal.kind !== "everyone") return true;
  const { graph } = around;
  const own = tenantOf(graph, trusting.name);
  const { listed } = callerGuard(conditions, variables, own, around.tenants);
  return listed.some(({ arns, roles }) =>
    [...arns.flatMap((arn) => roleOfArn(arn) ?? []), ...roles].some(
      (each) => graph.same(each, role) || graph.possiblySame(each).includes(role),
    ),
  );
}

/** What is known of a caller. */
interface Called {
  readonly guard: CallerGuard;
  /** Whether its tags meet the conditions. */
  readonly admitted: Three;
  readonly open: Uncertainty | undefined;
}

function callStep(given: Case, from: Place, { guard, admitted, open }: Called): readonly Step[] {
  if (admitted.kind === "no") return [];
  if (admitted.kind === "yes") return [stepFrom(given, from, guard, open)];
  const { reason, dependsOn = [] } = admitted;
  const ofTags = { reason, dependsOn: [...given.admission.dependsOn, ...dependsOn] };
  return [stepFrom(given, from, restrictedToNone(guard), open ?? ofTags)];
}

/** What conditions require of a session beyond the tags that its caller passes. */
function guardOfSession({ admission }: Case, guard: CallerGuard, session: Session): CallerGuard {
  if (hasTagsOfCaller(session, admission.conditions)) return guard;
  const isUnclear = admission.conditions.some(({ kind }) => kind === "unknown");
  return { ...guard, only: undefined, isUnclear };
}

/** Why something is unknown; undefined where it is known. */
function reasonIn(value: Three): Uncertainty | undefined {
  if (value.kind !== "unknown") return undefined;
  const { reason, dependsOn = [] } = value;
  return { reason, dependsOn };
}

/** Where a caller has an unknown tag, a test of it restricts the caller to no tenant. */
function restrictedToNone(guard: CallerGuard): CallerGuard {
  return { ...guard, only: undefined };
}

/** What the conditions of an admission require of each single caller. */
function testsOf({ role, admission, around }: Case): CallerTests {
  const { conditions, variables } = admission;
  return callerTestsIn(conditions, variables, role.name, around.graph);
}

/** Roles of an account, or of any, whose own policies let them assume this one. */
function callersOf(given: Case, account: string | undefined): readonly Step[] {
  const { role, admission, around } = given;
  const guard = guardOf(given);
  const tests = testsOf(given);
  const list = guard.listed.find(({ dependsOn }) => dependsOn === undefined);
  // A list of single roles trusts these by name, also beside a pattern that it is part of.
  if (list !== undefined) return listedRoles(given, list, account);
  const groups = around.groups.into(role, account, tests, given.session !== undefined);
  return [
    ...(guard.isOfSomeArns ? [] : wholeAccount(given, account, guard)),
    ...guard.listed.flatMap((each) => listedRoles(given, each, account)),
    ...groups.flatMap(({ key, uncertainty, ownTenantOnly, isOfUnknownTags, session }) => {
      const ofCaller = session === undefined ? guard : guardOfSession(given, guard, session);
      const requested = isOfUnknownTags ? restrictedToNone(ofCaller) : ofCaller;
      const from = { kind: "group", key } as const;
      const open = uncertainty ?? uncertaintyOf(admission);
      if (!ownTenantOnly) return [stepFrom(given, from, requested, open)];
      if (session === undefined)
        return [stepFrom(given, from, restrictedToOwn(given, requested), open)];
      const tenant = ownTenantOf(given);
      const isOwn = tenant === undefined ? no : session.tagging.accepts(tenantMark, tenant);
      if (isOwn.kind === "no") return [];
      return [stepFrom(given, from, requested, open ?? reasonIn(isOwn))];
    }),
  ];
}

/** The roles of an account, or of any, that a test of callers lists one by one. */
function listedRoles(
  given: Case,
  { arns, roles, dependsOn }: ListedCallers,
  account: string | undefined,
): readonly Step[] {
  const as = account === undefined ? "everyone" : "role";
  const reason = "a value of the condition is not known yet";
  const open = dependsOn === undefined ? undefined : { reason, dependsOn };
  return [
    ...arns
      .filter((arn) => account === undefined || accountIn(arn) === account)
      .flatMap((arn) => namedRole(given, arn, as, open)),
    ...roles.flatMap((urn) => unnamedRole(given, urn, as, open, account)),
  ];
}

/** An account as a whole, as far as conditions trust it. */
function wholeAccount(
  given: Case,
  account: string | undefined,
  guard: CallerGuard,
): readonly Step[] {
  if (account === undefined) return [];
  const trusted = testsOf(given).trustsAccount(account);
  if (trusted.kind === "no") return [];
  return [stepFrom(given, arnName(`arn:aws:iam::${account}:root`), guard, reasonIn(trusted))];
}

function restrictedToOwn(given: Case, guard: CallerGuard): CallerGuard {
  const tenant = ownTenantOf(given);
  return { ...guard, only: new Set(tenant === undefined ? [] : [tenant]) };
}

/** Of a principal that is not known, each role it waits for may be it. */
function unknownCallers(given: Case): readonly Step[] | undefined {
  const { principal } = given.admission;
  if (principal.kind !== "unknown") return [];
  const roles = rolesAmong(principal.dependsOn);
  if (principal.type === "Service" || principal.type === "CanonicalUser") return [];
  if (roles.length === 0 || principal.type === "any") return undefined;
  const reason = "a principal of a trust policy is not known yet";
  const isClear = roles.length === 1 || given.isWholeList;
  const uncertainty = isClear ? undefined : uncertain(reason, principal);
  return roles.flatMap((urn) => unnamedRole(given, urn, "role", uncertainty));
}

/**
 * Whether a statement lists as many unknown principals as there are roles that all of them depend on.
 *
 * A host reports dependencies of a whole property, so in a list of two roles' ARNs each depends on both.
 */
function namesAllItDependsOn(admission: Admission, all: readonly Admission[]): boolean {
  const { principal, statement } = admission;
  if (principal.kind !== "unknown") return false;
  const wanted = rolesAmong(principal.dependsOn);
  const alike = all.filter(
    (each) =>
      each.statement === statement &&
      each.principal.kind === "unknown" &&
      sameList(rolesAmong(each.principal.dependsOn), wanted),
  );
  return alike.length >= wanted.length;
}

function rolesAmong(urns: readonly Urn[]): readonly Urn[] {
  const roles = urns.filter((urn) => typeInUrn(urn) === roleType);
  return [...new Set(roles)].sort();
}

function sameList(a: readonly Urn[], b: readonly Urn[]): boolean {
  return a.length === b.length && a.every((urn, index) => urn === b[index]);
}

function accountIn(arn: string): string | undefined {
  const parsed = parseArn(arn);
  return parsed.ok && isAccountId(parsed.arn.account) ? parsed.arn.account : undefined;
}

/** Finds the issuer of a provider by the provider's own resource. */
function lookupsIn(graph: Graph): Lookups {
  return {
    issuer: (provider: Provider) => {
      const dependsOn = provider.kind === "unknown" ? provider.dependsOn : [];
      const urns = dependsOn.filter((urn) => typeInUrn(urn) === oidcProviderType);
      const [only] = urns.length === 1 ? urns : [];
      const name = provider.kind === "named" ? provider.text : only;
      const [fact] = name === undefined ? [] : graph.facts("issuer", "provider", name);
      return fact?.issuer.kind === "known"
        ? { kind: "known", host: fact.issuer.text }
        : { kind: "unknown", dependsOn };
    },
  };
}
