import type { FactOf } from "../../facts/fact";
import type { Graph } from "../../facts/graph";
import type { Name } from "../../facts/name";
import { no, or, unknown, yes, type Three } from "../../../core/three-valued";

/**
 * API groups of objects that a controller applies with its own rights, unless it has a configured account of their namespace.
 */
const groups = ["fluxcd.controlplane.io", "helm.toolkit.fluxcd.io", "kustomize.toolkit.fluxcd.io"];

/** The controllers in the stack that apply objects of a group in a cluster; all of the stack's, where the cluster is not known. */
export function appliersOf(
  graph: Graph,
  cluster: string | undefined,
  group: string,
): readonly FactOf<"applies">[] {
  return graph
    .all("applies")
    .filter((fact) => fact.group === group && (cluster === undefined || fact.cluster === cluster));
}

/**
 * Whether objects of a group without an account are applied with the rights of the controller; `no` for groups without such a
 * controller.
 *
 * Depends on absent facts, so it needs a complete graph.
 */
export function appliesWithOwnRights(graph: Graph, binding: Name, group: string): Three {
  if (!groups.includes(group)) return no;
  const found = appliersOf(graph, clusterOf(graph, binding), group);
  if (found.length === 0) {
    return unknown(
      `the controller of \`${group}\` is not in the stack; unless its \`--default-service-account\` is set, it applies objects without an account with its own rights`,
    );
  }
  return or(found.map(({ ownRights }) => ofFlag(ownRights)));
}

function ofFlag(flag: FactOf<"applies">["ownRights"]): Three {
  if (flag.kind === "known") return flag.value ? yes : no;
  const reason = "the options of the controller that applies them are not known yet";
  return unknown(reason, flag.dependsOn);
}

/** The cluster of a binding, or of another object of Kubernetes; undefined where no name of it contains one. */
export function clusterOf(graph: Graph, object: Name): string | undefined {
  for (const name of graph.namesOf(object)) {
    const [kind, cluster] = name.split("|");
    if (kind === "k8s") return cluster;
  }
  return undefined;
}
