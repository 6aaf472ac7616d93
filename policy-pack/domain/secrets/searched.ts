import type { FactOf } from "../../facts/fact";
import type { Copies, Search } from "../../facts/secret-facts";
import { nameIn, type Called } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";
import { oncePerGraph } from "../../facts/once-per-graph";
import { k8sName, scopeOf, withoutScope, type Name } from "../../facts/name";
import { labelsOfNamespace } from "../workloads/namespace-labels";
import { matches, patternsOverlap } from "../../../core/pattern";
import { isCertain } from "./possible-use";
import { wholePatternOf } from "../../../core/snapshot/regular-expression";
import { selects } from "../workloads/selector";
import { and, fromBoolean, or, unknown, type Three } from "../../../core/three-valued";

/** What is contained only because of other resources of the stack. */
type Contains = Pick<
  FactOf<"contains">,
  "container" | "key" | "content" | "contentKey" | "derived"
>;

interface Links {
  readonly byContainer: ReadonlyMap<number, readonly Contains[]>;
  readonly byContent: ReadonlyMap<number, readonly Contains[]>;
}

const nothing: readonly Contains[] = [];

/**
 * What a secret contains by a search of a store, or by the labels of its namespace; nothing before the graph is complete.
 *
 * Source: external-secrets.io, "Fetching information from multiple secrets" and ClusterExternalSecret.
 */
export function foundIn(graph: Graph, container: Name): readonly Contains[] {
  if (!graph.complete) return nothing;
  return linksOf(graph).byContainer.get(graph.idOf(container)) ?? nothing;
}

/** What contains a secret in such a way. */
export function findersOf(graph: Graph, content: Name): readonly Contains[] {
  if (!graph.complete) return nothing;
  return linksOf(graph).byContent.get(graph.idOf(content)) ?? nothing;
}

const linksOf = oncePerGraph((graph): Links => {
  const byContainer = new Map<number, Contains[]>();
  const byContent = new Map<number, Contains[]>();
  for (const link of [...searchLinks(graph), ...spreadLinks(graph)]) {
    file(byContainer, graph.idOf(link.container), link);
    const content = nameIn(link.content);
    if (content !== undefined) file(byContent, graph.idOf(content), link);
  }
  return { byContainer, byContent };
});

function file(by: Map<number, Contains[]>, id: number, link: Contains): void {
  const list = by.get(id);
  if (list === undefined) by.set(id, [link]);
  else list.push(link);
}

/** What searches of a store find of what others take of it by name, and of each other. */
function* searchLinks(graph: Graph): Iterable<Contains> {
  const searches = graph
    .all("contains")
    .flatMap(({ container, content }) =>
      content.kind === "search" ? [{ ...content, container }] : [],
    );
  if (searches.length === 0) return;
  const stored = storedKeys(graph, searches);
  for (const search of searches) {
    for (const { name, key } of stored.get(search.store) ?? []) {
      const found = finds(search, key);
      if (found === "no") continue;
      const made = search.isRenamed ? undefined : asKey(key);
      yield {
        container: search.container,
        ...(made !== undefined && { key: made }),
        content: { kind: "named", name },
        derived: found === "possibly",
      };
    }
    for (const other of searches) {
      if (other.search === search.search || other.store !== search.store) continue;
      if (areDistinct(search, other)) continue;
      const content = { kind: "named", name: other.search } as const;
      yield { container: search.container, content, derived: true };
    }
  }
}

/** By store that is searched the keys that something takes of it by name. */
function storedKeys(
  graph: Graph,
  all: readonly Search[],
): ReadonlyMap<string, readonly { readonly name: Name; readonly key: string }[]> {
  const stores = new Set(all.map(({ store }) => store));
  const searches = new Set(all.map(({ search }) => search));
  const found = new Map<string, Map<Name, string>>();
  for (const { content } of graph.all("contains")) {
    const name = nameIn(content);
    const store = name === undefined || searches.has(name) ? undefined : scopeOf(name);
    if (name === undefined || store === undefined || !stores.has(store)) continue;
    const key = withoutScope(name)?.replace(/^secret\|/, "") ?? "";
    const of = found.get(store) ?? new Map<Name, string>();
    found.set(store, of.set(name, key));
  }
  return new Map(
    [...found].map(([store, of]) => [store, [...of].map(([name, key]) => ({ name, key }))]),
  );
}

