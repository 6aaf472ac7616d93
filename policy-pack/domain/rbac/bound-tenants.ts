import { uncertain, type Depends, type Uncertainty } from "../../../core/certainty";
import { customScopesIn } from "./custom-resources";
import { rightsOf } from "./rights";
import { isNamespaced } from "./scope";
import type { FactOf } from "../../facts/fact";
import type { RbacRule } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";
import { oncePerGraph } from "../../facts/once-per-graph";
import type { Name } from "../../facts/name";
import type { Urn } from "../../../core/snapshot/value";
import { tenantOf, tenantsIn } from "../workloads/tenancy";
import { or } from "../../../core/three-valued";
import { grantsRights } from "./account";
import { unknownSubjectOf } from "../workloads/people";

/** A tenant whose accounts a binding gives rights. */
export interface BoundTenant {
  /** Undefined where it is not known. */
  readonly tenant: string | undefined;
  readonly dependsOn: readonly Urn[];
  /** For a group that is of no one namespace: a thing by which the tenant is known to be in the cluster. */
  readonly by?: Name;
}

/** Groups that all ServiceAccounts are in. Source: kubernetes.io, "Authenticating", ServiceAccount tokens. */
const everyAccount = ["system:serviceaccounts", "system:authenticated"];

/** Rights that a binding gives accounts of tenants in namespaces of others. */
export interface BindingCrossing {
  /** The tenants of the accounts; none where only that of the namespace is known. */
  readonly from: readonly BoundTenant[];
  /** The tenant of the namespace; undefined where it is not known, or where rights are given in all. */
  readonly to?: string | undefined;
  /** The rules that give rights in every namespace, as far as they are known; undefined for rights in one. */
  readonly rules?: readonly RbacRule[];
  /** Without a reason where the role is not known, or is not in the stack. */
  readonly uncertainty?: Partial<Uncertainty> | undefined;
}

/** What a binding gives across tenants; undefined where it gives nothing so. Needs a complete graph. */
export function crossingByBinding(
  graph: Graph,
  fact: FactOf<"binds">,
): BindingCrossing | undefined {
  const bound = tenantsBound(graph, fact);
  if (bound.length === 0) return undefined;
  return fact.where.kind === "cluster"
    ? crossingEverywhere(graph, fact, bound)
    : crossingInNamespace(graph, fact, bound);
}

const unknownTenant = "the tenant of one of them is not known";

function crossingInNamespace(
  graph: Graph,
  fact: FactOf<"binds">,
  bound: readonly BoundTenant[],
): BindingCrossing | undefined {
  if (!grantsRights(graph, fact)) return undefined;
  const { where, accessEntry, binding } = fact;
  const own = tenantOf(graph, accessEntry?.within ?? binding);
  const known = bound.filter(({ tenant }) => tenant !== undefined);
  if (where.kind === "unknown" && own.kind !== "tenant" && known.length > 0) {
    const uncertainty = uncertain("its namespace is not known", where);
    return { from: known.slice(0, 1), uncertainty };
  }
  if (own.kind === "none") return undefined;
  const to = own.kind === "tenant" ? own.tenant : undefined;
  const from = known.filter(({ tenant }) => tenant !== to);
  if (to !== undefined && from.length > 0) {
    return { from, to, uncertainty: accessEntry?.uncertainty };
  }
  const open: readonly Depends[] = bound.filter(({ tenant }) => tenant === undefined);
  if (own.kind !== "unknown" && open.length === 0) return undefined;
  const unknown = own.kind === "unknown" ? [own, ...open] : open;
  return {
    from: to === undefined ? bound : [],
    to,
    uncertainty: uncertain(unknownTenant, ...unknown),
  };
}

function crossingEverywhere(
  graph: Graph,
  fact: FactOf<"binds">,
  from: readonly BoundTenant[],
): BindingCrossing | undefined {
  const all = rightsOf(graph, fact.role);
  const open = (uncertainty: Partial<Uncertainty>): BindingCrossing => ({
    from,
    rules: [],
    uncertainty,
  });
  if (all === undefined) return open({ dependsOn: fact.roleDependsOn ?? [] });
  const custom = customScopesIn(graph, fact);
  const scopes = all
    .filter(({ dependsOn }) => dependsOn === undefined)
    .map((rule) => ({ rule, scope: isNamespaced(rule, custom) }));
  const rules = scopes.flatMap(({ rule, scope }) => (scope.kind === "yes" ? [rule] : []));
  if (rules.length > 0) {
    const isKnown = from.some(({ tenant }) => tenant !== undefined);
    return isKnown ? { from, rules } : open(uncertain(unknownTenant, ...from));
  }
  if (all.length > scopes.length) {
    return open(uncertain("a rule of the role is not known yet", ...all));
  }
  const any = or(scopes.map(({ scope }) => scope));
  return any.kind === "unknown" ? open(uncertain(any.reason, any)) : undefined;
}

/**
 * The tenants of the accounts that a binding gives rights: of one account, of a namespace's, or of all in the cluster.
 *
 * Depends on absent facts, so it needs a complete graph.
 */
function tenantsBound(graph: Graph, fact: FactOf<"binds">): readonly BoundTenant[] {
  const { subject, subjectName } = fact;
  if (subject.kind !== "ServiceAccount" && subject.dependsOn !== undefined) {
    const dependsOn = unknownSubjectOf(fact);
    return dependsOn === undefined || tenantsIn(graph).size < 2
      ? []
      : [{ tenant: undefined, dependsOn }];
  }
  if (subject.kind === "Group" && everyAccount.includes(subject.name)) {
    return tenantsOfCluster(graph, subjectName.split("|")[1] ?? "");
  }
  const tenant = tenantOf(graph, subjectName);
  switch (tenant.kind) {
    case "none":
      return [];
    case "tenant":
      return [{ tenant: tenant.tenant, dependsOn: [] }];
    case "unknown":
      return [{ tenant: undefined, dependsOn: tenant.dependsOn }];
  }
}

const byCluster = oncePerGraph(index);

function tenantsOfCluster(graph: Graph, cluster: string): readonly BoundTenant[] {
  return byCluster(graph).get(cluster) ?? [];
}

function index(graph: Graph): ReadonlyMap<string, readonly BoundTenant[]> {
  const byCluster = new Map<string, Map<string, Name>>();
  for (const { thing, tenant } of graph.all("belongs-to")) {
    if (tenant.kind === "unknown") continue;
    for (const name of graph.namesOf(thing)) {
      const [kind, cluster = ""] = name.split("|");
      if (kind !== "k8s") continue;
      let tenants = byCluster.get(cluster);
      if (tenants === undefined) byCluster.set(cluster, (tenants = new Map<string, Name>()));
      const own = graph.canonical(thing);
      const known = tenants.get(tenant.text);
      if (known === undefined || own < known) tenants.set(tenant.text, own);
    }
  }
  return new Map(
    [...byCluster].map(([cluster, tenants]) => [
      cluster,
      [...tenants].sort().map(([tenant, by]) => ({ tenant, dependsOn: [], by })),
    ]),
  );
}
