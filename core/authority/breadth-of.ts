import type { Graph } from "../graph/graph";
import type { Name } from "../graph/name";
import type { ThingId } from "../graph/things";
import { authorityOf } from "./authority-of";
import { or, unknown, yes, type Three } from "../three-valued";
import { broadGrants } from "./breadth";
import { unnarrowed } from "./standing";

const computed = new WeakMap<Graph, Map<ThingId, Three>>();

/**
 * Whether one policy of an identity gives it everything there is; for a graph that is complete.
 *
 * Of a policy that is not known at all that is not asked.
 */
export function mayDoEverything(graph: Graph, identity: Name): Three {
  let known = computed.get(graph);
  if (known === undefined) computed.set(graph, (known = new Map<ThingId, Three>()));
  const id = graph.idOf(identity);
  let found = known.get(id);
  if (found === undefined) known.set(id, (found = compute(graph, identity)));
  return found;
}

function compute(graph: Graph, identity: Name): Three {
  const authority = authorityOf(graph, identity);
  const known = authority.policies.filter(({ content }) => content.kind === "document");
  const everything = known
    .flatMap((policy) => broadGrants(policy, authority, unnarrowed()))
    .filter(({ breadth }) => breadth === "everything");
  return or(everything.map(({ grant: { doubt } }) => (doubt ? unknown(doubt.reason) : yes)));
}
