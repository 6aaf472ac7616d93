import { roleType } from "../../../../core/aws/iam";
import { uncertain, type Uncertainty } from "../../../../core/certainty";
import { accountRoot, isAccountId, roleSession } from "../../../../core/arn";
import type { Policy } from "../../iam/authority/authority";
import { permissionHolderOf } from "../../iam/authority/permission-holder";
import type { FactOf } from "../../../facts/fact";
import { nameIn } from "../../../facts/fact-values";
import type { Graph } from "../../../facts/graph";
import { arnName, scopedName, type Name } from "../../../facts/name";
import type { ThingId } from "../../../facts/things";
import { roleOfArn } from "../../iam/callers";
import { rolesOf } from "../../iam/roles";
import type {
  Condition,
  ParsedDocument,
  Part,
  PolicyDocument,
  Statement,
} from "../../../../core/policy/statement";
import { typeInUrn } from "../../../../core/snapshot/resource";
import type { Urn } from "../../../../core/snapshot/value";
import { tenantsIn } from "../../workloads/tenancy";
import type { ContextValue } from "../../../../core/policy/condition/context";
import type { Caller } from "./caller";
import { callingsOf, type Calling, type CallingTenant } from "./crossing";
import { patternsIn } from "./authorization";
import { decide, type Reached } from "./decide";
import { decided } from "./decided";
import { lettingIn, namesSession } from "./guard";
import { accountOf, type TenantResource } from "./tenant-resource";
import { openStatements } from "./open-endpoints";
import { withoutPublished } from "./published";
import type { Resources } from "./resources";

/** An identity of another tenant that the policy of a resource allows. */
export interface AllowedIdentity {
  readonly by: CallingTenant;
  /** A role, or the root of an account with a configured tenant. */
  readonly identity: Name;
  readonly reached: Reached;
}

/**
 * The identities of other tenants that a resource policy names and allows.
 *
 * Within an account that is enough, whatever their own policies allow. From another account their own policies must allow it
 * too, and are reported then where the stack has the role. Source: IAM user guide, policy evaluation logic.
 */
export function allowedBy(
  graph: Graph,
  fact: FactOf<"guards">,
  { byThing }: Resources,
): readonly AllowedIdentity[] {
  const name = nameIn(fact.resource);
  const held = name === undefined ? undefined : byThing.get(graph.idOf(name));
  if (held?.tenant === undefined || fact.policy.kind !== "document") return [];
  const document = withoutPublished(graph, fact.policy.document, held);
  return identitiesIn(graph, document).flatMap((identity) => {
    const found = allowedIdentity(graph, identity, held, fact, document);
    if (found !== undefined) return [found];
    return graph.possiblySame(identity).flatMap((other) => {
      const possible = allowedIdentity(graph, other, held, fact, document);
      return possible === undefined ? [] : [asUncertain(possible)];
    });
  });
}

/** What is so where the role of the stack is the one that the policy names in an account. */
function asUncertain({ reached, ...rest }: AllowedIdentity): AllowedIdentity {
  const uncertainty = uncertain("the account of a role is not known");
  return { ...rest, reached: { ...reached, uncertainty: reached.uncertainty ?? uncertainty } };
}

/**
 * Identities of other tenants that a resource policy allows without naming them, up to a few: certain ones, else unknown ones.
 *
 * They need no permission of their own. Source: IAM user guide, policy evaluation for requests within a single account.
 */
export function allowedUnnamed(
  graph: Graph,
  fact: FactOf<"guards">,
  { byThing, tenants }: Resources,
): readonly AllowedIdentity[] {
  const name = nameIn(fact.resource);
  const held = name === undefined ? undefined : byThing.get(graph.idOf(name));
  if (held?.tenant === undefined || fact.policy.kind !== "document") return [];
  const document = openStatements(withoutPublished(graph, fact.policy.document, held));
  if (document.statements.length === 0 || tenantsIn(graph).size < 2 || tenants.size === 0)
    return [];
  const named = new Set(
    identitiesIn(graph, fact.policy.document).map((identity) => graph.idOf(identity)),
  );
  const certain: AllowedIdentity[] = [];
  const possible: AllowedIdentity[] = [];
  for (const { name: identity } of rolesOf(graph)) {
    if (named.has(graph.idOf(identity))) continue;
    const found = allowedIdentity(graph, identity, held, fact, document);
    if (found === undefined) continue;
    const isSure = found.by.uncertainty === undefined && found.reached.uncertainty === undefined;
    (isSure ? certain : possible).push(found);
    if (certain.length >= mostUnnamed) break;
  }
  return (certain.length > 0 ? certain : possible).slice(0, mostUnnamed);
}

