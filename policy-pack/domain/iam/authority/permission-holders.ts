import type { At } from "../../../facts/fact-values";
import type { Graph } from "../../../facts/graph";
import type { Name } from "../../../facts/name";

/** A step by which a workload comes to an identity. */
export interface PermissionHolderStep {
  readonly from: Name;
  readonly to: Name;
  readonly by: string;
  readonly at: At;
}

const becoming = {
  irsa: "assumes by its annotation",
  "pod-identity": "assumes by Pod Identity",
  "instance-profile": "carries",
} as const;

/** Most paths that are searched: a finding shows one and names a few. */
const enough = 6;

/** How workloads come to an identity: each path from a workload, or else from the account or profile nearest to one. */
export function pathsTo(
  graph: Graph,
  identity: Name,
): readonly (readonly PermissionHolderStep[])[] {
  const ways: (readonly PermissionHolderStep[])[] = directPaths(graph, identity, []);
  for (const fact of graph.facts("assumes", "role", identity)) {
    if (ways.length >= enough) break;
    const step = {
      from: fact.identity,
      to: identity,
      by: becoming[fact.by],
      at: fact.at,
    };
    const before = directPaths(graph, fact.identity, [step]);
    ways.push(...(before.length > 0 ? before : [[step]]));
  }
  return ways.slice(0, enough);
}

function directPaths(
  graph: Graph,
  identity: Name,
  after: readonly PermissionHolderStep[],
): (readonly PermissionHolderStep[])[] {
  const seen = new Set<number>();
  const ways: (readonly PermissionHolderStep[])[] = [];
  const facts = [
    ...graph.facts("runs-as", "identity", identity).map((fact) => ({ ...fact, by: "runs as" })),
    ...graph.facts("owns", "identity", identity).map((fact) => ({ ...fact, by: "owns" })),
  ];
  for (const { workload, at, by } of facts) {
    const id = graph.idOf(workload);
    if (seen.has(id)) continue;
    seen.add(id);
    ways.push([{ from: workload, to: identity, by, at }, ...after]);
    if (ways.length >= enough) break;
  }
  return ways;
}
