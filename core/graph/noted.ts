import type { FactKind } from "./fact";
import type { ThingId } from "./things";
import { noWatchers, withWatcher, type Watcher, type Watchers } from "./watchers";

/** Who read what, by a key of it. */
class Readers<Key> {
  readonly #byKey = new Map<Key, Watchers>();

  /** Notes a read of what has a key. */
  note(key: Key, watcher: Watcher | undefined): void {
    if (watcher === undefined) return;
    this.#byKey.set(key, withWatcher(this.of(key), watcher));
  }

  /** Who read what has a key. */
  of(key: Key): Watchers {
    return this.#byKey.get(key) ?? noWatchers;
  }
}

/** Who read of a complete graph what is in no slot. */
export class Noted {
  /** Who read all facts of a kind. */
  readonly kinds = new Readers<FactKind>();
  /** Who read by which names a thing goes. */
  readonly things = new Readers<ThingId>();
  /** Who read which names are alike, by what is left of them without their scope. */
  readonly alike = new Readers<string | undefined>();
}

/** Adds watchers to a set, and whoever read what these found out. */
export function collect(watchers: Watchers, into: Set<Watcher>): void {
  for (const watcher of watchers) {
    if (into.has(watcher)) continue;
    into.add(watcher);
    collect(watcher.dependents ?? noWatchers, into);
  }
}
