import { deployedGrant } from "../../domain/paths/calls/deployed-grants";
import type { FactOf } from "../../facts/fact";
import type { Graph } from "../../facts/graph";
import { labelOfThing } from "../../facts/label";
import type { Answer } from "../../findings/define-rule";
import { harmOfTool, toolOf } from "../../domain/paths/calls/granted-tool";
import { toolText, toolName } from "./tools";
import { dedupKey } from "./dedup-keys";

const deploy =
  "pass the `brokerRef` of the workload and of the tool to the `TaskBrokerDeployment` of the tenant";

/** A grant whose calls its tenant's broker decides: that one has to be run with it. */
export function ofGrant(fact: FactOf<"grants">, graph: Graph): readonly Answer<"not deployed">[] {
  const { caller, grant, at, decidedBy } = fact;
  if (typeof decidedBy === "string") return [];
  const deployed = deployedGrant(graph, fact);
  if (deployed.kind === "elsewhere" || deployed.kind === "deployed") return [];
  const tool = toolOf(fact, graph);
  const harm = harmOfTool(fact, tool, graph);
  if (harm.kind === "mild") return [];
  const base = {
    message: "not deployed" as const,
    data: {
      broker: labelOfThing(graph, deployed.broker),
      tool: toolText(grant, tool, harm, graph),
    },
    about: tool ?? toolName(grant),
    holder: caller,
    fault: dedupKey(graph, "grant that no broker has", caller, deployed.broker),
    at,
    related: [{ name: deployed.broker, as: "runs without the grant" }],
    fix: deploy,
  };
  if (deployed.kind === "missing" && harm.kind === "high-risk" && decidedBy === undefined) {
    return [base];
  }
  const dependsOn = [
    ...(decidedBy?.dependsOn ?? []),
    ...(deployed.kind === "unknown" ? deployed.dependsOn : []),
    ...(harm.kind === "unknown" ? harm.open.dependsOn : []),
  ];
  return [{ ...base, uncertainty: { dependsOn } }];
}
