import type { FactOf } from "../graph/fact";
import type { Graph } from "../graph/graph";
import { oncePerGraph } from "../graph/once-per-graph";
import type { Name } from "../graph/name";
import type { Urn } from "../snapshot/value";
import { tenantOf, tenantsIn } from "../tenancy";
import { unknownSubjectOf } from "./people";

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

/**
 * The tenants of the accounts that a binding gives rights: of one account, of a namespace's, or of all in the cluster.
 *
 * Depends on absent facts, so it needs a complete graph.
 */
export function tenantsBound(graph: Graph, fact: FactOf<"binds">): readonly BoundTenant[] {
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
