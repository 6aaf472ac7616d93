import { compareText } from "../../../core/compare-text";
import type { IdentityEdge } from "./identity-graph";

/** Which tenants come to the nodes of an identity graph, and where one comes to what is not its own. */
export interface TenantsReached {
  /** By node the tenant in whose area it is: its own, or the only one that comes to it. */
  readonly areas: readonly (string | undefined)[];
  /** For each edge, whether a tenant crosses there to another's thing, or meets another at a thing without a tenant. */
  readonly crosses: readonly boolean[];
  /** By pair of tenants how many edges lead from the one to the other's own or to what they share. */
  readonly between: readonly TenantPair[];
}

/** What is needed of a graph: the tenant that is stated for each node, and who comes to what. */
interface TenantGraph {
  readonly nodes: readonly { readonly tenant?: string }[];
  readonly edges: readonly IdentityEdge[];
}

/** So many edges by which one tenant comes to what is another's, or meets it. */
export interface TenantPair {
  readonly from: string;
  readonly to: string;
  readonly edges: readonly number[];
}

/**
 * Follows each tenant through what is no tenant's own, by what is certain.
 *
 * It stops at what is another's: what lies behind is reached by that one. Whoever calls a tool is not that tool.
 */
export function tenantsReached({ nodes, edges }: TenantGraph): TenantsReached {
  const reached = nodes.map(({ tenant }) => new Set(tenant === undefined ? [] : [tenant]));
  const outgoing = new Map<number, IdentityEdge[]>();
  for (const edge of edges) {
    if (edge.possible === true || edge.by === "may call") continue;
    const known = outgoing.get(edge.from);
    if (known === undefined) outgoing.set(edge.from, [edge]);
    else known.push(edge);
  }
  const queue = nodes.flatMap(({ tenant }, node) => (tenant === undefined ? [] : [node]));
  for (const node of queue) {
    for (const edge of outgoing.get(node) ?? []) {
      if (nodes[edge.to]?.tenant !== undefined) continue;
      const there = reached[edge.to];
      const before = there?.size ?? 0;
      for (const tenant of comingBy(edge, reached[node])) there?.add(tenant);
      if ((there?.size ?? 0) > before) queue.push(edge.to);
    }
  }
  const areas = reached.map((tenants) => (tenants.size === 1 ? [...tenants][0] : undefined));
  const pairs = new Map<string, { from: string; to: string; edges: number[] }>();
  const crosses = edges.map((edge, place) => {
    const met = pairsAt(edge, reached, nodes[edge.to]?.tenant);
    for (const [from, to] of met) {
      const key = JSON.stringify([from, to]);
      const pair = pairs.get(key) ?? { from, to, edges: [] };
      pair.edges.push(place);
      pairs.set(key, pair);
    }
    return met.length > 0;
  });
  const between = [...pairs.values()].sort(
    (a, b) => compareText(a.from, b.from) || compareText(a.to, b.to),
  );
  return { areas, crosses, between };
}

/** Which tenants cross to which by an edge. */
function pairsAt(
  edge: IdentityEdge,
  reached: readonly ReadonlySet<string>[],
  own: string | undefined,
): readonly (readonly [string, string])[] {
  if (edge.possible === true) return [];
  const coming = comingBy(edge, reached[edge.from]);
  if (own !== undefined) {
    return coming.filter((tenant) => tenant !== own).map((tenant) => [tenant, own] as const);
  }
  const there = edge.by === "may call" ? coming : [...(reached[edge.to] ?? [])];
  const met = there.length > (reached[edge.from]?.size ?? 0) && there.length > 1;
  if (!met) return [];
  return coming.flatMap((tenant) =>
    there.filter((other) => other !== tenant).map((other) => [tenant, other] as const),
  );
}

function comingBy(
  { only }: IdentityEdge,
  tenants: ReadonlySet<string> | undefined,
): readonly string[] {
  return [...(tenants ?? [])].filter((tenant) => only?.includes(tenant) !== false);
}
