import type { FactOf } from "../../../facts/fact";
import type { Labels, Ref } from "../../../facts/fact-values";
import type { Graph } from "../../../facts/graph";
import { labelOfThing } from "../../../facts/label";
import { selects } from "../../../domain/workloads/selector";
import type { Urn } from "../../../../core/snapshot/value";
import { and, no, unknown, yes, type Three } from "../../../../core/three-valued";
import {
  allOf,
  missing,
  proven,
  unproven,
  type Control,
  type ControlCase,
  type Proof,
} from "./control";

/** Where a stolen secret cannot be sent to, it is worth less. */
export const networkPolicy: Control = {
  shows:
    "NetworkPolicies select every pod of the workload and allow it to send only to peers that they name (port 53 to any)",
  prove: ({ graph, workload }: ControlCase) => {
    const pods = graph.facts("makes-pods", "workload", workload);
    const carriers = graph
      .facts("workload", "workload", workload)
      .filter((fact) => !fact.declarationOnly);
    const outside = carriers.find(({ at }) => !pods.some((pod) => pod.at.urn === at.urn));
    if (outside !== undefined || pods.length === 0) {
      return missing(`not all of \`${labelOfThing(graph, workload)}\` runs in pods`);
    }
    return allOf(pods.map((pod) => limited(pod, graph)));
  },
};

/** Policies add up: one limits sending, and no other that selects the pods may allow it to any peer. */
function limited(pods: FactOf<"makes-pods">, graph: Graph): Proof {
  const who = `the pods of \`${labelOfThing(graph, pods.workload)}\``;
  if (pods.hostNetwork === true) {
    return missing(`${who} use their node's network, which NetworkPolicies leave alone`);
  }
  const selecting = graph
    .all("limits-traffic")
    .map((policy) => ({ policy, selected: selectsPods(policy, pods, graph) }))
    .filter(({ policy, selected }) => selected.kind !== "no" && policy.egress.kind !== "none");
  const certain = selecting.filter(({ selected }) => selected.kind === "yes");
  const open = certain.find(({ policy }) => policy.egress.kind === "anywhere");
  if (open !== undefined) {
    const policy = labelOfThing(graph, open.policy.policy);
    return missing(`NetworkPolicy \`${policy}\` allows ${who} to send anywhere`);
  }
  if (selecting.length === 0) return missing(`no NetworkPolicy limits where ${who} send to`);
  const dependsOn = [...selecting.map(({ policy }) => policy.at.urn), ...dependsOnOf(pods.labels)];
  if (pods.hostNetwork === undefined) return unproven(`whose network ${who} use is not known`);
  const doubtful = selecting.some(
    ({ policy, selected }) =>
      policy.egress.kind === "unknown" ||
      (policy.egress.kind === "anywhere" && selected.kind === "unknown"),
  );
  const limits = certain.some(({ policy }) => policy.egress.kind === "named");
  return limits && !doubtful
    ? proven
    : unproven(`whether a NetworkPolicy limits where ${who} send to is not known`, dependsOn);
}

/** What labels wait for that are not known, as a whole or one by one. */
function dependsOnOf(labels: Labels): readonly Urn[] {
  if (labels.kind === "unknown") return labels.dependsOn;
  return Object.values(labels.labels).flatMap((text) =>
    text.kind === "unknown" ? text.dependsOn : [],
  );
}

function selectsPods(
  policy: FactOf<"limits-traffic">,
  pods: FactOf<"makes-pods">,
  graph: Graph,
): Three {
  return and([
    sameNamespace(policy.namespace, pods.namespace, graph),
    selects(policy.pods, pods.labels),
  ]);
}

function sameNamespace(a: Ref, b: Ref, graph: Graph): Three {
  if (a.kind === "unknown" || b.kind === "unknown") return unknown("a namespace is not known yet");
  if (graph.same(a.name, b.name)) return yes;
  const possibly = graph.possiblySame(a.name).some((other) => graph.same(other, b.name));
  return possibly ? unknown("two namespaces may be one") : no;
}
