import type { Fact, FactOf } from "../graph/fact";
import { nameIn, type ClusterRef, type Entered, type RbacReach } from "../graph/fact-values";
import type { Graph } from "../graph/graph";
import { oncePerGraph } from "../graph/once-per-graph";
import { k8sName, scopeOf, type Name } from "../graph/name";
import type { ThingId } from "../graph/things";
import type { Urn } from "../snapshot/value";
import { hasWildcard, matches } from "../pattern";
import { tenantOf } from "../tenancy";
import { anyBound } from "./any-bound";

type Entry = FactOf<"access-policy"> | FactOf<"enters-as">;
type Binding = FactOf<"binds">;

/**
 * What a fact binds: a binding itself, and an entry of an identity of AWS into a cluster what it gives by an access policy, or by
 * the bindings of the cluster that name its user or group.
 *
 * Rests on what is absent, so it is asked when the graph is complete.
 */
export function bindingsBy(graph: Graph, fact: Binding | Entry): readonly Binding[] {
  return fact.kind === "binds" ? [fact] : (enteredIn(graph).byFact.get(fact) ?? []);
}

/** All bindings of a complete graph, those that entries make among them. */
export const bindingsIn = oncePerGraph((graph): readonly Binding[] => {
  const { all } = enteredIn(graph);
  return all.length === 0 ? graph.all("binds") : [...graph.all("binds"), ...all];
});

/** Whether it is not known as which user or group an entry lets an identity in, so that it may be any. */
export function isOfAny(fact: Fact): boolean {
  return fact.kind === "enters-as" && fact.called.kind === "unknown";
}

/** The fact that was read, by which there is one that says whom something binds. */
export function readOf(graph: Graph, fact: Fact): Fact {
  return fact.kind === "binds" ? (enteredIn(graph).entries.get(fact) ?? fact) : fact;
}

/** What entries give an identity of AWS, of a complete graph. */
export function enteredBy(graph: Graph, identity: Name): readonly Binding[] {
  return enteredIn(graph).byIdentity.get(graph.idOf(identity)) ?? [];
}

interface Found {
  readonly all: readonly Binding[];
  readonly byFact: ReadonlyMap<Fact, readonly Binding[]>;
  readonly byIdentity: ReadonlyMap<ThingId, readonly Binding[]>;
  /** By what an entry makes, the entry. */
  readonly entries: ReadonlyMap<Fact, Entry>;
}

const enteredIn = oncePerGraph((graph): Found => {
  const entries: readonly Entry[] = [...graph.all("access-policy"), ...graph.all("enters-as")];
  const byFact = new Map<Fact, readonly Binding[]>();
  const byIdentity = new Map<ThingId, Binding[]>();
  const made = new Map<Fact, Entry>();
  if (entries.length === 0) return { all: [], byFact, byIdentity, entries: made };
  const clusters = new Clusters(graph);
  for (const entry of entries) {
    const found =
      entry.kind === "access-policy"
        ? givenBy(graph, entry, clusters)
        : namedBy(graph, entry, clusters);
    byFact.set(entry, found);
    for (const binding of found) {
      made.set(binding, entry);
      const id = graph.idOf(binding.subjectName);
      const known = byIdentity.get(id);
      if (known === undefined) byIdentity.set(id, [binding]);
      else known.push(binding);
    }
  }
  return { all: [...byFact.values()].flat(), byFact, byIdentity, entries: made };
});

/** Which objects are on the API server of a cluster of Amazon EKS, by the scopes of their names. */
class Clusters {
  readonly #graph: Graph;
  readonly #served = new Map<string, Set<string>>();
  /** All scopes of objects. */
  readonly #all: readonly string[];
  /** Scopes of objects of clusters whose names are not known, and what these wait for. */
  readonly #hidden = new Map<string, readonly Urn[]>();
  /** Scopes of objects of which no provider says which cluster's they are. */
  readonly #others: readonly string[];
  readonly #count: number;

  constructor(graph: Graph) {
    this.#graph = graph;
    const scopes = new Set<string>();
    for (const { binding } of graph.all("binds")) this.#add(scopes, binding);
    for (const { thing } of graph.all("inside")) this.#add(scopes, thing);
    for (const { thing } of graph.all("belongs-to")) this.#add(scopes, thing);
    const said = new Set<string>();
    const named = new Set<string>();
    for (const { scope, clusters, nameWaitsFor } of graph.all("serves-cluster")) {
      said.add(scope);
      if (nameWaitsFor !== undefined) this.#hidden.set(scope, nameWaitsFor);
      for (const cluster of clusters) {
        named.add(cluster);
        const known = this.#served.get(cluster) ?? new Set<string>();
        this.#served.set(cluster, known.add(scope));
      }
    }
    for (const kind of ["access-policy", "enters-as"] as const) {
      for (const { cluster } of graph.all(kind)) named.add(cluster.scope);
    }
    this.#all = [...new Set([...scopes, ...said])].sort();
    for (const scope of said) scopes.delete(scope);
    this.#others = [...scopes].filter((scope) => !named.has(scope)).sort();
    this.#count = [...named].filter((scope) => !this.#served.has(scope)).length;
  }

