import type { Graph } from "./graph";
import { ignoreChange, type Memo } from "./memo";
import { noWatchers } from "./watchers";

/**
 * Computes something for a graph once, for all readers; anew each time while facts are still to come.
 *
 * Other inputs, such as configuration, have to be the same each time.
 */
export function oncePerGraph<Beside extends readonly unknown[], T>(
  find: (graph: Graph, ...beside: Beside) => T,
): (graph: Graph, ...beside: Beside) => T {
  return oncePerKey<Beside, T>(() => undefined, find);
}

/**
 * As {@link oncePerGraph}, once for each key.
 *
 * @param keyOf the key of a result; all other arguments are the same for each call with one key
 */
export function oncePerKey<Beside extends readonly unknown[], T>(
  keyOf: (graph: Graph, ...beside: Beside) => unknown,
  find: (graph: Graph, ...beside: Beside) => T,
): (graph: Graph, ...beside: Beside) => T {
  const tables = new WeakMap<Graph, Map<unknown, Memo<T>>>();
  return (graph, ...beside) => {
    if (!graph.complete) return find(graph, ...beside);
    let memos = tables.get(graph);
    if (memos === undefined) tables.set(graph, (memos = new Map<unknown, Memo<T>>()));
    const key = keyOf(graph, ...beside);
    let memo = memos.get(key);
    if (memo === undefined) {
      memo = {
        found: undefined,
        dependents: noWatchers,
        wake: ignoreChange,
        awaitEnd: ignoreChange,
      };
      memos.set(key, memo);
    }
    return graph.once(memo, () => find(graph, ...beside));
  };
}
