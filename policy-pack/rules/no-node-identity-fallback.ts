import type { FactOf } from "../facts/fact";
import type { Graph } from "../facts/graph";
import { labelOfThing } from "../facts/label";
import { reachOf, type Reach } from "../domain/workloads/node-metadata";
import { defineRule, type Answer } from "../findings/define-rule";

type Message = "tokens" | "hops" | "both" | "reached";

/** A pod that can read its node's credentials has an identity beside its own, which all pods there share. */
export default defineRule({
  id: "no-node-identity-fallback",
  title: "Pods cannot use the credentials of their node",
  severity: "medium",
  family: "identity",
  decides: "early",
  because: "only the resource that launches a node limits who can read its credentials",
  watches: ["machines"],
  remediation:
    "set `httpTokens` to `required` and `httpPutResponseHopLimit` to `1`, and give pods roles of their own, such as those of an `Agent` or `Tool`",
  messages: {
    tokens: "Pods on `{nodes}` can use the node role{role}: `httpTokens` is `optional`",
    hops: "Pods on `{nodes}` can use the node role{role}: `httpPutResponseHopLimit` is {hops}, not 1",
    both: "Pods on `{nodes}` can use the node role{role}: `httpTokens` is `optional`, and `httpPutResponseHopLimit` is {hops}",
    reached: "Pods on `{nodes}` can use the node role{role}",
  },
  check: (fact, graph) => {
    const answer = answerTo(fact, graph);
    return answer === undefined ? [] : [answer];
  },
});

function answerTo(fact: FactOf<"machines">, graph: Graph): Answer<Message> | undefined {
  const { machines: nodes, template, usual, at } = fact;
  if (usual === undefined) return undefined;
  if (template === undefined) return answerFor(reachOf(undefined, usual), { fact, at }, graph);
  const open = {
    message: "reached",
    data: dataOf(fact, graph),
    about: nodes,
    at,
  } as const;
  if (template.kind === "unknown") return { ...open, uncertainty: template };
  const described = graph
    .facts("machines", "machines", template.name)
    .filter(({ options }) => options !== undefined);
  if (described.length === 0) {
    const reason = `launch template \`${labelOfThing(graph, template.name)}\` is not in the stack`;
    return { ...open, uncertainty: { reason } };
  }
  const answers = described.flatMap(
    (each) => answerFor(reachOf(each.options, usual), { fact, at: each.at }, graph) ?? [],
  );
  return answers.find(({ uncertainty }) => uncertainty === undefined) ?? answers[0];
}

function answerFor(
  reach: Reach,
  { fact, at }: { readonly fact: FactOf<"machines">; readonly at: Answer["at"] },
  graph: Graph,
): Answer<Message> | undefined {
  const { machines: nodes, template } = fact;
  // What launches the nodes of several groups is to be changed once.
  const about = template?.kind === "named" ? template.name : nodes;
  const related = graph.same(about, nodes) ? [] : [{ name: nodes, as: "runs pods" }];
  const data = dataOf(fact, graph);
  const open = { message: "reached", data, about, at, related } as const;
  switch (reach.kind) {
    case "kept":
      return undefined;
    case "reached": {
      const { withoutToken, hops } = reach;
      const message = !withoutToken ? "hops" : hops === undefined ? "tokens" : "both";
      const known = { ...data, hops: String(hops ?? "") };
      return { message, data: known, about, at, related };
    }
    case "unsaid": {
      if (isReportedByOthers(fact, graph)) return undefined;
      const reason = `\`${reach.property}\` is not set, and accounts and images have defaults`;
      return { ...open, uncertainty: { reason } };
    }
    case "unknown":
      return { ...open, uncertainty: reach };
  }
}

/** The nodes, and their role where it is known. */
function dataOf(
  { machines: nodes, role }: FactOf<"machines">,
  graph: Graph,
): Readonly<Record<string, string>> {
  const named = role?.kind === "named" ? ` \`${labelOfThing(graph, role.name)}\`` : "";
  return { nodes: labelOfThing(graph, nodes), role: named };
}

/** Whether groups of nodes use a launch template that is known to run pods by itself: they have more data on its machines. */
function isReportedByOthers(
  { machines: nodes, template }: FactOf<"machines">,
  graph: Graph,
): boolean {
  if (template?.kind !== "named" || !graph.same(template.name, nodes)) return false;
  const users = graph.facts("machines", "template", nodes);
  return users.some((other) => !graph.same(other.machines, nodes));
}