/** How many are reported that a policy does not name; more add nothing. */
const mostUnnamed = 3;

/**
 * Why the allowed principals of the policy of a tenant's resource are unknown. Undefined where they are known, and where the
 * unknown depends on nothing that could name another tenant's identity, such as the resource's own ARN.
 */
export function mayAllow(
  graph: Graph,
  { resource, policy }: FactOf<"guards">,
  { byThing, tenants }: Resources,
): { readonly held: TenantResource; readonly uncertainty: Uncertainty } | undefined {
  const name = nameIn(resource);
  const held = name === undefined ? undefined : byThing.get(graph.idOf(name));
  if (held?.tenant === undefined || tenantsIn(graph).size < 2 || tenants.size === 0)
    return undefined;
  const dependsOn = unknownIn(policy);
  if (dependsOn === undefined) return undefined;
  const isReported = dependsOn.length > 0 && dependsOn.every((urn) => isOwn(graph, urn, held));
  if (isReported) return undefined;
  return { held, uncertainty: { reason: "the policy of a resource is not known yet", dependsOn } };
}

/** What a policy waits for that is not known as a whole, or of which a statement is not. */
function unknownIn(policy: ParsedDocument): readonly Urn[] | undefined {
  if (policy.kind !== "document") return policy.kind === "unknown" ? policy.dependsOn : undefined;
  const open = policy.document.statements.flatMap((each) =>
    each.kind === "unknown" ? [each.dependsOn] : [],
  );
  return open.length === 0 ? undefined : open.flat();
}

/** Whether nothing that a resource of AWS gives names an identity of another tenant than a resource's own. */
function isOwn(graph: Graph, urn: Urn, { tenant }: TenantResource): boolean {
  const type = typeInUrn(urn);
  if (type !== roleType) return type.startsWith("aws:");
  return callingsOf(graph, urn).every(({ tenants }) =>
    [...tenants.keys()].every((each) => each === tenant),
  );
}

function allowedIdentity(
  graph: Graph,
  identity: Name,
  held: TenantResource,
  fact: FactOf<"guards">,
  document: PolicyDocument,
): AllowedIdentity | undefined {
  for (const calling of callingsOf(graph, identity)) {
    const found = allowedAs(calling, graph, identity, held, fact, document);
    if (found !== undefined) return found;
  }
  return undefined;
}

function allowedAs(
  { tenants, caller: own }: Calling,
  graph: Graph,
  identity: Name,
  held: TenantResource,
  { at }: FactOf<"guards">,
  document: PolicyDocument,
): AllowedIdentity | undefined {
  if (held.tenant === undefined || tenants.has(held.tenant)) return undefined;
  const [by] = [...tenants.values()].sort(
    (a, b) => Number(a.uncertainty !== undefined) - Number(b.uncertainty !== undefined),
  );
  if (by === undefined || permissionHolderOf(graph, identity).kind === "people") return undefined;
  const whole = accountRoot(identity);
  const caller = whole === undefined ? own : anyPrincipalOf(whole, identity);
  const account = accountOf(held);
  const isOfOther =
    caller.account !== undefined && account !== undefined && caller.account !== account;
  const isReported = isOfOther && graph.facts("trusts", "identity", identity).length > 0;
  if (isReported || (whole !== undefined && whole === account)) return undefined;
  const names = held.name === undefined ? [] : graph.namesOf(held.name);
  const about = ofOwnPlace(document, held);
  const content = {
    kind: "document" as const,
    document: lettingIn(about, caller, names, whole !== undefined),
  };
  const policy: Policy = decided({ name: held.name ?? "", at, content }, caller.arn);
  const reached = reachedBy(graph, policy, held, caller);
  return reached && { by, identity: graph.canonical(identity), reached };
}

