import { appended } from "./appended";
import type { Fact } from "./fact";
import type { Ref } from "./fact-values";
import { indexes, slotKey } from "./indexes";
import type { Name } from "./name";
import type { ThingId } from "./things";
import { noWatchers, type Watchers } from "./watchers";

/** Facts of one kind that are filed under one thing by one property, and who read them. */
export interface Slot {
  /** A number for kind and property. */
  readonly key: number;
  facts: Fact[];
  watchers: Watchers;
  /** The thing's next slot: things have a handful, and a table for each would be most of a graph. */
  next: Slot | undefined;
}

/** The facts of a graph by thing, kind and property. */
export class Slots {
  /** The first slot of each thing. */
  readonly #first: (Slot | undefined)[] = [];

  /** The slot of a thing by kind and property; undefined where it was never used. */
  of(id: ThingId, key: number): Slot | undefined {
    let slot = this.#first[id];
    while (slot !== undefined && slot.key !== key) slot = slot.next;
    return slot;
  }

  /** The slot of a thing by kind and property, made where it was never used. */
  made(id: ThingId, key: number): Slot {
    const known = this.of(id, key);
    if (known !== undefined) return known;
    const made: Slot = { key, facts: noFacts, watchers: noWatchers, next: this.#first[id] };
    this.#first[id] = made;
    return made;
  }

  /**
   * The slots that a fact is filed in.
   *
   * @param among the things whose slots are wanted. Default: all
   */
  *having(fact: Fact, idOf: (name: Name) => ThingId, among?: ReadonlySet<ThingId>): Iterable<Slot> {
    for (const index of indexes[fact.kind]) {
      const name = nameAt(fact, index);
      const id = name === undefined ? undefined : idOf(name);
      if (id === undefined || among?.has(id) === false) continue;
      yield this.made(id, slotKey(fact.kind, index));
    }
  }

  /** All slots of a thing. */
  *each(id: ThingId): Iterable<Slot> {
    for (let slot = this.#first[id]; slot !== undefined; slot = slot.next) yield slot;
  }

  /** Takes away all slots of a thing; answers what puts them in the place of those that it has by then. */
  take(id: ThingId): () => void {
    const first = this.#first[id];
    this.#first[id] = undefined;
    return () => {
      this.#first[id] = first;
    };
  }

  /** Moves the facts of one thing to another, and wakes the readers of both. */
  join(kept: ThingId, gone: ThingId): void {
    const slots = [...this.each(gone)];
    this.#first[gone] = undefined;
    for (const slot of slots) {
      const into = this.made(kept, slot.key);
      into.facts = appended(into.facts, slot.facts);
      wakeAll(slot);
    }
    for (const slot of this.each(kept)) wakeAll(slot);
  }
}

/** Always replaced, never changed: a watched list is often an empty one. */
const noFacts: Fact[] = [];

/** Wakes the readers of a slot. */
export function wakeAll(slot: Slot): void {
  const { watchers } = slot;
  slot.watchers = noWatchers;
  for (const watcher of watchers) watcher.wake();
}

/** The names that a fact is filed under, and of an alias the other one too. */
export function namesIn(fact: Fact): readonly Name[] {
  const names = indexes[fact.kind].flatMap((index) => nameAt(fact, index) ?? []);
  return fact.kind === "alias" ? [...names, fact.also] : names;
}

function nameAt(fact: Fact, index: string): Name | undefined {
  const value = (fact as unknown as Readonly<Record<string, Name | Ref | undefined>>)[index];
  if (value === undefined || typeof value === "string") return value;
  return value.kind === "named" ? value.name : undefined;
}
