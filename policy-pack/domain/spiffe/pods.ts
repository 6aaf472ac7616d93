import { notKnown } from "../../../core/certainty";
import type { FactOf } from "../../facts/fact";
import { nameIn, type Labels, type Selector, type Text } from "../../facts/fact-values";
import type { Requirement } from "../../../core/snapshot/selector-text";
import type { Graph } from "../../facts/graph";
import { oncePerGraph } from "../../facts/once-per-graph";
import type { Name } from "../../facts/name";
import { labelsOfNamespace } from "../workloads/namespace-labels";
import { namespaceName } from "./pins";

/** Pods that a workload makes, as registrations select and templates are filled in for them. */
export interface Pods {
  readonly workload: Name;
  /** Name of the namespace; where that waits for its resource, the resource's URN. */
  readonly namespace: string;
  readonly namespaceLabels: Labels;
  readonly labels: Labels;
  /** Name of the ServiceAccount. */
  readonly account: Text;
}

/** Pods of a cluster: all, by namespace, and by each of their labels. */
interface Cluster {
  readonly all: Pods[];
  readonly byNamespace: Map<string, Pods[]>;
  readonly byLabel: Map<string, Pods[]>;
  /** Those whose labels are not all known. */
  readonly hidden: Pods[];
}

const podsByCluster = oncePerGraph(clustersOf);

/** Pods that a registration may select, by its narrowest selector. */
export function podsToGive(graph: Graph, { cluster, entry }: FactOf<"registers">): readonly Pods[] {
  const found = podsByCluster(graph).get(cluster);
  if (found === undefined || entry.kind !== "pods") return [];
  const names = oneOf(entry.namespaces, (key) => key === namespaceName);
  if (names !== undefined) {
    return names.values.flatMap((name) => found.byNamespace.get(name) ?? []);
  }
  const label = oneOf(entry.pods, () => true);
  if (label === undefined) return found.all;
  const labelled = label.values.flatMap(
    (value) => found.byLabel.get(keyOf(label.key, value)) ?? [],
  );
  return [...labelled, ...found.hidden];
}

function oneOf(selector: Selector, isKey: (key: string) => boolean): Requirement | undefined {
  if (selector.kind === "unknown") return undefined;
  return selector.requirements.find(({ key, operator }) => operator === "In" && isKey(key));
}

function clustersOf(graph: Graph): ReadonlyMap<string, Cluster> {
  const clusters = new Map<string, Cluster>();
  for (const fact of graph.all("makes-pods")) {
    const place = placeOf(graph, fact);
    if (place === undefined) continue;
    const { cluster: name, namespace } = place;
    let cluster = clusters.get(name);
    if (cluster === undefined) {
      cluster = { all: [], byNamespace: new Map(), byLabel: new Map(), hidden: [] };
      clusters.set(name, cluster);
    }
    const pods = podsOf(graph, fact, namespace);
    cluster.all.push(pods);
    push(cluster.byNamespace, namespace, pods);
    if (pods.labels.kind === "unknown") {
      cluster.hidden.push(pods);
      continue;
    }
    const labels = Object.entries(pods.labels.labels);
    if (labels.some(([, text]) => text.kind === "unknown")) cluster.hidden.push(pods);
    for (const [key, text] of labels) {
      if (text.kind === "known") push(cluster.byLabel, keyOf(key, text.text), pods);
    }
  }
  return clusters;
}

function podsOf(graph: Graph, fact: FactOf<"makes-pods">, namespace: string): Pods {
  const { workload, labels } = fact;
  const space = nameIn(fact.namespace);
  const namespaceLabels = space === undefined ? notKnown() : labelsOfNamespace(graph, space);
  return { workload, namespace, namespaceLabels, labels, account: accountIn(graph, fact) };
}

/** The cluster and namespace of pods, by a name of what makes them. */
function placeOf(
  graph: Graph,
  { workload }: FactOf<"makes-pods">,
): { readonly cluster: string; readonly namespace: string } | undefined {
  const name = graph.namesOf(workload).find((each) => each.startsWith("k8s|"));
  const [, cluster, namespace] = name?.split("|") ?? [];
  return cluster === undefined || namespace === undefined ? undefined : { cluster, namespace };
}

function accountIn(graph: Graph, { workload, at }: FactOf<"makes-pods">): Text {
  const all = graph
    .facts("runs-as", "workload", workload)
    .filter((each) => each.mounts !== undefined);
  // A workload of several controllers: that of the one which makes these pods.
  const own = all.filter((each) => each.at.urn === at.urn);
  const [fact] = own.length > 0 ? own : all;
  if (fact === undefined) return notKnown();
  if (fact.isDefault) return { kind: "known", text: "default" };
  if (fact.identity.kind === "unknown") return fact.identity;
  const account = nameIn(fact.identity);
  const names = account === undefined ? [] : graph.namesOf(account);
  const parts = names.map((name) => name.split("|"));
  const short = parts.find(([kind, , , type]) => kind === "k8s" && type === "ServiceAccount")?.[4];
  // The name of an account of the stack that Pulumi names waits for it.
  const dependsOn = account?.startsWith("urn:") === true ? [account] : [];
  return short === undefined ? { kind: "unknown", dependsOn } : { kind: "known", text: short };
}

function keyOf(key: string, value: string): string {
  return `${key}=${value}`;
}

function push<K>(map: Map<K, Pods[]>, key: K, pods: Pods): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [pods]);
  else list.push(pods);
}
