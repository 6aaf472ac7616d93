import type { Graph } from "./graph";
import type { Name } from "./name";
import { oncePerGraph } from "./once-per-graph";
import type { ThingId } from "./things";

/**
 * Finds something out of each thing of a graph once, whatever it is called by and however many ask; anew each time while
 * facts are still to come.
 */
export function onceForEach<T extends object>(
  find: (graph: Graph, thing: Name) => T,
): (graph: Graph, thing: Name) => T {
  const knownOf = oncePerGraph(() => new Map<ThingId, T>());
  return (graph, thing) => {
    const known = knownOf(graph);
    const id = graph.idOf(thing);
    let found = known.get(id);
    if (found === undefined) known.set(id, (found = find(graph, thing)));
    return found;
  };
}
