import type { Doubt, Policy } from "../authority/authority";
import { bearerOf } from "../authority/bearer";
import type { FactOf } from "../graph/fact";
import { nameIn } from "../graph/fact-values";
import type { Graph } from "../graph/graph";
import type { Name } from "../graph/name";
import type { ThingId } from "../graph/things";
import { roleOfArn } from "../obtain/callers";
import type {
  Condition,
  ParsedDocument,
  Part,
  PolicyDocument,
  Statement,
} from "../policy/statement";
import { typeInUrn } from "../snapshot/resource";
import type { Urn } from "../snapshot/value";
import { tenantsIn } from "../tenancy";
import { askingAs, tenantsAsking, type AskingTenant } from "./crossing";
import { patternsIn } from "./asking";
import { decide, type Reached } from "./decide";
import { decided } from "./decided";
import { lettingIn } from "./guard";
import { accountOf, type Held } from "./held";
import type { Resources } from "./resources";

/** An identity of another tenant that the policy of a resource lets in by name. */
export interface LetIn {
  readonly by: AskingTenant;
  readonly identity: Name;
  readonly reached: Reached;
}

/**
 * The identities of other tenants that a resource policy names and lets in.
 *
 * Within an account that is enough, whatever their own policies say; from another account their own have to allow it
 * too, and are told of then. Source: IAM user guide, policy evaluation logic.
 */
export function letInBy(
  graph: Graph,
  fact: FactOf<"guards">,
  { byThing }: Resources,
): readonly LetIn[] {
  const name = nameIn(fact.resource);
  const held = name === undefined ? undefined : byThing.get(graph.idOf(name));
  if (held?.tenant === undefined || fact.policy.kind !== "document") return [];
  const { document } = fact.policy;
  return identitiesIn(graph, document).flatMap((identity) => {
    const found = letIn(graph, identity, held, fact, document);
    return found === undefined ? [] : [found];
  });
}

/**
 * Why it is not known whom the policy of a tenant's resource lets in; undefined where it is, and where what is not known
 * waits for nothing by which another tenant's identity could be named, such as the resource's own ARN.
 */
export function mayLetIn(
  graph: Graph,
  { resource, policy }: FactOf<"guards">,
  { byThing, tenants }: Resources,
): { readonly held: Held; readonly doubt: Doubt } | undefined {
  const name = nameIn(resource);
  const held = name === undefined ? undefined : byThing.get(graph.idOf(name));
  if (held?.tenant === undefined || tenantsIn(graph).size < 2 || tenants.size === 0)
    return undefined;
  const waitsFor = unknownIn(policy);
  if (waitsFor === undefined) return undefined;
  const isTold = waitsFor.length > 0 && waitsFor.every((urn) => isOwn(graph, urn, held));
  if (isTold) return undefined;
  return { held, doubt: { reason: "the policy of a resource is not known yet", waitsFor } };
}

/** What a policy waits for that is not known as a whole, or of which a statement is not. */
function unknownIn(policy: ParsedDocument): readonly Urn[] | undefined {
  if (policy.kind !== "document") return policy.kind === "unknown" ? policy.waitsFor : undefined;
  const open = policy.document.statements.flatMap((each) =>
    each.kind === "unknown" ? [each.waitsFor] : [],
  );
  return open.length === 0 ? undefined : open.flat();
}

/** Whether nothing that a resource of AWS gives names an identity of another tenant than a resource's own. */
function isOwn(graph: Graph, urn: Urn, { tenant }: Held): boolean {
  const type = typeInUrn(urn);
  if (type !== roleType) return type.startsWith("aws:");
  return [...tenantsAsking(graph, urn).keys()].every((each) => each === tenant);
}

const roleType = "aws:iam/role:Role";

function letIn(
  graph: Graph,
  identity: Name,
  held: Held,
  { at }: FactOf<"guards">,
  document: PolicyDocument,
): LetIn | undefined {
  const tenants = tenantsAsking(graph, identity);
  if (held.tenant === undefined || tenants.has(held.tenant)) return undefined;
  const [by] = [...tenants.values()].sort(
    (a, b) => Number(a.doubt !== undefined) - Number(b.doubt !== undefined),
  );
  if (by === undefined || bearerOf(graph, identity).kind === "people") return undefined;
  const caller = askingAs(graph, identity);
  const account = accountOf(held);
  const isOfOther = caller.account !== undefined && account !== undefined;
  if (isOfOther && caller.account !== account) return undefined;
  const own = held.name === undefined ? [] : graph.namesOf(held.name);
  const content = { kind: "document" as const, document: lettingIn(document, caller, own) };
  const policy: Policy = decided({ name: held.name ?? "", at, content }, caller.arn);
  const reached = reachedBy(graph, policy, held, caller);
  return reached && { by, identity: graph.canonical(identity), reached };
}

function reachedBy(
  graph: Graph,
  policy: Policy,
  held: Held,
  caller: ReturnType<typeof askingAs>,
): Reached | undefined {
  if (policy.content.kind === "unknown") return undefined;
  const { statements, variables } = policy.content.document;
  let perhaps: Reached | undefined;
  for (const statement of statements) {
    if (statement.kind === "unknown") continue;
    for (const named of patternsIn({ caller, statement, variables })) {
      const reached = decide({ ...named, graph, caller, policy, held });
      if (reached !== undefined && reached.doubt === undefined) return reached;
      perhaps ??= reached;
    }
  }
  return perhaps;
}

/** The roles that a resource policy names: as principals, or by `aws:PrincipalArn` where it lets in everyone. */
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
  const callers = conditions.filter(asksWhoCalls);
  return [
    ...parts.flatMap(rolesOf),
    ...callers.flatMap((condition) =>
      condition.kind === "test" ? condition.values.flatMap(rolesOf) : [],
    ),
  ];
}

function asksWhoCalls(condition: Condition): boolean {
  return condition.kind === "test" && condition.key.toLowerCase() === "aws:principalarn";
}

function rolesOf(part: Part): readonly Name[] {
  if (part.kind === "unknown") {
    return part.waitsFor.filter((urn) => typeInUrn(urn) === roleType);
  }
  const named = roleOfArn(part.text);
  return named === undefined ? [] : [named];
}
