import type { Graph } from "./graph";
import type { Name } from "./name";
import type { ThingId } from "./things";

/**
 * Finds something out of each thing of a graph once, whatever it is called by and however many ask.
 *
 * Only for what no later fact changes, as it is of a graph that is complete.
 */
export function onceForEach<T extends object>(
  find: (graph: Graph, thing: Name) => T,
): (graph: Graph, thing: Name) => T {
  const known = new WeakMap<Graph, Map<ThingId, T>>();
  return (graph, thing) => {
    let ofGraph = known.get(graph);
    if (ofGraph === undefined) known.set(graph, (ofGraph = new Map<ThingId, T>()));
    const id = graph.idOf(thing);
    let found = ofGraph.get(id);
    if (found === undefined) ofGraph.set(id, (found = find(graph, thing)));
    return found;
  };
}
