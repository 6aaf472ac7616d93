import type { Graph } from "../graph/graph";
import type { Name } from "../graph/name";
import type { ThingId } from "../graph/things";
import { authorityOf } from "./authority-of";
import { broadGrants } from "./breadth";
import { unnarrowed } from "./standing";

const computed = new WeakMap<Graph, Map<ThingId, boolean>>();

/** Whether one policy of an identity gives it everything there is; for a graph that is complete. */
export function mayDoEverything(graph: Graph, identity: Name): boolean {
  let known = computed.get(graph);
  if (known === undefined) computed.set(graph, (known = new Map<ThingId, boolean>()));
  const id = graph.idOf(identity);
  let found = known.get(id);
  if (found === undefined) known.set(id, (found = compute(graph, identity)));
  return found;
}

function compute(graph: Graph, identity: Name): boolean {
  const authority = authorityOf(graph, identity);
  return authority.policies.some((policy) =>
    broadGrants(policy, authority, unnarrowed()).some(
      ({ breadth, grant }) => breadth === "everything" && grant.doubt === undefined,
    ),
  );
}
