import { uncertain, type Uncertainty } from "../../../../core/certainty";
import type { Policy } from "../../iam/authority/authority";
import { permissionHolderOf } from "../../iam/authority/permission-holder";
import type { Fact } from "../../../facts/fact";
import type { Graph } from "../../../facts/graph";
import { onceForEach } from "../../../facts/once-for-each";
import type { Name } from "../../../facts/name";
import { holdersOf, sessionHoldersOf } from "../assume/assumed";
import { sessionsOf } from "../assume/sessions";
import type { ChainStep, Holder } from "../assume/search";
import { knownTenant, standInFor, tenantOf } from "../../workloads/tenancy";
import { callerOf, type Caller } from "./caller";
import type { Reached } from "./decide";
import { decided } from "./decided";
import type { Resources } from "./resources";
import { searchOthers } from "./search";

/** A tenant whose principals call as an identity, or whose workloads it starts. */
export interface CallingTenant extends Omit<Holder, "chain"> {
  /** The tenant, or a stand-in for an unknown one. */
  readonly key: string;
  readonly chain: readonly (Omit<ChainStep, "fact"> & { readonly fact: Fact })[];
}

/** What a policy of a tenant's identity comes to across tenants. */
export type Crossing =
  | {
      readonly kind: "reaches";
      readonly by: CallingTenant;
      readonly reached: readonly Reached[];
      readonly uncertainty: Uncertainty | undefined;
    }
  /** What it names is unknown. */
  | { readonly kind: "open"; readonly by: CallingTenant; readonly uncertainty: Uncertainty };

/**
 * What a policy of an identity allows a tenant on resources of others; undefined where it is nothing.
 *
 * Depends on absent facts, so it needs a complete graph.
 */
export function crossingBy(
  graph: Graph,
  identity: Name,
  policy: Policy,
  resources: Resources,
): Crossing | undefined {
  if (resources.tenants.size === 0) return undefined;
  const started = [...startedBy(graph, identity, callingTenants(graph, identity))].map(
    (each): Calling => ({ tenants: new Map([each]), caller: callerFor(graph, identity) }),
  );
  const crossings = [...callingsOf(graph, identity), ...started].flatMap(
    (calling) => crossingAs(calling, graph, identity, policy, resources) ?? [],
  );
  return (
    crossings.find((each) => each.kind === "reaches" && each.uncertainty === undefined) ??
    crossings[0]
  );
}

/** Tenants that call as an identity, and what policies read of the caller then. */
export interface Calling {
  readonly tenants: ReadonlyMap<string, CallingTenant>;
  readonly caller: Caller;
}

/**
 * How tenants call as an identity. For the policies all that pass no tags are one caller; each that passes tags to its session
 * is a caller of its own.
 */
export function callingsOf(graph: Graph, identity: Name): readonly Calling[] {
  const tenants = callingTenants(graph, identity);
  return [{ tenants, caller: callerFor(graph, identity) }, ...taggedCallings(graph, identity)];
}

const taggedCallings = onceForEach((graph, identity) =>
  sessionsOf(graph, identity).flatMap((session) =>
    [...sessionHoldersOf(graph, session)].map(([key, holder]): Calling => {
      const passed = { tagging: session.tagging, by: key };
      const tenant = { ...holder, key, tenant: knownTenant(key) };
      return { tenants: new Map([[key, tenant]]), caller: callerOf(graph, identity, passed) };
    }),
  ),
);

/** What a policy allows several tenants on resources of others. */
function crossingAs(
  { tenants, caller }: Calling,
  graph: Graph,
  identity: Name,
  policy: Policy,
  resources: Resources,
): Crossing | undefined {
  const [by] = [...tenants.values()].sort(
    (a, b) => Number(a.uncertainty !== undefined) - Number(b.uncertainty !== undefined),
  );
  const own = new Set(tenants.keys());
  if (by === undefined || [...resources.tenants].every((tenant) => own.has(tenant))) {
    return undefined;
  }
  const permissionHolder = permissionHolderOf(graph, identity);
  if (permissionHolder.kind === "people") return undefined;
  const { content } = policy;
  if (content.kind === "unknown") return { kind: "open", by, uncertainty: content };
  const search = { graph, resources, caller, own, policy: decided(policy, caller.arn) };
  const { reached, open } = searchOthers(search);
  const unclear =
    by.uncertainty ?? (permissionHolder.kind === "unknown" ? permissionHolder : undefined);
  const [first] = reached;
  if (first !== undefined) {
    return { kind: "reaches", by, reached, uncertainty: bothOf(first.uncertainty, unclear) };
  }
  const missing = content.document.statements.find(({ kind }) => kind === "unknown");
  const dependsOn = missing?.kind === "unknown" ? missing.dependsOn : open?.dependsOn;
  if (dependsOn === undefined) return undefined;
  const reason = missing === undefined ? valueUnknown : "a statement is not known yet";
  return { kind: "open", by, uncertainty: { reason, dependsOn } };
}

const valueUnknown = "a resource of a policy is not known yet";

const callers = onceForEach(callerOf);

/** An identity as a caller, computed once. */
export function callerFor(graph: Graph, identity: Name): Caller {
  return callers(graph, identity);
}

/** The tenant of an identity; for one without a tenant, the tenants whose principals assume it. */
function callingTenants(graph: Graph, identity: Name): ReadonlyMap<string, CallingTenant> {
  const tenant = tenantOf(graph, identity);
  switch (tenant.kind) {
    case "tenant": {
      const key = tenant.tenant;
      return new Map([[key, { key, tenant: key, chain: [], uncertainty: undefined }]]);
    }
    case "unknown": {
      const key = standInFor(tenant.dependsOn);
      const uncertainty = uncertain(tenantUnknown, tenant);
      return new Map([[key, { key, tenant: undefined, chain: [], uncertainty }]]);
    }
    case "none":
      return new Map(
        [...holdersOf(graph, identity)].map(([key, holder]) => [
          key,
          { ...holder, key, tenant: knownTenant(key) },
        ]),
      );
  }
}

/**
 * The tenants of the workloads that a service starts by an identity without a tenant. For each of them it may fetch only what
 * that tenant's workload fetches.
 */
function startedBy(
  graph: Graph,
  identity: Name,
  others: ReadonlyMap<string, CallingTenant>,
): ReadonlyMap<string, CallingTenant> {
  const found = new Map<string, CallingTenant>();
  if (tenantOf(graph, identity).kind !== "none") return found;
  for (const fact of graph.facts("starts", "identity", identity)) {
    const tenant = tenantOf(graph, fact.workload);
    if (tenant.kind !== "tenant" || others.has(tenant.tenant)) continue;
    const key = tenant.tenant;
    const chain = [{ from: fact.workload, to: identity, by: "is started by", fact }];
    const before = found.get(key);
    const first = before?.chain[0]?.from ?? fact.workload;
    if (before !== undefined && graph.canonical(first) <= graph.canonical(fact.workload)) continue;
    found.set(key, { key, tenant: key, chain, uncertainty: undefined });
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const tenantUnknown = "the tenant of the identity is not known yet";

/** The first reason for an unknown, until both are settled. */
function bothOf(
  first: Uncertainty | undefined,
  second: Uncertainty | undefined,
): Uncertainty | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return { ...first, dependsOn: [...first.dependsOn, ...second.dependsOn] };
}
