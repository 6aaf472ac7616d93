import type { Fact, FactKind } from "./fact";
import type { Memo } from "./memo";
import { withoutScope } from "./name";
import { collect, type Noted } from "./noted";
import { namesIn, type Slot, type Slots } from "./slots";
import type { ThingId, Things } from "./things";
import type { Watcher } from "./watchers";

/** What facts of a graph are kept in. */
interface Parts {
  readonly things: Things;
  readonly slots: Slots;
  readonly byKind: Map<FactKind, Fact[]>;
  readonly noted: Noted;
}

/** Facts of a complete graph in the place of others, until they are put back. */
export class Exchange {
  /** The readers of something that differs now. */
  readonly stale = new Set<Watcher>();
  readonly #parts: Parts;
  readonly #found = new Map<Memo<unknown>, unknown>();
  readonly #undo: (() => void)[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** What a memo comes to: as before where nothing that it rests on is another. */
  once<T>(memo: Memo<T>, find: () => T): T {
    if (memo.found !== undefined && !this.stale.has(memo)) return memo.found.value;
    if (!this.#found.has(memo)) this.#found.set(memo, find());
    return this.#found.get(memo) as T;
  }

  /** Takes facts away and adds others. */
  replace(gone: ReadonlySet<Fact>, added: readonly Fact[]): void {
    this.#found.clear();
    const all = [...gone, ...added];
    for (const fact of all) this.#noteReaders(fact);
    if (all.some(({ kind }) => kind === "alias")) this.#regroup(gone, added);
    for (const kind of new Set(all.map((fact) => fact.kind))) this.#ofKind(kind, gone, added);
    const before = new Map<Slot, Fact[]>();
    for (const fact of all) {
      for (const slot of this.#slotsOf(fact)) {
        if (!before.has(slot)) {
          before.set(slot, slot.facts);
          slot.facts = slot.facts.filter((each) => !gone.has(each));
        }
        if (!gone.has(fact)) slot.facts.push(fact);
      }
    }
    this.#undo.push(() => {
      for (const [slot, facts] of before) slot.facts = facts;
    });
  }

  /** Puts all back as it was. */
  undo(): void {
    for (const each of this.#undo.reverse()) each();
  }

  #slotsOf(fact: Fact, among?: ReadonlySet<ThingId>): Iterable<Slot> {
    return this.#parts.slots.having(fact, (name) => this.#parts.things.idOf(name), among);
  }

  #noteReaders(fact: Fact): void {
    const { noted } = this.#parts;
    collect(noted.kinds.of(fact.kind), this.stale);
    for (const slot of this.#slotsOf(fact)) collect(slot.watchers, this.stale);
    for (const name of namesIn(fact)) collect(noted.alike.of(withoutScope(name)), this.stale);
  }

  #ofKind(kind: FactKind, gone: ReadonlySet<Fact>, added: readonly Fact[]): void {
    const { byKind } = this.#parts;
    const before = byKind.get(kind) ?? [];
    const now = before.filter((each) => !gone.has(each));
    for (const fact of added) if (fact.kind === kind) now.push(fact);
    byKind.set(kind, now);
    this.#undo.push(() => byKind.set(kind, before));
  }

  /** Joins names as other aliases say, and files what is said of them under what they spell now. */
  #regroup(gone: ReadonlySet<Fact>, added: readonly Fact[]): void {
    const { things, slots, noted } = this.#parts;
    const concerned = [...gone, ...added].filter(({ kind }) => kind === "alias");
    const ids = new Set(concerned.flatMap(namesIn).map((name) => things.idOf(name)));
    const names = [...ids].flatMap((id) => things.namesOf(id));
    const facts = new Set<Fact>();
    for (const id of ids) {
      collect(noted.things.of(id), this.stale);
      for (const slot of slots.each(id)) {
        collect(slot.watchers, this.stale);
        for (const fact of slot.facts) facts.add(fact);
      }
    }
    const left = [...facts, ...added].filter((fact) => !gone.has(fact));
    const apart = [...ids].map((id) => slots.take(id));
    const regrouped = things.regroup(
      ids,
      left.flatMap((fact) => (fact.kind === "alias" ? [[fact.thing, fact.also] as const] : [])),
    );
    const now = new Set(names.map((name) => things.idOf(name)));
    for (const fact of facts) {
      for (const slot of this.#slotsOf(fact, now)) slot.facts = [...slot.facts, fact];
    }
    this.#undo.push(() => {
      for (const id of now) slots.take(id);
      for (const putBack of [...apart, regrouped]) putBack();
    });
  }
}
