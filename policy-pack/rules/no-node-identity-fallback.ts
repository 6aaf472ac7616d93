import type { FactOf } from "../../core/graph/fact";
import type { MetadataOptions } from "../../core/graph/fact-values";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import { reachOf, type Reach } from "../../core/node-metadata";
import { defineRule, type Answer } from "../define-rule";

type Message = "tokens" | "hops" | "both" | "unsaid" | "unknown" | "template" | "notInStack";

const noOptions: MetadataOptions = {
  httpEndpoint: undefined,
  httpTokens: undefined,
  httpPutResponseHopLimit: undefined,
};

/** A pod that can ask for its node's credentials has an identity beside its own, which all pods there share. */
export default defineRule({
  id: "no-node-identity-fallback",
  title: "Pods cannot obtain the credentials of the node they run on",
  severity: "medium",
  family: "identity",
  decides: "early",
  because: "what launches a node says how far its credentials reach, and nothing else changes that",
  watches: ["runs-pods"],
  standards: [
    "NHI5:2025",
    "NHI9:2025",
    "ASI03:2026",
    "MITRE-ATLAS-5.6.0:AML.T0106",
    "NIST-800-53r5:AC-6",
    "NIST-800-53r5:SC-39",
  ],
  remediation:
    "launch the nodes with `httpTokens` `required` and `httpPutResponseHopLimit` `1`, and give pods roles of their own",
  messages: {
    tokens:
      "pods on `{nodes}` can obtain the credentials of their node, so that each holds {role} too: the metadata service asks for no token (`httpTokens` is `optional`)",
    hops: "pods on `{nodes}` can obtain the credentials of their node, so that each holds {role} too: answers of the metadata service travel {hops} hops (`httpPutResponseHopLimit`); at most 1",
    both: "pods on `{nodes}` can obtain the credentials of their node, so that each holds {role} too: the metadata service asks for no token (`httpTokens` is `optional`), and its answers travel {hops} hops; at most 1",
    unsaid:
      "undetermined: pods on `{nodes}` may be able to obtain the credentials of their node: nothing says `{property}`, for which accounts and images have defaults of their own",
    unknown:
      "undetermined: a preview cannot know whether pods on `{nodes}` can obtain the credentials of their node: `{property}` is not known yet",
    template:
      "undetermined: a preview cannot know whether pods on `{nodes}` can obtain the credentials of their node: which launch template they have is not known yet",
    notInStack:
      "undetermined: pods on `{nodes}` may be able to obtain the credentials of their node: `{template}`, by which they are launched, is not in the stack",
  },
  check: (fact, graph) => {
    const answer = answerTo(fact, graph);
    const isDue = graph.complete || answer?.verdict === "violated";
    return answer === undefined || !isDue ? [] : [answer];
  },
});

function answerTo(fact: FactOf<"runs-pods">, graph: Graph): Answer<Message> | undefined {
  const { nodes, template, usual, at } = fact;
  if (template === undefined) return answerFor(reachOf(noOptions, usual), { fact, at }, graph);
  const common = { verdict: "undetermined" as const, about: nodes, at };
  const data = { nodes: labelOfThing(graph, nodes) };
  if (template.kind === "unknown") {
    return { ...common, message: "template", data, waitsFor: template.waitsFor };
  }
  const described = graph.facts("gives-metadata", "machines", template.name);
  if (described.length === 0) {
    const known = { ...data, template: labelOfThing(graph, template.name) };
    return { ...common, message: "notInStack", data: known };
  }
  const answers = described.flatMap(
    (each) => answerFor(reachOf(each.options, usual), { fact, at: each.at }, graph) ?? [],
  );
  return answers.find(({ verdict }) => verdict === "violated") ?? answers[0];
}

function answerFor(
  reach: Reach,
  { fact, at }: { readonly fact: FactOf<"runs-pods">; readonly at: Answer["at"] },
  graph: Graph,
): Answer<Message> | undefined {
  const { nodes, template, role } = fact;
  // What launches the nodes of several groups is to be changed once.
  const about = template?.kind === "named" ? template.name : nodes;
  const related = graph.same(about, nodes) ? [] : [{ name: nodes, as: "runs pods" }];
  const label = { nodes: labelOfThing(graph, nodes) };
  switch (reach.kind) {
    case "kept":
      return undefined;
    case "reached": {
      const { withoutToken, hops } = reach;
      const message = !withoutToken ? "hops" : hops === undefined ? "tokens" : "both";
      const held = role?.kind === "named" ? `\`${labelOfThing(graph, role.name)}\`` : "its role";
      const data = { ...label, role: held, hops: String(hops ?? "") };
      return { verdict: "violated", message, data, about, at, related };
    }
    case "unsaid": {
      if (isToldByOthers(fact, graph)) return undefined;
      const data = { ...label, property: reach.property };
      return { verdict: "undetermined", message: "unsaid", data, about, at, related };
    }
    case "unknown": {
      const { property, waitsFor } = reach;
      const data = { ...label, property };
      return { verdict: "undetermined", message: "unknown", data, about, at, related, waitsFor };
    }
  }
}

/** Whether groups of nodes use a launch template that is known to run pods by itself: they tell more of its machines. */
function isToldByOthers({ nodes, template }: FactOf<"runs-pods">, graph: Graph): boolean {
  if (template?.kind !== "named" || !graph.same(template.name, nodes)) return false;
  const users = graph.facts("runs-pods", "template", nodes);
  return users.some((other) => !graph.same(other.nodes, nodes));
}
