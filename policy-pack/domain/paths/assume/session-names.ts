import { requiresSecondFactor } from "../../iam/authority/permission-holder";
import { notKnown, type Depends, type NotKnown } from "../../../../core/certainty";
import { longestSourceIdentity, sourceIdentitiesOf } from "../../../../core/grants/source-identity";
import type { Graph } from "../../../facts/graph";
import type { Name } from "../../../facts/name";
import { oncePerGraph } from "../../../facts/once-per-graph";
import { rolesRequested } from "../../iam/callers";
import type { Condition, PolicyDocument, Part } from "../../../../core/policy/statement";
import type { Urn } from "../../../../core/snapshot/value";
import { knownTenant, tenantOf, tenantsIn } from "../../workloads/tenancy";
import { admissions, selectsAction, type Admission } from "../../trust/admission";
import { callerIn } from "../../trust/chaining-caller";
import type { ClaimPattern } from "../../../../core/trust/claim-pattern";
import { lookupsIn } from "../../trust/in-graph";
import { testedKey, type Tested, isGuard } from "../../trust/tested";
import { parseOperator } from "../../../../core/policy/condition/operator";
import { plainKey } from "../../../../core/trust/issuers";
import { grouped } from "../../../../core/grouped";

/** Whether a statement trusts several callers: each of them can then use the names of the others. */
type Shared =
  | { readonly is: "yes" | "no" }
  | { readonly is: "possibly"; readonly dependsOn: readonly Urn[] };

/** A principal that a trust policy lets assume the role by its own session, and whether others share its statement. */
export interface Chaining {
  readonly admission: Admission;
  readonly shared: Shared;
}

/** The principals that can assume a role by role chaining; a token or an assertion of any principal is no role. */
export function chainingIn(document: PolicyDocument, graph: Graph): readonly Chaining[] {
  const all = admissions(document, lookupsIn(graph)).filter(({ principal, statement }) => {
    const written = document.statements[statement];
    return (
      principal.kind !== "everyone" ||
      written?.kind !== "statement" ||
      selectsAction(written.actions, "sts:AssumeRole").kind !== "no"
    );
  });
  const byStatement = grouped(all, ({ statement }) => String(statement));
  return [...byStatement.values()].flatMap((beside) => {
    const shared = sharedAmong(beside);
    return beside.map((admission) => ({ admission, shared }));
  });
}

/** @param beside all admissions of one statement */
function sharedAmong(beside: readonly Admission[]): Shared {
  if (new Set(beside.flatMap(callersOf)).size > 1) return { is: "yes" };
  const dependsOn = beside.map(mayBeSeveral).find((open) => open !== undefined);
  return dependsOn === undefined ? { is: "no" } : { is: "possibly", dependsOn };
}

/** The callers of an admission: its principal, or the roles of an account that `aws:PrincipalArn` names. */
function callersOf(admission: Admission): readonly Name[] {
  const { principal, conditions, variables } = admission;
  const caller = callerIn(admission);
  if (caller === undefined) return [];
  const tested = testedKey(conditions, "aws:principalarn", variables);
  const [test] = tested.kind === "tested" ? tested.tests : [];
  const isSome = principal.kind === "account" || principal.kind === "everyone";
  if (!isSome || test === undefined) return [caller.name];
  return test.patterns.map(({ text }) => text);
}

/** What decides whether an admission of an account trusts several roles; undefined where that is known. */
function mayBeSeveral({ principal, conditions, variables }: Admission): readonly Urn[] | undefined {
  if (principal.kind !== "account" || rolesRequested(conditions)?.length === 1) return undefined;
  const tested = testedKey(conditions, "aws:principalarn", variables);
  const tests = tested.kind === "tested" ? tested.tests : [];
  const open = [...tests, ...conditions.filter((each) => each.kind === "unknown")].flatMap(
    ({ dependsOn }) => (dependsOn === undefined ? [] : [dependsOn]),
  );
  return open.length === 0 ? undefined : open.flat();
}

/**
 * Whether EKS starts the sessions for a Pod Identity association, restricted to it by an external id. Source: Amazon EKS user
 * guide, "Access AWS resources using Pod Identity target IAM roles".
 */
function isPinnedByEks({ conditions, variables }: Admission, role: Name, graph: Graph): boolean {
  const isTarget = graph
    .facts("assumes", "role", role)
    .some((each) => each.by === "pod-identity" && each.at.property === "targetRoleArn");
  return isTarget && testedKey(conditions, "sts:externalid", variables).kind === "tested";
}

