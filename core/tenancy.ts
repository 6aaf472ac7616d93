import { tenantSources, type FactOf, type TenantSource } from "./graph/fact";
import type { Graph } from "./graph/graph";
import type { Name } from "./graph/name";
import type { Urn } from "./snapshot/value";

/** The tenant of a thing: the boundary nothing crosses. */
export type Tenant =
  | { readonly kind: "tenant"; readonly tenant: string; readonly from: FactOf<"belongs-to"> }
  | { readonly kind: "none" }
  | {
      readonly kind: "unknown";
      readonly waitsFor: readonly Urn[];
      readonly from: FactOf<"belongs-to">;
    };

/**
 * The tenant of a thing: the first source that names one, and the namespace's sources count for what is inside.
 *
 * Order: configuration, the namespace's label, the component, the thing's own label or tag. Rests on what is absent,
 * so it is asked when the graph is complete.
 */
export function tenantOf(graph: Graph, thing: Name): Tenant {
  const statements = tenantStatements(graph, thing);
  for (const source of tenantSources) {
    const fact = statements.find((s) => s.by === source);
    if (fact === undefined) continue;
    return fact.tenant.kind === "known"
      ? { kind: "tenant", tenant: fact.tenant.text, from: fact }
      : { kind: "unknown", waitsFor: fact.tenant.waitsFor, from: fact };
  }
  return { kind: "none" };
}

/** Everything that names a tenant for a thing, its namespace's statements included, best source first. */
export function tenantStatements(graph: Graph, thing: Name): readonly FactOf<"belongs-to">[] {
  const own = graph.facts("belongs-to", "thing", thing);
  const namespaces = graph.facts("inside", "thing", thing).map((fact) => fact.namespace);
  const ofNamespaces = namespaces.flatMap((namespace) =>
    graph.facts("belongs-to", "thing", namespace).map(asNamespaceStatement),
  );
  return [...own, ...ofNamespaces].sort((a, b) => rank(a.by) - rank(b.by));
}

/** A namespace's own label or component speaks as a namespace for what is inside it; configuration stays itself. */
function asNamespaceStatement(fact: FactOf<"belongs-to">): FactOf<"belongs-to"> {
  return fact.by === "configuration" ? fact : { ...fact, by: "namespace" };
}

function rank(source: TenantSource): number {
  return tenantSources.indexOf(source);
}
