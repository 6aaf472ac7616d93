import { callsOf, type Calls } from "../../core/calls/approaches";
import type { Approach } from "../../core/calls/walk-back";
import { actsUnasked } from "../../core/grants/declared-grant";
import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import { autonomyOf } from "../../core/identity/harm";
import { defineRule, type Answer } from "../define-rule";
import { distinct } from "./authority-answers";
import { harmOfTool, nameIn, nameOf, openIn, toolOf, type Open } from "./granted-tool";
import { harmText, wayFault } from "./grave-tools";

type Tool = Calls["tools"][number];
type Message = "grant" | "way" | "gateway" | "unknown grant" | "maybe" | "unknown way";

/** What an agent that acts by itself is talked into is done before anyone sees it, unless a person is asked. */
export default defineRule({
  id: "require-human-approval",
  title:
    "A person agrees to what an autonomous workload does with sensitive data, or causes outside itself",
  severity: "high",
  family: "authority",
  decides: "closed",
  because:
    "what a workload and a tool declare may come from several resources, and a policy that holds the workload back from others",
  watches: ["grants", "workload"],
  standards: [
    "NHI5:2025",
    "ASI02:2026",
    "ASI09:2026",
    "MITRE-ATLAS-5.6.0:AML.T0053",
    "MITRE-ATLAS-5.6.0:AML.M0029",
    "NIST-800-53r5:AC-3",
    "NIST-800-53r5:AC-5",
    "NIST-AI-RMF-1.0:MAP-3.5",
  ],
  remediation:
    'give the grant `approval: "human"`, for which the broker of the tenant asks, or have a person confirm each step of the workload: `autonomy: "supervised"`',
  messages: {
    grant:
      "`{caller}` acts by itself and may call `{tool}`, which {harm}, unasked: its grant demands no approval",
    way: "`{caller}` acts by itself and comes to `{tool}`, which {harm}, by a way on which no broker asks a person",
    gateway:
      "`{caller}` acts by itself and comes to `{tool}`, which {harm}, through gateway `{gateway}`, which asks no person: only the broker of a tenant does",
    "unknown grant":
      "undetermined: a preview cannot know whether `{caller}` acts by itself on sensitive data or effects of `{tool}` unasked: `{property}`",
    maybe:
      "undetermined: `{caller}` acts by itself and may come to `{tool}`, which {harm}, by a way on which no broker asks a person: {reason}",
    "unknown way":
      "undetermined: `{caller}` comes to `{tool}` by a way on which no broker asks a person, and a preview cannot know whether it acts by itself on sensitive data or effects: `{property}`",
  },
  check: (fact, graph) => {
    if (!graph.complete) return [];
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
  const data = {
    caller: labelOfThing(graph, caller),
    tool: tool === undefined ? nameIn(grant.tool) : labelOfThing(graph, tool),
  };
  const about = tool ?? nameOf(grant);
  const base = { about, holder: caller };
  const open: Open | undefined =
    autonomy.kind === "unknown"
      ? openIn(autonomy.said)
      : harm.kind === "unknown"
        ? harm.open
        : unasked.kind === "unknown"
          ? { at: { ...at, property: `${at.property}.approval` }, waitsFor: unasked.part.waitsFor }
          : undefined;
  if (open !== undefined) {
    return [
      {
        ...base,
        verdict: "undetermined",
        message: "unknown grant",
        data: { ...data, property: open.at.property },
        at: open.at,
        waitsFor: distinct(open.waitsFor),
      },
    ];
  }
  return [
    {
      ...base,
      verdict: "violated",
      message: "grant",
      data: { ...data, harm: harm.kind === "grave" ? harm.text : "" },
      at: { ...at, property: `${at.property}.approval` },
    },
  ];
}

/** Answers about a tool are given once, on the first of its statements. */
function ofTool(fact: FactOf<"workload">, graph: Graph): readonly Answer<Message>[] {
  if (graph.facts("workload", "workload", fact.workload)[0] !== fact) return [];
  const tool = callsOf(graph, fact.workload);
  return (tool?.approaches ?? []).flatMap((approach) =>
    approach.kind === "workload" && tool !== undefined ? ofWay(approach, tool, graph) : [],
  );
}

function ofWay(approach: Approach, tool: Tool, graph: Graph): readonly Answer<Message>[] {
  const { from, gateway, chain, door, doubt } = approach;
  const autonomy = autonomyOf(graph, from);
  if (autonomy.kind === "supervised") return [];
  const data = {
    caller: labelOfThing(graph, from),
    tool: labelOfThing(graph, tool.tool),
    harm: harmText(graph, tool.tool),
    ...(gateway !== undefined && { gateway: labelOfThing(graph, gateway) }),
  };
  const base = {
    about: tool.tool,
    holder: from,
    // A way on which nothing decides is told as that, where it is no gateway's.
    ...(gateway === undefined && { fault: wayFault(graph, from, tool.tool) }),
    chain,
    at: door,
  };
  const open =
    autonomy.kind === "unknown"
      ? openIn(autonomy.said)
      : tool.unknown === undefined
        ? undefined
        : openIn(tool.unknown);
  if (open !== undefined) {
    return [
      {
        ...base,
        verdict: "undetermined",
        message: "unknown way",
        data: { ...data, property: open.at.property },
        at: open.at,
        waitsFor: distinct(open.waitsFor),
      },
    ];
  }
  if (doubt !== undefined) {
    return [
      {
        ...base,
        verdict: "undetermined",
        message: "maybe",
        data: { ...data, reason: doubt.reason },
        waitsFor: distinct(doubt.waitsFor),
      },
    ];
  }
  return [
    { ...base, verdict: "violated", message: gateway === undefined ? "way" : "gateway", data },
  ];
}