/** What is wrong with the source identity that sessions of a caller have. */
export type NameGap =
  /** No condition tests it, or one of any name. */
  | { readonly kind: "none" | "any" }
  /** It may be of another tenant's workload. */
  | { readonly kind: "foreign"; readonly tenant: string; readonly uncertainty?: Depends }
  | NotKnown;

/** What is wrong with the source identity of a caller's sessions; undefined for nothing. For a graph that is complete. */
export function nameGapOf(
  { admission, shared }: Chaining,
  role: Name,
  graph: Graph,
): NameGap | undefined {
  const { dependsOn, conditions, variables, holds } = admission;
  if (conditions.some(requiresSecondFactor) || isPinnedByEks(admission, role, graph)) {
    return undefined;
  }
  const tested = namesTested(conditions, variables);
  if (tested.kind === "none") return undefined;
  const tests = tested.kind === "tested" ? tested.tests : [];
  const pinning = tests.find(
    (test) => test.dependsOn === undefined && test.patterns.every(isPinning),
  );
  const isLoose = shared.is !== "no" && pinning?.patterns.some(isAnyName) === true;
  if (pinning !== undefined && !isLoose) return foreignNames(pinning.patterns, role, graph);
  const filled = variables ? conditions.map((each) => filledName(each, shared.is !== "no")) : [];
  if (filled.includes("the caller's")) return undefined;
  const unknown = conditions.filter((each) => each.kind === "unknown");
  const isOpen =
    tests.some((test) => test.dependsOn !== undefined && !filled.includes("any")) ||
    unknown.length > 0 ||
    holds.kind === "unknown" ||
    (pinning !== undefined && shared.is === "possibly");
  if (isOpen) {
    const onPath = holds.kind === "unknown" ? { dependsOn } : undefined;
    const onOthers = shared.is === "possibly" ? shared : undefined;
    return notKnown(...tests, ...unknown, onPath, onOthers);
  }
  return { kind: tests.length === 0 && tested.kind === "untested" ? "none" : "any" };
}

function foreignNames(
  patterns: readonly ClaimPattern[],
  role: Name,
  graph: Graph,
): NameGap | undefined {
  const found = foreignTenantIn(patterns, role, graph);
  if (found === undefined) return undefined;
  return found.kind === "tenant"
    ? { kind: "foreign", tenant: found.tenant }
    : { kind: "foreign", tenant: found.named, uncertainty: found };
}

/**
 * What conditions require of the source identity. A caller that has one passes it on, since it cannot change. Source: IAM user guide, "Monitor and control actions taken with assumed roles".
 */
function namesTested(conditions: readonly Condition[], variables: boolean): Tested {
  const requested = testedKey(conditions, "sts:sourceidentity", variables);
  if (requested.kind === "tested") return requested;
  const held = testedKey(conditions, "aws:sourceidentity", variables);
  return held.kind === "untested" ? requested : held;
}

/** A value, or a pattern that begins as the caller's values do; no session has an empty one. */
function isPinning(pattern: ClaimPattern): boolean {
  return pattern.literal || pattern.text === "" || /^[^*?]{2}/.test(pattern.text);
}

/** Whether a session can have a name of a pattern: none has an empty one. */
function isAnyName({ text }: ClaimPattern): boolean {
  return text !== "";
}

/** A known tenant of a stack, and its place among all. */
interface Ordered {
  readonly tenant: string;
  readonly order: number;
}

/** A tenant whose workloads' names a pattern of session names begins with, other than the role's own. */
type ForeignTenant =
  | { readonly kind: "tenant"; readonly tenant: string }
  | { readonly kind: "unknown"; readonly named: string; readonly dependsOn: readonly Urn[] };

/**
 * Which other tenant's names the patterns of a role accept, as `<tenant>.<workload>`; undefined where none, or where the role
 * has no tenant. For a graph that is complete.
 */
