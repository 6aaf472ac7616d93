import type { SourcePosition } from "../../core/snapshot/resource";
import type { Urn } from "../../core/snapshot/value";
import { appended } from "./appended";
import type { Fact, FactKind, FactOf } from "./fact";
import { Exchange } from "./exchange";
import { slotKey, type IndexOf } from "./indexes";
import { inOrder } from "./in-order";
import {
  areInOtherScopes,
  canonicalName,
  inScope,
  isSecretOfStack,
  mayBeReplicas,
  scopeOf,
  scopesDiffer,
  withoutScope,
  type Name,
} from "./name";
import { Masks } from "./masks";
import type { Memo } from "./memo";
import { Noted } from "./noted";
import { Slots, wakeAll, type Slot } from "./slots";
import { Things, type ThingId } from "./things";
import { countWork } from "../../core/work";
import { noWatchers, withWatcher, type Watcher } from "./watchers";

/**
 * The identity graph of a stack: facts filed under the things they are about.
 *
 * While resources come it only grows. What is read while a watcher is set is remembered, so that a fact or a merge wakes just
 * those whose answer it can change; incremental and batch judgement are therefore the same code.
 */
export class Graph {
  /** What the program marks as secret and the facts go by. */
  readonly masks: Masks;
  /** Keys of the stack's configuration by the names of the literals that they have; the same whatever resources there are. */
  readonly configuration = new Map<Name, string>();
  readonly #scopesBefore: (scope: string) => readonly string[];
  readonly #things = new Things();
  readonly #slots = new Slots();
  readonly #byKind = new Map<FactKind, Fact[]>();
  readonly #sources = new Map<Urn, SourcePosition>();
  /** Lists that were put in order since they last grew. */
  readonly #ordered = new WeakSet<readonly Fact[]>();
  #watcher: Watcher | undefined;
  #complete = false;
  #isClosed = false;
  /** The readers of each part of the complete graph, if possible values are tried later. */
  #noted: Noted | undefined;
  #exchange: Exchange | undefined;

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

  /**
   * Closes the graph: every resource has been added.
   *
   * @param notesReads whether possible values are tried later, see {@link Graph.replace}
   */
  close(notesReads = false): void {
    this.#complete = true;
    this.#isClosed = true;
    if (notesReads) this.#noted = new Noted();
  }

  /** Runs a function of the complete graph as if resources were still to come: for what makes further facts of all. */
  beforeEnd<T>(read: () => T): T {
    this.#complete = false;
    try {
      return read();
    } finally {
      this.#complete = true;
    }
  }

