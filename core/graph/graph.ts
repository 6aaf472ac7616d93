import type { SourcePosition } from "../snapshot/resource";
import type { Urn } from "../snapshot/value";
import { appended } from "./appended";
import type { Fact, FactKind, FactOf } from "./fact";
import type { Ref } from "./fact-values";
import { indexes, slotKey, type IndexOf } from "./indexes";
import { inOrder } from "./in-order";
import {
  areElsewhere,
  canonicalName,
  inScope,
  isSecretOfStack,
  mayBeReplicas,
  scopeOf,
  scopesDiffer,
  withoutScope,
  type Name,
} from "./name";
import { Masks } from "../masks";
import { Things, type ThingId } from "./things";
import { countWork } from "../work";
import { noWatchers, withWatcher, type Watcher, type Watchers } from "./watchers";

/** Facts of one kind that are filed under one thing by one property, and who read them. */
interface Slot {
  /** A number for kind and property. */
  readonly key: number;
  facts: Fact[];
  watchers: Watchers;
  /** The thing's next slot: things have a handful, and a table for each would be most of a graph. */
  next: Slot | undefined;
}

/**
 * The identity graph of a stack: facts filed under the things they are about.
 *
 * While resources come it only grows. What is read while a watcher is set is remembered, so that a fact or a merge wakes just
 * those whose answer it can change; incremental and batch judgement are therefore the same code.
 */
export class Graph {
  /** What the program marks as secret and the facts go by. */
  readonly masks: Masks;
  readonly #scopesBefore: (scope: string) => readonly string[];
  readonly #things = new Things();
  /** The first slot of each thing. */
  readonly #slots: (Slot | undefined)[] = [];
  readonly #byKind = new Map<FactKind, Fact[]>();
  readonly #sources = new Map<Urn, SourcePosition>();
  /** Lists that were put in order since they last grew. */
  readonly #ordered = new WeakSet<readonly Fact[]>();
  #watcher: Watcher | undefined;
  #complete = false;

  /**
   * @param masks what the program marks; default: nothing yet
   * @param scopesBefore how a scope was called while less was known of it; default: as it is
   */
  constructor(masks = new Masks(), scopesBefore: (scope: string) => readonly string[] = () => []) {
    this.masks = masks;
    this.#scopesBefore = scopesBefore;
  }

