import type { Graph } from "../../facts/graph";
import { scopeOf, scopesDiffer, type Name } from "../../facts/name";
import type { Resource } from "../../../core/snapshot/resource";
import type { ReadContext } from "../../read/resource/reader";
import { arnsIn } from "../../../core/arn";
import { textsIn } from "../../../core/snapshot/texts";

/** What hypotheses read of a judged stack. */
export class StackView {
  readonly resources: readonly Resource[];
  readonly graph: Graph;
  readonly context: ReadContext;
  readonly #found = new Map<string, unknown>();
  #arns: readonly string[] | undefined;

  constructor(resources: readonly Resource[], graph: Graph, context: ReadContext) {
    this.resources = [...resources].sort((a, b) => (a.urn < b.urn ? -1 : 1));
    this.graph = graph;
    this.context = context;
  }

  /** A result that is computed once under a name, since many places need it. */
  once<T>(what: string, find: () => T): T {
    if (!this.#found.has(what)) this.#found.set(what, find());
    return this.#found.get(what) as T;
  }

  /** The resources of types, by URN. */
  ofTypes(types: RegExp | string): readonly Resource[] {
    return this.once(`types ${String(types)}`, () =>
      this.resources.filter(({ type }) =>
        typeof types === "string" ? type === types : types.test(type),
      ),
    );
  }

  /** The parts behind the scope of names of a kind, in scopes that may be one. */
  named(kind: string, scope: string): readonly (readonly string[])[] {
    return this.once(`named ${kind}|${scope}`, () => this.#partsOf(kind, scope, () => true));
  }

  /** The parts behind the scope of all names of a kind. */
  namesOfKind(kind: string): readonly (readonly string[])[] {
    return this.once(`of kind ${kind}`, () =>
      [...new Set(this.#namesOf(kind).map((name) => name.split("|").slice(2).join("|")))]
        .sort()
        .map((rest) => rest.split("|")),
    );
  }

  /** As {@link StackView.named}, of names that something uses and nothing of the stack has. */
  namedOnly(kind: string, scope: string): readonly (readonly string[])[] {
    return this.once(`only named ${kind}|${scope}`, () =>
      this.#partsOf(kind, scope, (name) => !this.#isOfResource(name)),
    );
  }

  #partsOf(
    kind: string,
    scope: string,
    fits: (name: Name) => boolean,
  ): readonly (readonly string[])[] {
    const found = new Set<string>();
    for (const name of this.#namesOf(kind)) {
      const other = scopeOf(name);
      if (other === undefined || scopesDiffer(scope, other) || !fits(name)) continue;
      found.add(name.slice(kind.length + other.length + 2));
    }
    return [...found].sort().map((rest) => rest.split("|"));
  }

  /** All names of a kind, of whatever thing. */
  #namesOf(kind: string): readonly Name[] {
    return this.once("names", () => byKind(this.graph.usedNames())).get(kind) ?? [];
  }

  /** Whether a resource of the stack has a name. */
  has(name: Name): boolean {
    return this.#isOfResource(name);
  }

  #isOfResource(name: Name): boolean {
    return this.graph.namesOf(name).some((spelling) => spelling.startsWith("urn:"));
  }

  /** The ARNs, and patterns of ARNs, anywhere in the stack's inputs; those marked as secret are masked. */
  get arns(): readonly string[] {
    this.#arns ??= [
      ...new Set(
        this.resources.flatMap(({ inputs }) => [
          ...[...textsIn(inputs, "open")].flatMap(arnsIn),
          ...[...textsIn(inputs, "marked")]
            .flatMap(arnsIn)
            .filter((arn) => this.graph.masks.has(arn)),
        ]),
      ),
    ].sort();
    return this.#arns;
  }

  /** The tenants that the stack names. */
  get tenants(): readonly string[] {
    return this.once("tenants", () => {
      const known = this.graph
        .all("belongs-to")
        .flatMap(({ tenant }) => (tenant.kind === "known" ? [tenant.text] : []));
      return [...new Set(known)].sort();
    });
  }
}

function byKind(names: Iterable<Name>): ReadonlyMap<string, readonly Name[]> {
  const found = new Map<string, Name[]>();
  for (const name of names) {
    const kind = name.slice(0, Math.max(0, name.indexOf("|")));
    if (kind === "") continue;
    const known = found.get(kind);
    if (known === undefined) found.set(kind, [name]);
    else known.push(name);
  }
  return found;
}
