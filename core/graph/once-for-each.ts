import type { Graph } from "./graph";
import type { Name } from "./name";
import { oncePerKey } from "./once-per-graph";

/**
 * Finds something out of each thing of a graph once, whatever it is called by and however many ask; anew each time while
 * facts are still to come.
 */
export function onceForEach<T>(
  find: (graph: Graph, thing: Name) => T,
): (graph: Graph, thing: Name) => T {
  return oncePerKey((graph: Graph, thing: Name) => graph.idOf(thing), find);
}
