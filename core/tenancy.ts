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

/**
 * Everything that names a tenant for a thing, its namespace's statements included, best source first.
 *
 * Sources of one rank come in the order of the tenants they name, what is not known last, so that the order of resources
 * decides nothing.
 */
export function tenantStatements(graph: Graph, thing: Name): readonly FactOf<"belongs-to">[] {
  const own = graph.facts("belongs-to", "thing", thing);
  const namespaces = graph.facts("inside", "thing", thing).map((fact) => fact.namespace);
  const inherited = namespaces.flatMap((namespace) => [
    ...graph.facts("belongs-to", "thing", namespace),
  ]);
  const statements = [
    ...own.map((fact) => ({ fact, key: [rank(fact.by), rank(fact.by), orderOf(fact)] })),
    ...inherited.map((from) => {
      const fact = asNamespaceStatement(from);
      return { fact, key: [rank(fact.by), rank(from.by), orderOf(from)] };
    }),
  ];
  return statements.sort((a, b) => compareKeys(a.key, b.key)).map(({ fact }) => fact);
}

function compareKeys(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  const index = a.findIndex((part, each) => part !== b[each]);
  const [first = "", second = ""] = [a[index], b[index]];
  return index < 0 ? 0 : first < second ? -1 : 1;
}

function orderOf({ tenant }: FactOf<"belongs-to">): string {
  return tenant.kind === "known" ? `known ${tenant.text}` : `unknown ${tenant.waitsFor.join(" ")}`;
}

/** A namespace's own label or component speaks as a namespace for what is inside it; configuration stays itself. */
function asNamespaceStatement(fact: FactOf<"belongs-to">): FactOf<"belongs-to"> {
  return fact.by === "configuration" ? fact : { ...fact, by: "namespace" };
}

function rank(source: TenantSource): number {
  return tenantSources.indexOf(source);
}

/** What a source says of a thing's tenant, against one that goes before it and is used. */
export interface Contradiction {
  /** The source that is used. */
  readonly used: FactOf<"belongs-to">;
  /** What it takes to know whether they contradict each other; undefined where they do for certain. */
  readonly waitsFor: readonly Urn[] | undefined;
}

/**
 * Whether a statement of a thing's tenant contradicts the one that is used.
 *
 * Rests on what is absent, so it is asked when the graph is complete.
 */
export function contradictionOf(
  graph: Graph,
  said: FactOf<"belongs-to">,
): Contradiction | undefined {
  const [used] = tenantStatements(graph, said.thing);
  if (used === undefined || used === said) return undefined;
  const texts = [used.tenant, said.tenant];
  const waitsFor = [
    ...new Set(texts.flatMap((each) => (each.kind === "unknown" ? each.waitsFor : []))),
  ];
  const isKnown = texts.every((each) => each.kind === "known");
  if (orderOf(used) === orderOf(said)) return undefined;
  return { used, waitsFor: isKnown ? undefined : waitsFor };
}
