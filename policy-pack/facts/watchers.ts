/** The readers of a part of the graph, which look again when that part changes. */
export interface Watcher {
  readonly wake: () => void;
  /** Called at a read of what changes without waking its readers: it has to run again once the graph is complete. */
  readonly awaitEnd: () => void;
  /** Those who read what this one has found out. Default: none. */
  readonly dependents?: Watchers;
}

/** Those who watch one part of the graph: each once. A few are a list, since most parts have no more. */
export type Watchers = readonly Watcher[] | Set<Watcher>;

/** No readers yet. */
export const noWatchers: Watchers = [];

const few = 8;

/** The watchers with one more, who may be among them. */
export function withWatcher(watchers: Watchers, watcher: Watcher): Watchers {
  if (watchers instanceof Set) return watchers.add(watcher);
  if (watchers.includes(watcher)) return watchers;
  return watchers.length < few ? watchers.concat(watcher) : new Set(watchers).add(watcher);
}
