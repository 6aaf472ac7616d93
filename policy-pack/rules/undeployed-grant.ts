import { deployedGrant } from "../../core/calls/deployed-grants";
import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import type { Answer } from "../define-rule";
import { distinct } from "./authority-answers";
import { harmOfTool, nameIn, nameOf, toolOf } from "./granted-tool";

const deploy =
  "give the `TaskBrokerDeployment` of the tenant the `brokerRef` of the workload and that of the tool";

/** A grant whose calls its tenant's broker decides: that one has to be run with it. */
export function ofGrant(
  fact: FactOf<"grants">,
  graph: Graph,
): readonly Answer<"not deployed" | "maybe deployed">[] {
  const { caller, grant, at, decidedBy } = fact;
  if (decidedBy !== undefined) return [];
  const deployed = deployedGrant(graph, fact);
  if (deployed.kind === "elsewhere" || deployed.kind === "deployed") return [];
  const tool = toolOf(fact, graph);
  const harm = harmOfTool(fact, tool, graph);
  if (harm.kind === "mild") return [];
  const base = {
    data: {
      broker: labelOfThing(graph, deployed.broker),
      caller: labelOfThing(graph, caller),
      tool: tool === undefined ? nameIn(grant.tool) : labelOfThing(graph, tool),
      harm: harm.kind === "grave" ? harm.text : "may cause effects or read sensitive data",
    },
    about: tool ?? nameOf(grant),
    holder: caller,
    fault: `the grant of ${graph.canonical(caller)} that ${graph.canonical(deployed.broker)} runs without`,
    at,
    related: [{ name: deployed.broker, as: "runs without the grant" }],
    fix: deploy,
  };
  if (deployed.kind === "missing" && harm.kind === "grave") {
    return [{ ...base, verdict: "violated", message: "not deployed" }];
  }
  const waitsFor = [
    ...(deployed.kind === "unknown" ? deployed.waitsFor : []),
    ...(harm.kind === "unknown" ? harm.open.waitsFor : []),
  ];
  return [
    {
      ...base,
      verdict: "undetermined",
      message: "maybe deployed",
      waitsFor: distinct(waitsFor),
    },
  ];
}
