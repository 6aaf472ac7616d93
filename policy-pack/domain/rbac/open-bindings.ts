import type { FactOf } from "../../facts/fact";

/** Where a ServiceAccount is and what it is called there. */
export interface AccountName {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
}

type Binding = FactOf<"binds">;

interface Placed {
  readonly fact: Binding;
  readonly place: number;
}

/** Bindings of unknown subjects, by the names that an account must have to be one. */
export class OpenBindings {
  /** By namespace and name, as far as a binding has them. */
  readonly #bySubject = new Map<string, Placed[]>();

  constructor(facts: readonly Binding[]) {
    for (const [place, fact] of facts.entries()) {
      const key = keyOfSubject(fact);
      const known = this.#bySubject.get(key);
      if (known === undefined) this.#bySubject.set(key, [{ fact, place }]);
      else known.push({ fact, place });
    }
  }

  /** Those that may be of an account by one of its names, in their original order. */
  *of(names: readonly AccountName[]): Iterable<Binding> {
    const keys = new Set([anyPrincipal, ...names.flatMap(keysOf)]);
    const lists = [...keys].map((key) => ({ list: this.#bySubject.get(key) ?? [], at: 0 }));
    for (;;) {
      let next: (typeof lists)[number] | undefined;
      for (const each of lists) {
        if (placeOf(each) < (next === undefined ? Infinity : placeOf(next))) next = each;
      }
      const placed = next?.list[next.at];
      if (next === undefined || placed === undefined) return;
      next.at += 1;
      yield placed.fact;
    }
  }
}

function placeOf({ list, at }: { readonly list: readonly Placed[]; readonly at: number }): number {
  return list[at]?.place ?? Infinity;
}

/** The key of what may be of any account. */
const anyPrincipal = "";

function keyOfSubject({ subject }: Binding): string {
  if (subject.kind !== "ServiceAccount") return anyPrincipal;
  return keyOf(subject.namespace, subject.dependsOn === undefined ? subject.name : undefined);
}

function keysOf({ namespace, name }: AccountName): readonly string[] {
  return [
    keyOf(namespace, name),
    keyOf(namespace, undefined),
    keyOf(undefined, name),
    keyOf(undefined, undefined),
  ];
}

function keyOf(namespace: string | undefined, name: string | undefined): string {
  return JSON.stringify([namespace ?? null, name ?? null]);
}
