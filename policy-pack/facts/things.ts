import { appended } from "./appended";
import { withoutScope, type Name } from "./name";

/** A thing's number in a graph; a merged thing answers to the number of what it was merged into. */
export type ThingId = number;

/** The things of a graph as sets of names: union-find over spellings. */
export class Things {
  readonly #ids = new Map<Name, ThingId>();
  readonly #parents: ThingId[] = [];
  readonly #names: Name[][] = [];
  /** Spellings by the rest without their scope; few stacks need them, so they are computed late. */
  readonly #loose = new Map<string, Name[]>();
  readonly #notLoose: Name[] = [];

  /** The thing of a name, made where the name is new. */
  idOf(name: Name): ThingId {
    const known = this.#ids.get(name);
    if (known !== undefined) return this.#root(known);
    const id = this.#parents.length;
    this.#ids.set(name, id);
    this.#parents.push(id);
    this.#names.push([name]);
    this.#notLoose.push(name);
    return id;
  }

  /** Every spelling that was ever used, also without facts. */
  allNames(): Iterable<Name> {
    return this.#ids.keys();
  }

  /** All spellings of a thing. */
  namesOf(id: ThingId): readonly Name[] {
    return this.#names[this.#root(id)] ?? [];
  }

  /** All spellings that differ from the given one only by the scope, itself included. */
  alike(name: Name): Iterable<Name> {
    const loose = withoutScope(name);
    if (loose === undefined) return [];
    for (const each of this.#notLoose.splice(0)) this.#fileLoose(each);
    return this.#loose.get(loose) ?? [];
  }

  /** Makes two names spell one thing; returns the remaining one and the replaced one, or undefined when they were one. */
  merge(a: Name, b: Name): { readonly retained: ThingId; readonly gone: ThingId } | undefined {
    const first = this.idOf(a);
    const second = this.idOf(b);
    if (first === second) return undefined;
    const [kept, gone] =
      this.namesOf(first).length >= this.namesOf(second).length ? [first, second] : [second, first];
    this.#parents[gone] = kept;
    this.#names[kept] = appended(this.#names[kept] ?? [], this.#names[gone] ?? []);
    this.#names[gone] = none;
    return { retained: kept, gone };
  }

  /**
   * Takes things apart into their names and joins those of each pair; answers what puts all back as it was.
   *
   * @param ids the things, those of all names of the pairs among them
   */
  regroup(ids: ReadonlySet<ThingId>, pairs: Iterable<readonly [Name, Name]>): () => void {
    const names = [...ids].flatMap((id) => this.namesOf(id));
    const before = names.map((name) => {
      const id = this.#ids.get(name) ?? 0;
      return { id, parent: this.#parents[id] ?? id, names: this.#names[id] ?? none };
    });
    for (const [index, { id }] of before.entries()) {
      this.#parents[id] = id;
      this.#names[id] = names.slice(index, index + 1);
    }
    for (const [a, b] of pairs) this.merge(a, b);
    return () => {
      for (const { id, parent, names: own } of before) {
        this.#parents[id] = parent;
        this.#names[id] = own;
      }
    };
  }

  #fileLoose(name: Name): void {
    const loose = withoutScope(name);
    if (loose === undefined) return;
    this.#loose.set(loose, appended(this.#loose.get(loose) ?? [], [name]));
  }

  #root(id: ThingId): ThingId {
    let root = id;
    for (
      let next = this.#parents[root];
      next !== undefined && next !== root;
      next = this.#parents[root]
    )
      root = next;
    for (let here = id; here !== root;) {
      const next = this.#parents[here] ?? root;
      this.#parents[here] = root;
      here = next;
    }
    return root;
  }
}

/** Only ever read. */
const none: Name[] = [];
