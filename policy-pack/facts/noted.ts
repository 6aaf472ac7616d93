import type { FactKind } from "./fact";
import type { ThingId } from "./things";
import { noWatchers, withWatcher, type Watcher, type Watchers } from "./watchers";

/** Readers by the key of what they read. */
class Readers<Key> {
  readonly #byKey = new Map<Key, Watchers>();

  /** Notes a read of what has a key. */
  note(key: Key, watcher: Watcher | undefined): void {
    if (watcher === undefined) return;
    this.#byKey.set(key, withWatcher(this.of(key), watcher));
  }

  /** The readers of what has a key. */
  of(key: Key): Watchers {
    return this.#byKey.get(key) ?? noWatchers;
  }
}

/** Readers of what is in no slot of a complete graph. */
export class Noted {
  /** Readers of all facts of a kind. */
  readonly kinds = new Readers<FactKind>();
  /** Readers of the names of a thing. */
  readonly things = new Readers<ThingId>();
  /** Readers of similar names, by the name without its scope. */
  readonly alike = new Readers<string | undefined>();
}

/** Adds watchers to a set, and the readers of their results. */
export function collect(watchers: Watchers, into: Set<Watcher>): void {
  for (const watcher of watchers) {
    if (into.has(watcher)) continue;
    into.add(watcher);
    collect(watcher.dependents ?? noWatchers, into);
  }
}
