import { isEksScope } from "../graph/eks-scope";
import type { Fact, FactOf } from "../graph/fact";
import { nameIn, type Entered, type RbacReach } from "../graph/fact-values";
import type { Graph } from "../graph/graph";
import { oncePerGraph } from "../graph/once-per-graph";
import { k8sName, scopeOf, type Name } from "../graph/name";
import type { ThingId } from "../graph/things";
import { anyBound } from "./any-bound";
import { Clusters } from "./entered-clusters";

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
    if (clusters.isUnread(entry.cluster)) continue;
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

/** What an access policy gives: in the whole cluster, or in each of its namespaces. */
function givenBy(
  graph: Graph,
  fact: FactOf<"access-policy">,
  clusters: Clusters,
): readonly Binding[] {
  const { cluster, where } = fact;
  const { scopes, doubt: open } = clusters.of(cluster);
  if (where.kind !== "namespace") {
    const more = isEksScope(cluster.scope) || open === undefined ? {} : { doubt: open };
    return [bindingOf(graph, fact, where, { scopes, ...more })];
  }
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