  /** What is found out of the complete graph once; where facts are replaced, what it is there. */
  once<T>(memo: Memo<T>, find: () => T): T {
    if (this.#exchange !== undefined) return this.#exchange.once(memo, find);
    if (this.#watcher !== undefined) memo.dependents = withWatcher(memo.dependents, this.#watcher);
    memo.found ??= { value: this.noting(memo, find) };
    return memo.found.value;
  }

  /**
   * Puts facts in the place of others, in a complete graph of which reads are noted, until {@link Graph.restore}; answers who read
   * something that differs. All others have the same answer as before.
   */
  replace(gone: ReadonlySet<Fact>, added: readonly Fact[]): ReadonlySet<Watcher> {
    this.#exchange ??= new Exchange({
      things: this.#things,
      slots: this.#slots,
      byKind: this.#byKind,
      noted: (this.#noted ??= new Noted()),
    });
    this.#exchange.replace(gone, added);
    return this.#exchange.stale;
  }

  /** Puts back all that was replaced. */
  restore(): void {
    this.#exchange?.undo();
    this.#exchange = undefined;
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
    for (const slot of this.#slots.having(fact, this.#idOf)) {
      slot.facts = appended(slot.facts, [fact]);
      this.#ordered.delete(slot.facts);
      wakeAll(slot);
    }
  }

  /**
   * Removes facts, and notifies their readers; returns whether it could.
   *
   * Spellings of one thing cannot be separated again: where an alias is among the facts nothing is removed.
   */
  withdraw(facts: ReadonlySet<Fact>): boolean {
    for (const { kind } of facts) if (kind === "alias") return false;
    const slots = new Set<Slot>();
    for (const fact of facts) {
      for (const slot of this.#slots.having(fact, this.#idOf)) slots.add(slot);
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
    const slot = watcher === undefined ? this.#slots.of(id, key) : this.#slots.made(id, key);
    countWork(1 + (slot?.facts.length ?? 0) / factsInOne);
    if (slot === undefined) return [];
    if (watcher !== undefined) slot.watchers = withWatcher(slot.watchers, watcher);
    slot.facts = this.#inOrder(slot.facts);
    return slot.facts as unknown as readonly FactOf<K>[];
  }

  /** Every fact of a kind; not watched, so only for rules that decide when the graph is complete. */
  all<K extends FactKind>(kind: K): readonly FactOf<K>[] {
    this.#watcher?.awaitEnd();
    this.#noted?.kinds.note(kind, this.#watcher);
    const facts = this.#inOrder(this.#byKind.get(kind) ?? []);
    countWork(1 + facts.length / factsInOne);
    this.#byKind.set(kind, facts);
    return facts as unknown as readonly FactOf<K>[];
  }

  /** Whether two names are known to spell one thing. */
  same(a: Name, b: Name): boolean {
    countWork(1);
    if (a === b) return true;
    return this.idOf(a) === this.idOf(b);
  }

  /** A number that two names share exactly when they spell one thing; it may change when things merge. */
  idOf(name: Name): ThingId {
    countWork(1);
    this.#watcher?.awaitEnd();
    return this.#readId(name);
  }

  /** The spelling of a thing that stays the same from run to run. */
  canonical(name: Name): Name {
    return canonicalName(this.namesOf(name));
  }

  /** All known spellings of a thing. */
  namesOf(name: Name): readonly Name[] {
    this.#watcher?.awaitEnd();
    const names = this.#things.namesOf(this.#readId(name));
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

  /** Every name that facts state. */
  statedNames(): Iterable<Name> {
    return this.#names((slot) => slot.facts.length > 0);
  }

  /** Every name that facts state, or that a noted read of the complete graph used. */
  usedNames(): Iterable<Name> {
    return this.#names(
      ({ facts, watchers }) => facts.length > 0 || watchers !== noWatchers,
      (id) => this.#noted?.things.of(id) !== noWatchers,
    );
  }

  /**
   * Names of other things that may be this one: equal but for an unknown account, region or cluster.
   *
   * Not watched: what depends on it is undetermined, and reported when the graph is complete.
   */
  possiblySame(name: Name): readonly Name[] {
    this.#watcher?.awaitEnd();
    const own = this.#readId(name);
    const found = new Map<ThingId, Name>();
    for (const spelling of this.#things.namesOf(own)) {
      const scope = scopeOf(spelling);
      if (scope === undefined) continue;
      this.#noted?.alike.note(withoutScope(spelling), this.#watcher);
      for (const other of this.#things.alike(spelling)) {
        countWork(1);
        const id = this.#readId(other);
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

  /** Runs a function and registers its reads for the watcher. */
  watching<T>(watcher: Watcher, read: () => T): T {
    const before = this.#watcher;
    this.#watcher = watcher;
    try {
      return read();
    } finally {
      this.#watcher = before;
    }
  }

  /** As {@link Graph.watching}, where reads of the complete graph are noted; else it runs the function alone. */
  noting<T>(watcher: Watcher, read: () => T): T {
    return this.#noted === undefined ? read() : this.watching(watcher, read);
  }

  /** Runs a function without watching its reads while resources come: for evidence that does not decide. */
  unwatched<T>(read: () => T): T {
    if (this.#noted !== undefined) return read();
    const before = this.#watcher;
    before?.awaitEnd();
    this.#watcher = undefined;
    try {
      return read();
    } finally {
      this.#watcher = before;
    }
  }

  *#names(
    isUsed: (slot: Slot) => boolean,
    isAsked: (id: ThingId) => boolean = () => false,
  ): Iterable<Name> {
    for (const name of this.#things.allNames()) {
      const id = this.#things.idOf(name);
      if ([...this.#slots.each(id)].some(isUsed) || isAsked(id)) yield name;
    }
  }

  readonly #idOf = (name: Name): ThingId => this.#things.idOf(name);

  #readId(name: Name): ThingId {
    const id = this.#things.idOf(name);
    this.#noted?.things.note(id, this.#watcher);
    return id;
  }

  /** Another list: some readers have stored positions in the original one. */
  #inOrder(facts: Fact[]): Fact[] {
    if (!this.#isClosed || facts.length < 2 || this.#ordered.has(facts)) return facts;
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
        others.some((other) => withoutScope(other) === loose && areInOtherScopes(one, other))
      );
    });
  }

  /** Whether one may be a replica of the other; a secret of the stack lists its own replicas. */
  #possibleReplicas(a: Name, b: Name): boolean {
    if (!mayBeReplicas(a, b)) return false;
    return ![a, b].some((name) => this.namesOf(name).some(isSecretOfStack));
  }

  #merge(a: Name, b: Name): void {
    const merged = this.#things.merge(a, b);
    if (merged === undefined) return;
    this.#slots.join(merged.retained, merged.gone);
    for (const { facts } of this.#slots.each(merged.retained)) this.#ordered.delete(facts);
  }
}

/** So many facts that are handed out at once count as one unit of work. */
const factsInOne = 64;
