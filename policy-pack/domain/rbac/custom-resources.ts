import type { FactOf } from "../../facts/fact";
import type { Graph } from "../../facts/graph";
import {
  k8sName,
  nameInNoNamespace,
  scopeKindOf,
  scopeOf,
  scopesDiffer,
  type Name,
} from "../../facts/name";
import { oncePerGraph } from "../../facts/once-per-graph";
import { whyPossiblySame } from "../../facts/possibly-same";
import { and, fromBoolean, no, or, unknown, type Three } from "../../../core/three-valued";

/** The name of a kind of custom resources, as their definition is called. */
export function customResourceName(cluster: string, group: string, plural: string): Name {
  return k8sName(cluster, "", "CustomResourceDefinition", `${plural}.${group}`);
}

/** Whether some custom resources of a group are in namespaces; `*` is all of the group, and any group. */
export type CustomScope = (group: string, plural: string) => Three;

/**
 * Decides by the definitions in the stack whether custom resources of a binding's cluster are in namespaces. Those without a
 * definition count as if they were not.
 *
 * Depends on absent facts, so it needs a complete graph.
 */
export function customScopesIn(
  graph: Graph,
  { binding, accessEntry }: FactOf<"binds">,
): CustomScope {
  const clusters = accessEntry?.scopes ?? graph.namesOf(binding).flatMap(clusterIn);
  const { byKind, known } = definitionsIn(graph);
  return (group, plural) => {
    const kind = `${plural}.${group}`;
    return or(
      clusters.map((cluster) => {
        const requested = customResourceName(cluster, group, plural);
        let scope = known.get(requested);
        if (scope === undefined) {
          scope = or((byKind.get(kind) ?? []).map((each) => scopeBy(graph, cluster, each)));
          known.set(requested, scope);
        }
        return scope;
      }),
    );
  };
}

function clusterIn(name: Name): readonly string[] {
  return scopeKindOf(name) === "cluster" ? [scopeOf(name) ?? ""] : [];
}

/** Definitions by each of the kinds that a rule may name them by, and the answers for a kind in a cluster. */
interface Definitions {
  readonly byKind: ReadonlyMap<string, readonly FactOf<"custom-resource">[]>;
  readonly known: Map<Name, Three>;
}

const definitionsIn = oncePerGraph((graph): Definitions => {
  const byKind = new Map<string, FactOf<"custom-resource">[]>();
  for (const fact of graph.all("custom-resource")) {
    const name = nameInNoNamespace(fact.definition)?.name ?? "";
    const dot = name.indexOf(".");
    for (const kind of [name, `*${name.slice(dot)}`, `${name.slice(0, dot)}.*`]) {
      const before = byKind.get(kind);
      if (before === undefined) byKind.set(kind, [fact]);
      else before.push(fact);
    }
  }
  return { byKind, known: new Map() };
});

/** Whether the custom resources of a definition are in namespaces, as far as it is of a cluster. */
function scopeBy(
  graph: Graph,
  cluster: string,
  { definition, isNamespaced, at }: FactOf<"custom-resource">,
): Three {
  const other = scopeOf(definition) ?? "";
  if (scopesDiffer(cluster, other)) return no;
  const kind = nameInNoNamespace(definition)?.name ?? "";
  const scope =
    isNamespaced.kind === "known"
      ? fromBoolean(isNamespaced.value)
      : unknown(`it is not known yet whether \`${kind}\` is in namespaces`, [at.urn]);
  const own = k8sName(cluster, "", "CustomResourceDefinition", kind);
  if (graph.same(own, definition)) return scope;
  return and([scope, unknown(whyPossiblySame(graph, own, definition))]);
}
