import type { Watcher, Watchers } from "./watchers";

/** Something that is found out of a complete graph once. It reads the graph as a watcher does, and is read by others in turn. */
export interface Memo<T> extends Watcher {
  /** Undefined as long as it was not needed. */
  found: { readonly value: T } | undefined;
  dependents: Watchers;
}

/** A complete graph does not change: what a memo comes to with other facts is kept beside it (`Graph.replace`). */
export function ignoreChange(): void {
  // Nothing to do.
}
