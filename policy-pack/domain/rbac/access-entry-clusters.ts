import { uncertain } from "../../../core/certainty";
import {
  nameIn,
  type ClusterRef,
  type AccessEntryBinding,
  type Flag,
} from "../../facts/fact-values";
import { isEksScope } from "../../facts/eks-scope";
import type { Graph } from "../../facts/graph";
import { k8sName, scopeOf, type Name } from "../../facts/name";
import { oncePerGraph } from "../../facts/once-per-graph";
import { hasWildcard, matches } from "../../../core/pattern";
import type { Urn } from "../../../core/snapshot/value";
import { tenantOf } from "../workloads/tenancy";

/** Which objects are on the API server of a cluster of Amazon EKS, by the scopes of their names. */
export class Clusters {
  readonly #graph: Graph;
  readonly #served = new Map<string, Set<string>>();
  /** All scopes of objects. */
  readonly #all: readonly string[];
  /** Scopes of objects of clusters whose names are not known, and what these wait for. */
  readonly #hidden = new Map<string, readonly Urn[]>();
  /** Scopes of objects without a provider that names their cluster. */
  readonly #others: readonly string[];
  readonly #count: number;
  /** By the scope of its objects, whether a cluster maps the identities of its ConfigMap. */
  readonly #readsAwsAuth = new Map<string, Flag>();

  constructor(graph: Graph) {
    this.#graph = graph;
    const scopes = new Set<string>();
    for (const { binding } of graph.all("binds")) this.#add(scopes, binding);
    for (const { thing } of graph.all("inside")) this.#add(scopes, thing);
    for (const { thing } of graph.all("belongs-to")) this.#add(scopes, thing);
    const stated = new Set<string>();
    const named = new Set<string>();
    for (const { scope, clusters, nameDependsOn, readsAwsAuth } of graph.all("serves-cluster")) {
      stated.add(scope);
      this.#readsAwsAuth.set(scope, readsAwsAuth);
      if (nameDependsOn !== undefined) this.#hidden.set(scope, nameDependsOn);
      for (const cluster of clusters) {
        named.add(cluster);
        const known = this.#served.get(cluster) ?? new Set<string>();
        this.#served.set(cluster, known.add(scope));
      }
    }
    for (const { cluster } of graph.all("access-entry")) named.add(cluster.scope);
    this.#all = [...new Set([...scopes, ...stated])].sort();
    for (const scope of stated) scopes.delete(scope);
    this.#others = [...scopes].filter((scope) => !named.has(scope)).sort();
    this.#count = [...named].filter((scope) => !this.#served.has(scope)).length;
  }

  /** The scopes that objects of a cluster may have, and the dependencies of the choice. */
  of({ scope, dependsOn }: ClusterRef): Pick<AccessEntryBinding, "scopes" | "uncertainty"> {
    const stated = this.#served.get(scope);
    if (stated !== undefined) return { scopes: [scope, ...stated] };
    if (!isEksScope(scope)) return { scopes: [scope], ...this.#awsAuthUncertainty(scope) };
    const reason = "which cluster it is about is not known";
    if (dependsOn !== undefined) {
      return { scopes: [scope, ...this.#all], uncertainty: { reason, dependsOn } };
    }
    const hidden = [...this.#hidden.keys()];
    const scopes = [scope, ...this.#others, ...hidden];
    const isClear = hidden.length === 0 && this.#others.length <= 1 && this.#count === 1;
    if (scopes.length === 1 || isClear) return { scopes };
    return { scopes, uncertainty: { reason, dependsOn: [...this.#hidden.values()].flat() } };
  }

  /** Whether an entry is in the ConfigMap of a cluster that does not read it. */
  isUnread({ scope }: ClusterRef): boolean {
    const reads = this.#readsAwsAuth.get(scope);
    return !isEksScope(scope) && reads?.kind === "known" && !reads.value;
  }

  #awsAuthUncertainty(scope: string): Pick<AccessEntryBinding, "uncertainty"> {
    const reads = this.#readsAwsAuth.get(scope);
    if (reads?.kind !== "unknown") return {};
    const reason = "whether its cluster reads `aws-auth` is not known yet";
    return { uncertainty: uncertain(reason, reads) };
  }

  /** The namespaces of a cluster that a name or pattern is about. */
  *namespaces(
    cluster: ClusterRef,
    text: string,
  ): Iterable<{
    readonly name: string;
    readonly within: Name;
    readonly uncertainty?: AccessEntryBinding["uncertainty"];
  }> {
    const { scopes, uncertainty } = this.of(cluster);
    const own = { name: text, within: k8sName(cluster.scope, "", "Namespace", text) };
    const found = [...this.#matching(scopes, text)];
    if (found.length === 0) yield own;
    for (const each of found) yield { ...each, ...(uncertainty && { uncertainty }) };
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

/** The names of all namespaces with objects, or with a known tenant. */
const namespacesOf = oncePerGraph((graph): readonly Name[] => {
  const things = [
    ...graph.all("inside").flatMap(({ namespace }) => nameIn(namespace) ?? []),
    ...graph.all("belongs-to").map(({ thing }) => thing),
  ];
  const names = things.flatMap((thing) => graph.namesOf(thing));
  return [...new Set(names)].filter((name) => name.split("|")[3] === "Namespace");
});
