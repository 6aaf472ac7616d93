import { notKnown } from "../../../core/certainty";
import type { Labels } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";
import type { Name } from "../../facts/name";

/** The labels of a namespace; only its cluster has those of one outside the stack. */
export function labelsOfNamespace(graph: Graph, namespace: Name): Labels {
  const [labels] = graph
    .facts("namespace", "namespace", namespace)
    .flatMap((fact) => fact.labels ?? []);
  return labels ?? notKnown();
}