function foreignTenantIn(
  patterns: readonly ClaimPattern[],
  role: Name,
  graph: Graph,
): ForeignTenant | undefined {
  const own = tenantOf(graph, role);
  if (own.kind === "none") return undefined;
  const ownName = own.kind === "tenant" ? own.tenant : undefined;
  const tenant = tenantNamedIn(patterns, ownName, graph);
  if (tenant !== undefined && own.kind === "tenant") return { kind: "tenant", tenant };
  const isOwn = (start: string): boolean =>
    ownName !== undefined && sourceIdentitiesOf(ownName) === `${start}.*`;
  // A tenant that is not known may be the one that the names begin with.
  const starts = patterns.flatMap(({ text }) => /^([^.*?]+)\./.exec(text)?.[1] ?? []);
  const named = tenant ?? starts.find((text) => !isOwn(text));
  const hidden = unknownTenants(graph);
  const tenants = tenantsIn(graph);
  const others = tenants.size - (ownName !== undefined && tenants.has(ownName) ? 1 : 0);
  const isOpen = own.kind !== "unknown" || tenant !== undefined || others > 1;
  if (named === undefined || hidden === undefined || !isOpen) return undefined;
  return { kind: "unknown", named, dependsOn: own.kind === "unknown" ? own.dependsOn : hidden };
}

/** The first known tenant of the stack, except one, whose names a pattern begins with. */
function tenantNamedIn(
  patterns: readonly ClaimPattern[],
  own: string | undefined,
  graph: Graph,
): string | undefined {
  const starts = startsOf(graph);
  let first: Ordered | undefined;
  for (const { text } of patterns) {
    for (let dot = text.indexOf("."); dot >= 0; dot = text.indexOf(".", dot + 1)) {
      if (dot > longestSourceIdentity) break;
      const named = starts.get(text.slice(0, dot + 1));
      if (named === undefined || named.tenant === own) continue;
      if (first === undefined || named.order < first.order) first = named;
    }
  }
  return first?.tenant;
}

/** The known tenants of a complete graph by what the names of their workloads start with. */
const startsOf = oncePerGraph((graph): ReadonlyMap<string, Ordered> => {
  const known = [...tenantsIn(graph)].filter((tenant) => knownTenant(tenant) !== undefined);
  return new Map(
    known.map((tenant, order) => [sourceIdentitiesOf(tenant).slice(0, -1), { tenant, order }]),
  );
});

/** What unknown tenants of a complete graph depend on; undefined where all are known. */
const unknownTenants = oncePerGraph((graph): readonly Urn[] | undefined => {
  const unknown = graph
    .all("belongs-to")
    .flatMap(({ tenant }) => (tenant.kind === "unknown" ? [tenant.dependsOn] : []));
  return unknown.length === 0 ? undefined : [...new Set(unknown.flat())].sort();
});

/**
 * The owner of the name that a condition requires of a session, where IAM fills in a variable. It is the caller's own, or any
 * that the caller chooses; undefined where neither is required.
 *
 * A variable is a value of the caller's request, not of the session that it requests. The caller chooses what the call itself
 * names: its source identity, its tags and the name of its session. A tag that the caller may lack can have a default, which
 * callers without the tag share. Sessions of a role have no `aws:username`, and a colon in their `aws:userid`, which no source
 * identity has. So such a name trusts no role, and users of an account under their own.
 *
 * Sources: IAM user guide, "IAM policy elements: Variables and tags" ("Principal key values", "Specifying default values") and
 * "Monitor and control actions taken with assumed roles", whose example requires `${aws:username}`; Amazon SageMaker Unified
 * Studio, whose trust policies require `${aws:PrincipalTag/datazone:userId}`; IAM and AWS STS condition context keys.
 *
 * @param isShared whether several callers have to meet the condition
 */
function filledName(condition: Condition, isShared: boolean): "the caller's" | "any" | undefined {
  if (condition.kind === "unknown" || plainKey(condition.key) !== "sts:sourceidentity") {
    return undefined;
  }
  const operator = parseOperator(condition.operator);
  if (operator === undefined || !isGuard(operator)) return undefined;
  const names = condition.values.map((part) => nameIn(part, isShared));
  if (names.includes("any")) return "any";
  return names.every((name) => name === "the caller's") ? "the caller's" : undefined;
}

function nameIn(part: Part, isShared: boolean): ReturnType<typeof filledName> {
  if (part.kind === "unknown") return undefined;
  if (chosen.test(part.text)) return "any";
  const own = ownName.exec(part.text);
  if (own === null) return undefined;
  return own[1] !== undefined && isShared ? "any" : "the caller's";
}

const chosen = /^\$\{(?:sts:SourceIdentity|sts:RoleSessionName|aws:RequestTag\/[^${}]+)\}$/i;
const ownName =
  /^[^*?$]*\$\{aws:(?:PrincipalTag\/[^${},]+|username|userid)(, *'[^'${}]*')?\}[^*?$]*$/i;
