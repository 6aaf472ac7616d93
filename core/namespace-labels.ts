import { notKnown } from "./certainty";
import type { Labels } from "./graph/fact-values";
import type { Graph } from "./graph/graph";
import type { Name } from "./graph/name";

/** The labels of a namespace; only its cluster has those of one outside the stack. */
export function labelsOfNamespace(graph: Graph, namespace: Name): Labels {
  const [labels] = graph
    .facts("namespace", "namespace", namespace)
    .flatMap((fact) => fact.labels ?? []);
  return labels ?? notKnown();
}
