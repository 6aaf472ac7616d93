import { uncertain } from "../../../core/certainty";
import { isEksScope } from "../../facts/eks-scope";
import type { Fact, FactOf } from "../../facts/fact";
import { nameIn, type AccessEntryBinding, type RbacReach } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";
import { oncePerGraph } from "../../facts/once-per-graph";
import { k8sName, scopeOf, type Name } from "../../facts/name";
import type { ThingId } from "../../facts/things";
import { anyBound } from "./any-bound";
import { Clusters } from "./access-entry-clusters";

type Entry = FactOf<"access-entry">;
type DirectRights = Extract<Entry, { readonly as: "policy" }>;
type NamedSubject = Exclude<Entry, DirectRights>;
type Binding = FactOf<"binds">;

/**
 * What a fact binds: a binding itself, or what an access entry of an AWS identity gives. That is by an access policy, or by the
 * bindings of the cluster that name its user or group.
 *
 * Depends on absent facts, so it needs a complete graph.
 */
export function bindingsBy(graph: Graph, fact: Binding | Entry): readonly Binding[] {
  return fact.kind === "binds" ? [fact] : (accessEntryIn(graph).byFact.get(fact) ?? []);
}

/** All bindings of a complete graph, those that entries make among them. */
export const bindingsIn = oncePerGraph((graph): readonly Binding[] => {
  const { all } = accessEntryIn(graph);
  return all.length === 0 ? graph.all("binds") : [...graph.all("binds"), ...all];
});

/** Whether the user or group of an entry is unknown, so that it may be any. */
export function isOfAny(fact: Fact): boolean {
  return fact.kind === "access-entry" && fact.as !== "policy" && fact.called.kind === "unknown";
}

/** The original fact, which identifies the subject of the binding. */
export function readOf(graph: Graph, fact: Fact): Fact {
  return fact.kind === "binds" ? (accessEntryIn(graph).entries.get(fact) ?? fact) : fact;
}

/** What entries give an identity of AWS, of a complete graph. */
export function accessEntriesOf(graph: Graph, identity: Name): readonly Binding[] {
  return accessEntryIn(graph).byIdentity.get(graph.idOf(identity)) ?? [];
}

interface Found {
  readonly all: readonly Binding[];
  readonly byFact: ReadonlyMap<Fact, readonly Binding[]>;
  readonly byIdentity: ReadonlyMap<ThingId, readonly Binding[]>;
  /** By what an entry makes, the entry. */
  readonly entries: ReadonlyMap<Fact, Entry>;
}

const accessEntryIn = oncePerGraph((graph): Found => {
  const entries = graph.all("access-entry");
  const byFact = new Map<Fact, readonly Binding[]>();
  const byIdentity = new Map<ThingId, Binding[]>();
  const made = new Map<Fact, Entry>();
  if (entries.length === 0) return { all: [], byFact, byIdentity, entries: made };
  const clusters = new Clusters(graph);
  for (const entry of entries) {
    if (clusters.isUnread(entry.cluster)) continue;
    const found =
      entry.as === "policy" ? givenBy(graph, entry, clusters) : namedBy(graph, entry, clusters);
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
function givenBy(graph: Graph, fact: DirectRights, clusters: Clusters): readonly Binding[] {
  const { cluster, where } = fact;
  const { scopes, uncertainty: open } = clusters.of(cluster);
  if (where.kind !== "namespace") {
    const more = isEksScope(cluster.scope) || open === undefined ? {} : { uncertainty: open };
    return [bindingOf(graph, fact, where, { scopes, ...more })];
  }
  return [...clusters.namespaces(cluster, where.namespace)].map(({ name, within, uncertainty }) =>
    bindingOf(
      graph,
      fact,
      { kind: "namespace", namespace: name },
      { scopes, within, ...(uncertainty && { uncertainty }) },
    ),
  );
}

function bindingOf(
  graph: Graph,
  fact: DirectRights,
  where: RbacReach,
  accessEntry: Omit<AccessEntryBinding, "entry">,
): Binding {
  const { at, entry, role, roleName, roleDependsOn, gives } = fact;
  return {
    kind: "binds",
    at,
    binding: entry,
    role,
    roleName,
    ...(roleDependsOn && { roleDependsOn }),
    where,
    ...subjectOf(graph, fact),
    accessEntry: { entry, gives, ...accessEntry },
  };
}

/** The bindings of the cluster's own that name the user or group which an identity is. */
function namedBy(graph: Graph, fact: NamedSubject, clusters: Clusters): readonly Binding[] {
  const { cluster, as, called, entry } = fact;
  const { scopes, uncertainty } = clusters.of(cluster);
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
      ? uncertainty
      : uncertain(`which ${as.toLowerCase()} it is is not known yet`, called);
  return bindings.map((binding) => ({
    ...binding,
    ...subjectOf(graph, fact),
    accessEntry: {
      entry,
      scopes,
      through: binding.subjectName,
      ...(open && { uncertainty: open }),
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
  const dependsOn = identity.kind === "unknown" ? identity.dependsOn : [];
  return {
    subject: { kind: "IAM role", name: "", dependsOn },
    subjectName: `${entry}#${at.property}`,
  };
}