  /** Whether every resource has been added, so that what is absent stays absent. */
  get complete(): boolean {
    if (!this.#complete) this.#watcher?.awaitEnd();
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
    else {
      ofKind.push(fact);
      this.#ordered.delete(ofKind);
    }
    if (fact.kind === "alias") this.#merge(fact.thing, fact.also);
    for (const index of indexes[fact.kind]) {
      const name = nameAt(fact, index);
      if (name === undefined) continue;
      const slot = this.#madeSlot(this.#things.idOf(name), slotKey(fact.kind, index));
      this.#append(slot, [fact]);
      wakeAll(slot);
    }
  }

  /**
   * Takes facts away, and wakes those who read them; answers whether it could.
   *
   * What spells one thing cannot be taken apart again: where an alias is among them nothing is taken away.
   */
  withdraw(facts: ReadonlySet<Fact>): boolean {
    for (const { kind } of facts) if (kind === "alias") return false;
    const slots = new Set<Slot>();
    for (const fact of facts) {
      for (const index of indexes[fact.kind]) {
        const name = nameAt(fact, index);
        if (name === undefined) continue;
        slots.add(this.#madeSlot(this.#things.idOf(name), slotKey(fact.kind, index)));
      }
    }
    for (const slot of slots) {
      slot.facts = slot.facts.filter((each) => !facts.has(each));
      wakeAll(slot);
    }
    for (const kind of new Set(Array.from(facts, (fact) => fact.kind))) {
      const left = this.#byKind.get(kind)?.filter((each) => !facts.has(each)) ?? [];
      this.#byKind.set(kind, left);
    }
    return true;
  }

  /** Notes where a resource is declared, for findings to point at. */
  locate(urn: Urn, source: SourcePosition | undefined): void {
    if (source !== undefined) this.#sources.set(urn, source);
  }

  /** Where a resource is declared, when known. */
  sourceOf(urn: Urn): SourcePosition | undefined {
    return this.#sources.get(urn);
  }

  /**
   * Facts of a kind filed under a thing by one of its properties.
   *
   * While resources come they are in the order in which they came; once all have, in that of the places where they were read,
   * so that no answer depends on which resource was declared first.
   */
  facts<K extends FactKind>(kind: K, index: IndexOf<K>, name: Name): readonly FactOf<K>[] {
    const id = this.#things.idOf(name);
    const key = slotKey(kind, index);
    const watcher = this.#watcher;
    const slot = watcher === undefined ? this.#slotOf(id, key) : this.#madeSlot(id, key);
    countWork(1 + (slot?.facts.length ?? 0) / factsInOne);
    if (slot === undefined) return [];
    if (watcher !== undefined) slot.watchers = withWatcher(slot.watchers, watcher);
    slot.facts = this.#inOrder(slot.facts);
    return slot.facts as unknown as readonly FactOf<K>[];
  }

  /** Every fact of a kind; not watched, so only for rules that decide when the graph is complete. */
  all<K extends FactKind>(kind: K): readonly FactOf<K>[] {
    this.#watcher?.awaitEnd();
    const facts = this.#inOrder(this.#byKind.get(kind) ?? []);
    countWork(1 + facts.length / factsInOne);
    this.#byKind.set(kind, facts);
    return facts as unknown as readonly FactOf<K>[];
  }

  /** Whether two names are known to spell one thing. */
  same(a: Name, b: Name): boolean {
    countWork(1);
    if (a === b) return true;
    this.#watcher?.awaitEnd();
    return this.#things.idOf(a) === this.#things.idOf(b);
  }

  /** A number that two names share exactly when they spell one thing; it may change when things merge. */
  idOf(name: Name): ThingId {
    countWork(1);
    this.#watcher?.awaitEnd();
    return this.#things.idOf(name);
  }

  /** The spelling of a thing that stays the same from run to run. */
  canonical(name: Name): Name {
    return canonicalName(this.namesOf(name));
  }

  /** All known spellings of a thing. */
  namesOf(name: Name): readonly Name[] {
    this.#watcher?.awaitEnd();
    const names = this.#things.namesOf(this.#things.idOf(name));
    countWork(1 + names.length);
    return names;
  }

  /** All known spellings of a thing, and those by which it went while the account or region of its provider was not known. */
  spellingsOf(name: Name): readonly Name[] {
    return this.namesOf(name).flatMap((each) => {
      const scope = scopeOf(each);
      const before = scope === undefined ? [] : this.#scopesBefore(scope);
      return [each, ...before.flatMap((other) => inScope(each, other) ?? [])];
    });
  }

  /** Every name that was ever used, also only to ask for what is said of it. */
  allNames(): Iterable<Name> {
    return this.#things.allNames();
  }

  /**
   * Names of other things that may be this one: alike but for an account, region or cluster that is not known.
   *
   * Not watched: what rests on it is undetermined, and that is said when the graph is complete.
   */
  possiblySame(name: Name): readonly Name[] {
    this.#watcher?.awaitEnd();
    const own = this.#things.idOf(name);
    const found = new Map<ThingId, Name>();
    for (const spelling of this.#things.namesOf(own)) {
      const scope = scopeOf(spelling);
      if (scope === undefined) continue;
      for (const other of this.#things.alike(spelling)) {
        countWork(1);
        const id = this.#things.idOf(other);
        const otherScope = scopeOf(other);
        if (id === own || otherScope === undefined) continue;
        const differs = scopesDiffer(scope, otherScope);
        if (differs && !this.#possibleReplicas(spelling, other)) continue;
        if (this.#areDistinct(own, id)) continue;
        found.set(id, this.canonical(other));
      }
    }
    return [...found.values()].sort();
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
    before?.awaitEnd();
    this.#watcher = undefined;
    try {
      return read();
    } finally {
      this.#watcher = before;
    }
  }

  #append(slot: Slot, more: readonly Fact[]): void {
    slot.facts = appended(slot.facts, more);
    this.#ordered.delete(slot.facts);
  }

  /** Another list: of the one that was given, some remember where in it things are. */
  #inOrder(facts: Fact[]): Fact[] {
    if (!this.#complete || facts.length < 2 || this.#ordered.has(facts)) return facts;
    const ordered = [...facts].sort(inOrder);
    this.#ordered.add(ordered);
    return ordered;
  }

  /** Whether two things are known to be in two accounts or clusters, by other spellings than one that leaves it open. */
  #areDistinct(a: ThingId, b: ThingId): boolean {
    const others = this.#things.namesOf(b);
    const names = this.#things.namesOf(a);
    if (names.length === 1 && others.length === 1) return false;
    return names.some((one) => {
      const loose = withoutScope(one);
      return (
        loose !== undefined &&
        others.some((other) => withoutScope(other) === loose && areElsewhere(one, other))
      );
    });
  }

  /** Whether one may be a replica of the other; a secret of the stack says itself where its replicas are. */
  #possibleReplicas(a: Name, b: Name): boolean {
    if (!mayBeReplicas(a, b)) return false;
    return ![a, b].some((name) => this.namesOf(name).some(isSecretOfStack));
  }

  #merge(a: Name, b: Name): void {
    const merged = this.#things.merge(a, b);
    if (merged === undefined) return;
    const gone = this.#slots[merged.gone];
    this.#slots[merged.gone] = undefined;
    for (let slot = gone; slot !== undefined; slot = slot.next) {
      const kept = this.#madeSlot(merged.kept, slot.key);
      this.#append(kept, slot.facts);
      wakeAll(slot);
    }
    for (let slot = this.#slots[merged.kept]; slot !== undefined; slot = slot.next) wakeAll(slot);
  }

  #slotOf(id: ThingId, key: number): Slot | undefined {
    let slot = this.#slots[id];
    while (slot !== undefined && slot.key !== key) slot = slot.next;
    return slot;
  }

  #madeSlot(id: ThingId, key: number): Slot {
    const known = this.#slotOf(id, key);
    if (known !== undefined) return known;
    const made: Slot = { key, facts: noFacts, watchers: noWatchers, next: this.#slots[id] };
    this.#slots[id] = made;
    return made;
  }
}

/** So many facts that are handed out at once count as one unit of work. */
const factsInOne = 64;

/** Only ever replaced: what is watched is often what nothing is said of. */
const noFacts: Fact[] = [];

function wakeAll(slot: Slot): void {
  const { watchers } = slot;
  slot.watchers = noWatchers;
  for (const watcher of watchers) watcher.wake();
}

function nameAt(fact: Fact, index: string): Name | undefined {
  const value = (fact as unknown as Readonly<Record<string, Name | Ref | undefined>>)[index];
  if (value === undefined || typeof value === "string") return value;
  return value.kind === "named" ? value.name : undefined;
}