function finds({ names, path, tags }: Search, key: string): "yes" | "no" | "possibly" {
  if (path !== undefined && !key.startsWith(path)) return "no";
  if (names !== undefined && !matches(names, key)) return "no";
  return names === undefined || tags !== undefined ? "possibly" : "yes";
}

/** Whether nothing is found by two searches. */
function areDistinct(a: Search, b: Search): boolean {
  if (a.names !== undefined && b.names !== undefined && !patternsOverlap(a.names, b.names)) {
    return true;
  }
  if (a.path !== undefined && b.path !== undefined) {
    if (!a.path.startsWith(b.path) && !b.path.startsWith(a.path)) return true;
  }
  return Object.entries(a.tags ?? {}).some(([tag, text]) => {
    const other = b.tags?.[tag];
    return other !== undefined && other !== text;
  });
}

/** The key under which a Secret has what was found. Source: external-secrets.io, `conversionStrategy: Default`. */
function asKey(name: string): string {
  return name.replace(/[^-._a-zA-Z0-9]/g, "_");
}

/** The contents of Secrets that are written into every namespace of some labels or names, and the exceptions. */
function* spreadLinks(graph: Graph): Iterable<Contains> {
  const spreads = spreadsByName(graph);
  if (spreads.size === 0) return;
  const held = new Set(
    graph
      .all("uses")
      .filter(isCertain)
      .flatMap(({ secret }) => nameIn(secret) ?? []),
  );
  for (const container of held) {
    const [kind, cluster = "", namespace = "", of, name = ""] = container.split("|");
    if (kind !== "k8s" || of !== "Secret") continue;
    const labels = labelsOfNamespace(graph, k8sName(cluster, "", "Namespace", namespace));
    for (const spread of spreads.get(k8sName(cluster, "", of, name)) ?? []) {
      const [into, from] =
        spread.of === true ? [spread.container, container] : [container, spread.container];
      if (graph.same(into, from) || (spread.unlessThere === true && isThere(graph, into))) continue;
      const selected = and([
        ...spread.calls.map((calls) => calls(namespace)),
        selects(spread.namespaces, labels),
      ]);
      if (selected.kind === "no") continue;
      const derived = selected.kind === "unknown";
      yield { container: into, content: { kind: "named", name: from }, derived };
    }
  }
}

/** Whether the resource of a Secret is known. */
function isThere(graph: Graph, secret: Name): boolean {
  return graph.facts("inside", "thing", secret).length > 0;
}

type Spread = Copies & {
  readonly container: Name;
  readonly calls: readonly ((name: string) => Three)[];
};

/** What spreads Secrets, by their cluster and name. */
function spreadsByName(graph: Graph): ReadonlyMap<Name, readonly Spread[]> {
  const found = new Map<Name, Spread[]>();
  for (const { container, content } of graph.all("contains")) {
    if (content.kind !== "copies") continue;
    const of = k8sName(content.cluster, "", "Secret", content.name);
    const one = { ...content, container, calls: (content.called ?? []).map(callOf) };
    const known = found.get(of);
    if (known === undefined) found.set(of, [one]);
    else known.push(one);
  }
  return found;
}

/** A test of whether a namespace matches; a pattern that is not supported here leaves it open. */
function callOf(called: Called): (name: string) => Three {
  if (called.kind === "unknown") {
    const open = unknown("names of namespaces are not known yet", called.dependsOn);
    return () => open;
  }
  const open = unknown("a pattern of names is not read");
  const tests = called.patterns.map((pattern) => wholePatternOf(pattern));
  return (name) => or(tests.map((test) => (test === undefined ? open : fromBoolean(test(name)))));
}