/** Whoever is in an account. */
function anyPrincipalOf(account: string, identity: Name): Caller {
  const unknown: ContextValue = {
    kind: "unknown",
    reason: "the caller in an account is not known",
  };
  return {
    identity,
    account,
    arn: {
      urns: [],
      accounts: [account],
      scopes: [account],
      path: undefined,
      name: undefined,
      dependsOn: [],
      tenantTag: unknown,
    },
    tag: () => unknown,
    tagFor: () => unknown,
    authority: { policies: [], limits: [] },
  };
}

/** A policy of a resource with what it names in the resource's own region and account, where these are not known. */
function ofOwnPlace(document: PolicyDocument, { arn }: TenantResource): PolicyDocument {
  if (arn.region !== undefined && arn.account !== undefined) return document;
  const statements = document.statements.map((each) => {
    if (each.kind === "unknown" || each.resources === undefined || each.resources.negated) {
      return each;
    }
    const values = each.resources.values.map((part) =>
      part.kind === "unknown" ? part : { ...part, text: inPlace(part.text, arn) },
    );
    return { ...each, resources: { ...each.resources, values } };
  });
  return { ...document, statements };
}

function inPlace(text: string, { region, account }: TenantResource["arn"]): string {
  const parts = text.split(":");
  if (parts.length < 6) return text;
  const [scheme, partition, service, ofRegion, ofAccount, ...rest] = parts;
  const place = [region === undefined ? "*" : ofRegion, account === undefined ? "*" : ofAccount];
  return [scheme, partition, service, ...place, ...rest].join(":");
}

function reachedBy(
  graph: Graph,
  policy: Policy,
  held: TenantResource,
  caller: Caller,
): Reached | undefined {
  if (policy.content.kind === "unknown") return undefined;
  const { statements, variables } = policy.content.document;
  let possible: Reached | undefined;
  for (const statement of statements) {
    if (statement.kind === "unknown") continue;
    const asker = namesSession(statement, caller.arn) ? unbounded(caller) : caller;
    for (const named of patternsIn({ caller, statement, variables })) {
      const reached = decide({ ...named, graph, caller: asker, policy, held });
      if (reached !== undefined && reached.uncertainty === undefined) return reached;
      possible ??= reached;
    }
  }
  return possible;
}

/**
 * A caller whose boundary takes away only what it denies: what a policy gives a session by name, no boundary has to allow.
 *
 * Source: IAM user guide, "Permissions boundaries for IAM entities", resource-based policies.
 */
function unbounded(caller: Caller): Caller {
  const { policies, limits } = caller.authority;
  return { ...caller, authority: { policies: [...policies, ...limits.flat()], limits: [] } };
}

/** The roles and accounts that a resource policy names: as principals, or by `aws:PrincipalArn` where it allows everyone. */
function identitiesIn(graph: Graph, { statements }: PolicyDocument): readonly Name[] {
  const found = new Map<ThingId, Name>();
  for (const statement of statements) {
    if (statement.kind === "unknown" || statement.effect === "Deny") continue;
    for (const name of namedIn(statement)) found.set(graph.idOf(name), name);
  }
  return [...found.values()].sort((a, b) => (graph.canonical(a) < graph.canonical(b) ? -1 : 1));
}

function namedIn({ principals, conditions }: Statement): readonly Name[] {
  if (principals === undefined || principals.negated) return [];
  const parts = principals.values.flatMap(({ type, value }) => (type === "AWS" ? [value] : []));
  const callers = conditions.filter(authenticatesCallers);
  return [
    ...parts.flatMap(rolesNamed),
    ...callers.flatMap((condition) =>
      condition.kind === "test" ? condition.values.flatMap(rolesNamed) : [],
    ),
  ];
}

function authenticatesCallers(condition: Condition): boolean {
  return condition.kind === "test" && condition.key.toLowerCase() === "aws:principalarn";
}

function rolesNamed(part: Part): readonly Name[] {
  if (part.kind === "unknown") {
    return part.dependsOn.filter((urn) => typeInUrn(urn) === roleType);
  }
  const account = isAccountId(part.text) ? part.text : accountRoot(part.text);
  if (account !== undefined) return [arnName(`arn:aws:iam::${account}:root`)];
  const session = roleSession(part.text);
  const named =
    session === undefined
      ? roleOfArn(part.text)
      : scopedName("iam-role", session.account, session.roleName);
  return named === undefined ? [] : [named];
}
