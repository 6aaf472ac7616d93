import { callsOf, type Calls } from "../../core/calls/call-paths";
import type { CallPath } from "../../core/calls/call-path-search";
import { actsUnasked } from "../../core/grants/declared-grant";
import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import { autonomyOf, harmText } from "../../core/identity/harm";
import { defineRule, type Answer } from "../define-rule";
import { harmOfTool, openIn, toolOf, type Open } from "../../core/calls/granted-tool";
import { toolText, toolName } from "../answers/tools";
import { dedupKey } from "../answers/dedup-keys";

type Tool = Calls["tools"][number];
type Message = "grant" | "called" | "gateway" | "high-risk";

/** A manipulated agent that acts autonomously does harm before a person sees it, unless a person has to approve. */
export default defineRule({
  id: "require-human-approval",
  title:
    "A person approves each call of an autonomous workload that reads sensitive data or has effects",
  severity: "high",
  family: "authority",
  decides: "closed",
  because:
    "the declarations of a workload and a tool, and a policy that denies the call, may come from later resources",
  watches: ["grants", "workload"],
  remediation:
    'set `approval: "human"` on the grant, or `autonomy: "supervised"` on the workload if a person confirms each step',
  messages: {
    grant: "A grant allows an autonomous workload to call {tool} without human approval",
    called:
      "Tool `{tool}`, which {harm}, can be called by an autonomous workload without human approval",
    gateway:
      "Tool `{tool}`, which {harm}, can be called by an autonomous workload through a gateway without human approval",
    "high-risk":
      "High-risk tool `{tool}` can be called by an autonomous workload without human approval",
  },
  check: (fact, graph) => {
    return fact.kind === "grants" ? ofGrant(fact, graph) : ofTool(fact, graph);
  },
});

function ofGrant(fact: FactOf<"grants">, graph: Graph): readonly Answer<Message>[] {
  const { caller, grant, at } = fact;
  const autonomy = autonomyOf(graph, caller);
  const unasked = actsUnasked(grant);
  if (autonomy.kind === "supervised" || unasked.kind === "no") return [];
  const tool = toolOf(fact, graph);
  const harm = harmOfTool(fact, tool, graph);
  if (harm.kind === "mild") return [];
  const base = {
    message: "grant" as const,
    data: { tool: toolText(grant, tool, harm, graph) },
    about: tool ?? toolName(grant),
    holder: caller,
  };
  const open: Open | undefined =
    autonomy.kind === "unknown"
      ? openIn(autonomy.stated)
      : harm.kind === "unknown"
        ? harm.open
        : unasked.kind === "unknown"
          ? {
              at: { ...at, property: `${at.property}.approval` },
              dependsOn: unasked.part.dependsOn,
            }
          : undefined;
  if (open !== undefined) {
    const { at, dependsOn } = open;
    return [{ ...base, at, uncertainty: { dependsOn } }];
  }
  return [{ ...base, at: { ...at, property: `${at.property}.approval` } }];
}

/** Answers about a tool are returned once, on the first of its statements. */
function ofTool(fact: FactOf<"workload">, graph: Graph): readonly Answer<Message>[] {
  if (graph.facts("workload", "workload", fact.workload)[0] !== fact) return [];
  const tool = callsOf(graph, fact.workload);
  return (tool?.callPaths ?? []).flatMap((callPath) =>
    callPath.kind === "workload" && tool !== undefined ? ofWay(callPath, tool, graph) : [],
  );
}

function ofWay(callPath: CallPath, tool: Tool, graph: Graph): readonly Answer<Message>[] {
  const { from, gateway, chain, endpoint, uncertainty } = callPath;
  const autonomy = autonomyOf(graph, from);
  if (autonomy.kind === "supervised") return [];
  const base = {
    message: gateway === undefined ? ("called" as const) : ("gateway" as const),
    data: { tool: labelOfThing(graph, tool.tool), harm: harmText(graph, tool.tool) },
    about: tool.tool,
    holder: from,
    // A call that nothing decides is reported as that, except through a gateway.
    ...(gateway === undefined && { fault: dedupKey(graph, "call path", from, tool.tool) }),
    chain,
    at: endpoint,
  };
  const open =
    autonomy.kind === "unknown"
      ? openIn(autonomy.stated)
      : tool.unknown === undefined
        ? undefined
        : openIn(tool.unknown);
  if (open !== undefined) {
    return [
      {
        ...base,
        ...(tool.unknown !== undefined && { message: "high-risk" }),
        at: open.at,
        uncertainty: open,
      },
    ];
  }
  if (uncertainty !== undefined) {
    return [{ ...base, uncertainty }];
  }
  return [base];
}
