import type { FactOf } from "../graph/fact";
import type { MetadataOptions } from "../graph/fact-values";
import type { Graph } from "../graph/graph";
import { reachOf, type Reach } from "../node-metadata";
import { no, or, unknown, yes, type Three } from "../three-valued";

const nothingStated: MetadataOptions = {
  httpEndpoint: undefined,
  httpTokens: undefined,
  httpPutResponseHopLimit: undefined,
};

/** Whether pods reach the credentials of the nodes that they run on, so that they hold its role too. */
export function reachedByPods(graph: Graph, { template, usual }: FactOf<"runs-pods">): Three {
  if (template === undefined) return answerOf(reachOf(nothingStated, usual));
  if (template.kind === "unknown") {
    return unknown("which launch template its nodes have is not known yet", template.dependsOn);
  }
  const described = graph.facts("metadata-options", "machines", template.name);
  return described.length === 0
    ? unknown("what launches its nodes is not in the stack")
    : or(described.map(({ options }) => answerOf(reachOf(options, usual))));
}

function answerOf(reach: Reach): Three {
  switch (reach.kind) {
    case "kept":
      return no;
    case "reached":
      return yes;
    case "unsaid":
      return unknown(`nothing says \`${reach.property}\` of its nodes`);
    case "unknown":
      return unknown(`\`${reach.property}\` of its nodes is not known yet`, reach.dependsOn);
  }
}
