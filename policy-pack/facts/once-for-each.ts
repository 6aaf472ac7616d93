import type { Graph } from "./graph";
import type { Name } from "./name";
import { oncePerKey } from "./once-per-graph";

/**
 * Computes something for each thing of a graph once, for all its names and all readers; anew each time while facts are still to
 * come.
 */
export function onceForEach<T>(
  find: (graph: Graph, thing: Name) => T,
): (graph: Graph, thing: Name) => T {
  return oncePerKey((graph: Graph, thing: Name) => graph.idOf(thing), find);
}
