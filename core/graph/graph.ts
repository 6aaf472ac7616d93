import type { SourcePosition } from "../snapshot/resource";
import type { Urn } from "../snapshot/value";
import { indexes, type Fact, type FactKind, type FactOf, type IndexOf } from "./fact";
import type { Ref } from "./fact-values";
import { canonicalName, scopeOf, scopesDiffer, type Name } from "./name";
import { Things, type ThingId } from "./things";

/** Whoever read a part of the graph and wants to look again when that part changes. */
export interface Watcher {
  readonly wake: () => void;
}

interface Slot {
  readonly facts: Fact[];
  readonly watchers: Set<Watcher>;
}

/**
 * The identity graph of a stack: facts filed under the things they are about.
 *
 * It only grows. What is read while a watcher is set is remembered, so that a fact or a merge wakes just those whose
 * answer it can change; incremental and batch judgement are therefore the same code.
 */
export class Graph {
  readonly #things = new Things();
  readonly #slots = new Map<ThingId, Map<string, Slot>>();
  readonly #byKind = new Map<FactKind, Fact[]>();
  readonly #sources = new Map<Urn, SourcePosition>();
  #watcher: Watcher | undefined;
  #complete = false;

  /** Whether every resource has been added, so that what is absent stays absent. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Says that every resource has been added. */
  close(): void {
    this.#complete = true;
  }

  /** Adds a fact; wakes those who read what it changes. */
  add(fact: Fact): void {
    const ofKind = this.#byKind.get(fact.kind);
    if (ofKind === undefined) this.#byKind.set(fact.kind, [fact]);
    else ofKind.push(fact);
    if (fact.kind === "alias") this.#merge(fact.thing, fact.also);
    const filed = new Set<Slot>();
    for (const index of indexes[fact.kind]) {
      const name = nameAt(fact, index);
      if (name === undefined) continue;
      const slot = this.#slotOf(this.#things.idOf(name), slotKey(fact.kind, index));
      if (filed.has(slot)) continue;
      filed.add(slot);
      slot.facts.push(fact);
      wakeAll(slot);
    }
  }

  /** Notes where a resource is declared, for findings to point at. */
  locate(urn: Urn, source: SourcePosition | undefined): void {
    if (source !== undefined) this.#sources.set(urn, source);
  }

  /** Where a resource is declared, when known. */
  sourceOf(urn: Urn): SourcePosition | undefined {
    return this.#sources.get(urn);
  }

  /** Facts of a kind filed under a thing by one of its properties, in the order they came. */
  facts<K extends FactKind>(kind: K, index: IndexOf<K>, name: Name): readonly FactOf<K>[] {
    const slot = this.#slotOf(this.#things.idOf(name), slotKey(kind, index));
    if (this.#watcher !== undefined) slot.watchers.add(this.#watcher);
    return slot.facts as unknown as readonly FactOf<K>[];
  }

  /** Every fact of a kind; not watched, so only for rules that decide when the graph is complete. */
  all<K extends FactKind>(kind: K): readonly FactOf<K>[] {
    return (this.#byKind.get(kind) ?? []) as unknown as readonly FactOf<K>[];
  }

  /** Whether two names are known to spell one thing. */
  same(a: Name, b: Name): boolean {
    return a === b || this.#things.idOf(a) === this.#things.idOf(b);
  }

  /** A number that two names share exactly when they spell one thing; it may change when things merge. */
  idOf(name: Name): ThingId {
    return this.#things.idOf(name);
  }

  /** The spelling of a thing that stays the same from run to run. */
  canonical(name: Name): Name {
    return canonicalName(this.namesOf(name));
  }

  /** All known spellings of a thing. */
  namesOf(name: Name): readonly Name[] {
    return this.#things.namesOf(this.#things.idOf(name));
  }

  /**
   * Names of other things that may be this one: alike but for an account or cluster that is not known.
   *
   * Not watched: what rests on it is undetermined, and that is said when the graph is complete.
   */
  maybeSame(name: Name): readonly Name[] {
    const own = this.#things.idOf(name);
    const found = new Map<ThingId, Name>();
    for (const spelling of this.#things.namesOf(own)) {
      const scope = scopeOf(spelling);
      if (scope === undefined) continue;
      for (const other of this.#things.alike(spelling)) {
        const id = this.#things.idOf(other);
        const otherScope = scopeOf(other);
        if (id === own || otherScope === undefined || scopesDiffer(scope, otherScope)) continue;
        found.set(id, other);
      }
    }
    return [...found.values()];
  }

  /** Runs a function and lets its reads be watched by the watcher. */
  watching<T>(watcher: Watcher, read: () => T): T {
    const before = this.#watcher;
    this.#watcher = watcher;
    try {
      return read();
    } finally {
      this.#watcher = before;
    }
  }

  /** Runs a function whose reads nobody watches: for evidence that does not decide. */
  unwatched<T>(read: () => T): T {
    const before = this.#watcher;
    this.#watcher = undefined;
    try {
      return read();
    } finally {
      this.#watcher = before;
    }
  }

  #merge(a: Name, b: Name): void {
    const merged = this.#things.merge(a, b);
    if (merged === undefined) return;
    const gone = this.#slots.get(merged.gone);
    this.#slots.delete(merged.gone);
    for (const [key, slot] of gone ?? []) {
      const kept = this.#slotOf(merged.kept, key);
      kept.facts.push(...slot.facts);
      wakeAll(slot);
    }
    for (const slot of this.#slots.get(merged.kept)?.values() ?? []) wakeAll(slot);
  }

  #slotOf(id: ThingId, key: string): Slot {
    let slots = this.#slots.get(id);
    if (slots === undefined) this.#slots.set(id, (slots = new Map<string, Slot>()));
    let slot = slots.get(key);
    if (slot === undefined) slots.set(key, (slot = { facts: [], watchers: new Set() }));
    return slot;
  }
}

function wakeAll(slot: Slot): void {
  const watchers = [...slot.watchers];
  slot.watchers.clear();
  for (const watcher of watchers) watcher.wake();
}

const slotKeys = new Map<string, Map<string, string>>();

function slotKey(kind: FactKind, index: string): string {
  let keys = slotKeys.get(kind);
  if (keys === undefined) slotKeys.set(kind, (keys = new Map<string, string>()));
  let key = keys.get(index);
  if (key === undefined) keys.set(index, (key = `${kind}.${index}`));
  return key;
}

function nameAt(fact: Fact, index: string): Name | undefined {
  const value = (fact as unknown as Readonly<Record<string, Name | Ref | undefined>>)[index];
  if (value === undefined || typeof value === "string") return value;
  return value.kind === "named" ? value.name : undefined;
}
