import type { Graph } from "../../graph/graph";
import { k8sName, type Name } from "../../graph/name";
import { no, or, unknown, yes, type Three } from "../../three-valued";

/** The name of a kind of custom resources, as their definition is called. */
export function customResourceName(cluster: string, group: string, plural: string): Name {
  return k8sName(cluster, "", "CustomResourceDefinition", `${plural}.${group}`);
}

/** Whether some custom resources of a group are in namespaces; `*` stands for all of the group, and for any group. */
export type CustomScope = (group: string, plural: string) => Three;

/**
 * Tells by the definitions in the stack whether custom resources are in namespaces; those that it does not define count
 * as if they were not.
 *
 * Rests on what is absent, so it is asked when the graph is complete.
 */
export function customScopesIn(graph: Graph, binding: Name): CustomScope {
  const clusters = graph.namesOf(binding).flatMap((name) => {
    const [kind, cluster] = name.split("|");
    return kind === "k8s" && cluster !== undefined ? [cluster] : [];
  });
  return (group, plural) => {
    const facts =
      group === "*"
        ? graph
            .all("custom-resource")
            .filter(({ definition }) => definition.includes(`|${plural}.`))
        : plural === "*"
          ? graph
              .all("custom-resource")
              .filter(({ definition }) => definition.endsWith(`.${group}`))
          : clusters.flatMap((cluster) =>
              graph.facts(
                "custom-resource",
                "definition",
                customResourceName(cluster, group, plural),
              ),
            );
    return or(
      facts.map(({ isNamespaced }): Three => {
        if (isNamespaced.kind === "known") return isNamespaced.value ? yes : no;
        return unknown(
          `it is not known yet whether \`${plural}\` of \`${group}\` are in namespaces`,
        );
      }),
    );
  };
}
