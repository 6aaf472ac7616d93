import type { Graph } from "./graph";

/**
 * Finds something out of a graph once, however many ask; anew each time while facts are still to come.
 *
 * What is asked beside the graph, such as configuration, has to be the same each time.
 */
export function oncePerGraph<Beside extends readonly unknown[], T>(
  find: (graph: Graph, ...beside: Beside) => T,
): (graph: Graph, ...beside: Beside) => T {
  const known = new WeakMap<Graph, { readonly found: T }>();
  return (graph, ...beside) => {
    const kept = known.get(graph);
    if (kept !== undefined) return kept.found;
    const found = find(graph, ...beside);
    if (graph.complete) known.set(graph, { found });
    return found;
  };
}