  /** The scopes that objects of a cluster may have, and what it takes to know which they have. */
  of({ scope, waitsFor }: ClusterRef): Pick<Entered, "scopes" | "doubt"> {
    const said = this.#served.get(scope);
    if (said !== undefined) return { scopes: [scope, ...said] };
    if (!isEksScope(scope)) return { scopes: [scope] };
    const reason = "which cluster it is about is not known";
    if (waitsFor !== undefined) {
      return { scopes: [scope, ...this.#all], doubt: { reason, waitsFor } };
    }
    const hidden = [...this.#hidden.keys()];
    const scopes = [scope, ...this.#others, ...hidden];
    const isClear = hidden.length === 0 && this.#others.length <= 1 && this.#count === 1;
    if (scopes.length === 1 || isClear) return { scopes };
    return { scopes, doubt: { reason, waitsFor: [...this.#hidden.values()].flat() } };
  }

  /** The namespaces of a cluster that a name or pattern is about. */
  *namespaces(
    cluster: ClusterRef,
    text: string,
  ): Iterable<{ readonly name: string; readonly within: Name; readonly doubt?: Entered["doubt"] }> {
    const { scopes, doubt } = this.of(cluster);
    const own = { name: text, within: k8sName(cluster.scope, "", "Namespace", text) };
    const found = [...this.#matching(scopes, text)];
    if (found.length === 0) yield own;
    for (const each of found) yield { ...each, ...(doubt && { doubt }) };
  }

  *#matching(
    scopes: readonly string[],
    text: string,
  ): Iterable<{ readonly name: string; readonly within: Name }> {
    const isPattern = hasWildcard(text);
    const names = isPattern ? this.#namesIn(scopes).filter((name) => matches(text, name)) : [text];
    for (const name of names) {
      const things = scopes.map((scope) => k8sName(scope, "", "Namespace", name));
      const known = things.filter((thing) => this.#isKnown(thing));
      for (const within of known) yield { name, within };
    }
  }

  #isKnown(namespace: Name): boolean {
    const graph = this.#graph;
    return (
      graph.facts("inside", "namespace", namespace).length > 0 ||
      tenantOf(graph, namespace).kind !== "none"
    );
  }

  #namesIn(scopes: readonly string[]): readonly string[] {
    const names = new Set<string>();
    for (const name of namespacesOf(this.#graph)) {
      const [, scope = "", , , text = ""] = name.split("|");
      if (scopes.includes(scope)) names.add(text);
    }
    return [...names].sort();
  }

  #add(scopes: Set<string>, thing: Name): void {
    for (const name of this.#graph.namesOf(thing)) {
      const scope = name.startsWith("k8s|") ? scopeOf(name) : undefined;
      if (scope !== undefined && !isEksScope(scope)) scopes.add(scope);
    }
  }
}

/** The names of all namespaces that something is in, or whose tenant is told. */
const namespacesOf = oncePerGraph((graph): readonly Name[] => {
  const things = [
    ...graph.all("inside").flatMap(({ namespace }) => nameIn(namespace) ?? []),
    ...graph.all("belongs-to").map(({ thing }) => thing),
  ];
  const names = things.flatMap((thing) => graph.namesOf(thing));
  return [...new Set(names)].filter((name) => name.split("|")[3] === "Namespace");
});

/** Whether a scope is that by which what is of AWS names a cluster. */
function isEksScope(scope: string): boolean {
  return scope.startsWith("urn:aws:eks:") || /:(?:aws-native:eks|aws:eks\/|eks:index)/.test(scope);
}

/** What an access policy gives: in the whole cluster, or in each of its namespaces. */
function givenBy(
  graph: Graph,
  fact: FactOf<"access-policy">,
  clusters: Clusters,
): readonly Binding[] {
  const { cluster, where } = fact;
  const { scopes } = clusters.of(cluster);
  if (where.kind !== "namespace") return [bindingOf(graph, fact, where, { scopes })];
  return [...clusters.namespaces(cluster, where.namespace)].map(({ name, within, doubt }) =>
    bindingOf(
      graph,
      fact,
      { kind: "namespace", namespace: name },
      { scopes, within, ...(doubt && { doubt }) },
    ),
  );
}

function bindingOf(
  graph: Graph,
  fact: FactOf<"access-policy">,
  where: RbacReach,
  entered: Omit<Entered, "entry">,
): Binding {
  const { at, entry, role, roleName, roleWaitsFor, gives } = fact;
  return {
    kind: "binds",
    at,
    binding: entry,
    role,
    roleName,
    ...(roleWaitsFor && { roleWaitsFor }),
    where,
    ...subjectOf(graph, fact),
    entered: { entry, gives, ...entered },
  };
}

/** The bindings of the cluster's own that name the user or group which an identity is. */
function namedBy(graph: Graph, fact: FactOf<"enters-as">, clusters: Clusters): readonly Binding[] {
  const { cluster, as, called, entry } = fact;
  const { scopes, doubt } = clusters.of(cluster);
  const bindings =
    called.kind === "known"
      ? scopes.flatMap((scope) => [
          ...graph.facts("binds", "subjectName", k8sName(scope, "", as, called.text)),
        ])
      : anyBound(graph)[as].filter(({ subjectName }) =>
          scopes.includes(scopeOf(subjectName) ?? ""),
        );
  const open =
    called.kind === "known"
      ? doubt
      : { reason: `which ${as.toLowerCase()} it is is not known yet`, waitsFor: called.waitsFor };
  return bindings.map((binding) => ({
    ...binding,
    ...subjectOf(graph, fact),
    entered: {
      entry,
      scopes,
      through: binding.subjectName,
      ...(open && { doubt: open }),
      ...(called.kind === "unknown" && { isAny: true }),
    },
  }));
}

function subjectOf(
  graph: Graph,
  { identity, entry, at }: Entry,
): Pick<Binding, "subject" | "subjectName"> {
  const name = nameIn(identity);
  if (name !== undefined)
    return { subject: { kind: "IAM role", name }, subjectName: graph.canonical(name) };
  const waitsFor = identity.kind === "unknown" ? identity.waitsFor : [];
  return {
    subject: { kind: "IAM role", name: "", waitsFor },
    subjectName: `${entry}#${at.property}`,
  };
}
