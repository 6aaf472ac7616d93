import type { FactOf } from "../../facts/fact";
import { tenantSources, type TenantSource } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";
import { onceForEach } from "../../facts/once-for-each";
import { oncePerGraph } from "../../facts/once-per-graph";
import type { Name } from "../../facts/name";
import type { Urn } from "../../../core/snapshot/value";

/** The tenant of a thing: the boundary nothing crosses. */
export type Tenant =
  | { readonly kind: "tenant"; readonly tenant: string }
  | { readonly kind: "none" }
  | {
      readonly kind: "unknown";
      readonly dependsOn: readonly Urn[];
      /** What is to name it: things for which one and the same is to name the tenant are of one tenant. */
      readonly by: Name;
    };

/**
 * The tenant of a thing: the first source that names one, and the namespace's sources count for what is inside.
 *
 * Order: configuration, the namespace's label, the component, the thing's own label or tag. An unknown namespace may name any,
 * where there are several tenants. Depends on absent facts, so it needs a complete graph.
 */
export function tenantOf(graph: Graph, thing: Name): Tenant {
  if (!graph.complete) return findTenant(graph, thing);
  return found(graph, thing);
}

const found = onceForEach(findTenant);

function findTenant(graph: Graph, thing: Name): Tenant {
  const [best] = tenantStatements(graph, thing);
  const hidden = best?.by === "configuration" ? undefined : unknownNamespaceOf(graph, thing);
  if (hidden !== undefined && tenantsIn(graph).size > 1) {
    return { kind: "unknown", dependsOn: hidden, by: `namespace|${hidden.join(" ")}` };
  }
  if (best === undefined) return { kind: "none" };
  return best.tenant.kind === "known"
    ? { kind: "tenant", tenant: best.tenant.text }
    : { kind: "unknown", dependsOn: best.tenant.dependsOn, by: best.thing };
}

/** What the namespace waits for that a thing is in, where that is not known; undefined where it is, and for what is in none. */
export function unknownNamespaceOf(graph: Graph, thing: Name): readonly Urn[] | undefined {
  const namespaces = graph.facts("inside", "thing", thing).map((fact) => fact.namespace);
  const unknown = namespaces.filter((namespace) => namespace.kind === "unknown");
  if (unknown.length === 0 || unknown.length < namespaces.length) return undefined;
  return [...new Set(unknown.flatMap(({ dependsOn }) => dependsOn))].sort();
}

/** Starts the stand-in for an unknown tenant; no tag or label can contain it. */
const standIn = "\u0000";

/** Stands for a tenant that is not known yet: what waits for the same may be of the same tenant. */
export function standInFor(dependsOn: readonly Urn[]): string {
  return standIn + [...dependsOn].sort().join(" ");
}

/** The tenant's name, or undefined for the stand-in of an unknown one. */
export function knownTenant(tenant: string): string | undefined {
  return tenant.startsWith(standIn) ? undefined : tenant;
}

/** The tenants of things of a complete graph; an unknown one counts by its dependencies. */
export const tenantsIn = oncePerGraph(
  (graph): ReadonlySet<string> =>
    new Set(
      graph
        .all("belongs-to")
        .map(({ tenant }) =>
          tenant.kind === "known" ? tenant.text : standInFor(tenant.dependsOn),
        ),
    ),
);

/**
 * Everything that names a tenant for a thing, its namespace's statements included, best source first.
 *
 * Sources of one rank come in the order of the tenants they name, what is not known last, so that the order of resources
 * decides nothing.
 */
export function tenantStatements(graph: Graph, thing: Name): readonly FactOf<"belongs-to">[] {
  const own = graph.facts("belongs-to", "thing", thing);
  const inherited = graph
    .facts("inside", "thing", thing)
    .flatMap(({ namespace }) =>
      namespace.kind === "named" ? [...graph.facts("belongs-to", "thing", namespace.name)] : [],
    );
  // As most things have, and not to be sorted.
  if (inherited.length === 0 && own.length < 2) return own;
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
  return tenant.kind === "known" ? `known ${tenant.text}` : `unknown ${tenant.dependsOn.join(" ")}`;
}

/** A namespace's own label or component speaks as a namespace for what is inside it; configuration stays itself. */
function asNamespaceStatement(fact: FactOf<"belongs-to">): FactOf<"belongs-to"> {
  return fact.by === "configuration" ? fact : { ...fact, by: "namespace" };
}

function rank(source: TenantSource): number {
  return tenantSources.indexOf(source);
}

/** A source of a thing's tenant, compared with one of higher precedence. */
export interface Contradiction {
  /** The source that is used. */
  readonly used: FactOf<"belongs-to">;
  /** The dependencies of whether they contradict each other; undefined where they certainly do. */
  readonly dependsOn: readonly Urn[] | undefined;
}

/**
 * Whether a statement of a thing's tenant contradicts the one in force.
 *
 * Depends on absent facts, so it needs a complete graph.
 */
export function contradictionOf(
  graph: Graph,
  stated: FactOf<"belongs-to">,
): Contradiction | undefined {
  const [used] = tenantStatements(graph, stated.thing);
  if (used === undefined || used === stated) return undefined;
  const texts = [used.tenant, stated.tenant];
  const dependsOn = [
    ...new Set(texts.flatMap((each) => (each.kind === "unknown" ? each.dependsOn : []))),
  ];
  const isKnown = texts.every((each) => each.kind === "known");
  if (orderOf(used) === orderOf(stated)) return undefined;
  return { used, dependsOn: isKnown ? undefined : dependsOn };
}
