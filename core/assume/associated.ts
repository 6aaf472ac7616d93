import type { Graph } from "../graph/graph";
import { nameIn } from "../graph/fact-values";
import type { Name } from "../graph/name";
import { tenantOf, type Tenant } from "../tenancy";

/**
 * The ServiceAccounts of Pod Identity associations whose tenant their namesakes in the stack tell.
 *
 * An association names its cluster as EKS does, and the objects of that cluster only by its API server: which is which a
 * program seldom says. Where all accounts and namespaces of these names are one tenant's, it is that tenant's.
 */
export function* associatedTenants(graph: Graph): Iterable<readonly [Name, Tenant]> {
  for (const { identity, by, at } of graph.all("assumes")) {
    if (by !== "pod-identity" || tenantOf(graph, identity).kind !== "none") continue;
    const tenants = new Map<string, Tenant>();
    for (const name of namesakes(graph, identity)) {
      const tenant = tenantOf(graph, name);
      if (tenant.kind === "none") continue;
      tenants.set(tenant.kind === "tenant" ? `tenant ${tenant.tenant}` : tenant.by, tenant);
    }
    const [only, ...more] = tenants.values();
    if (only === undefined) continue;
    const isClear = more.length === 0;
    yield [identity, isClear ? only : { kind: "unknown", dependsOn: [at.urn], by: identity }];
  }
}

function namesakes(graph: Graph, account: Name): readonly Name[] {
  const namespaces = graph
    .facts("inside", "thing", account)
    .flatMap(({ namespace }) => nameIn(namespace) ?? []);
  return [account, ...namespaces].flatMap((name) => graph.possiblySame(name));
}
