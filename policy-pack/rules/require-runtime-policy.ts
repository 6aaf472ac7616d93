import { callsIn, callsOf, type Calls } from "../../core/calls/approaches";
import { policingOf } from "../../core/calls/policing";
import type { Approach } from "../../core/calls/walk-back";
import type { Fact, FactOf } from "../../core/graph/fact";
import type { At } from "../../core/graph/fact-values";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import { labelOf, type Name } from "../../core/graph/name";
import type { Severity } from "../../core/severity";
import type { Urn } from "../../core/snapshot/value";
import { defineRule, type Answer } from "../define-rule";
import { distinct, unknownFault, labelOfPolicy } from "./authority-answers";
import { doorFault, harmText, wayFault } from "./grave-tools";
import { ofGrant } from "./undeployed-grant";

type Tool = Calls["tools"][number];
type Watched = FactOf<
  | "workload"
  | "lets-in"
  | "target-of"
  | "permits"
  | "has-action"
  | "sets-off"
  | "called-by-api"
  | "allows"
  | "attaches"
  | "grants"
>;
type Message =
  | "way"
  | "door"
  | "no engine"
  | "watching"
  | "maybe"
  | "maybe door"
  | "account"
  | "mode"
  | "elsewhere"
  | "api"
  | "harm"
  | "trust"
  | "leads"
  | "policy"
  | "not deployed"
  | "maybe deployed";

/** Where nothing decides a call at run time, what an agent is talked into is done with the tool's authority. */
export default defineRule({
  id: "require-runtime-policy",
  title: "Something decides each call of a tool that reads sensitive data or causes effects",
  severity: "high",
  family: "authority",
  decides: "closed",
  because:
    "a policy that holds a caller back, the broker of a tenant and the policy engine of a gateway may come from resources yet to come",
  watches: [
    "workload",
    "lets-in",
    "target-of",
    "permits",
    "has-action",
    "sets-off",
    "called-by-api",
    "allows",
    "attaches",
    "grants",
  ],
  standards: [
    "NHI5:2025",
    "ASI02:2026",
    "MITRE-ATLAS-5.6.0:AML.T0053",
    "MITRE-ATLAS-5.6.0:AML.T0086",
    "MITRE-ATLAS-5.6.0:AML.M0028",
    "NIST-800-53r5:AC-3",
    "NIST-AI-RMF-1.0:MAP-3.5",
  ],
  remediation:
    "let the tenant's `broker` alone obtain the role of the tool and call it, or call it through a gateway whose policy engine is in `ENFORCE`",
  messages: {
    way: "`{from}` comes to `{tool}`, which {harm}, and nothing decides the call: neither the broker of its tenant nor a gateway in `ENFORCE`",
    door: "{way} `{from}` lets calls in to `{tool}`, which {harm}, and nothing decides them: neither the broker of its tenant nor a gateway in `ENFORCE`",
    "no engine":
      "gateway `{from}` sends calls on to `{tool}`, which {harm}, and decides none of them: it has no policy engine",
    watching:
      "gateway `{from}` sends calls on to `{tool}`, which {harm}, and decides none of them: its policy engine is in `{mode}`",
    maybe:
      "undetermined: `{from}` may come to `{tool}`, which {harm}, without that anything decides the call: {reason}",
    "maybe door":
      "undetermined: {way} `{from}` lets calls in to `{tool}`, which {harm}, and nothing else decides them: {reason}",
    account:
      "undetermined: whoever account `{from}` lets may come to `{tool}`, which {harm}, without that anything decides the call",
    mode: "undetermined: a preview cannot know whether gateway `{from}` decides the calls that it sends on to `{tool}`, which {harm}",
    elsewhere:
      "undetermined: `{tool}`, which {harm}, is a target of a gateway that is not in the stack, so that nobody can tell whether that decides its calls",
    api: "undetermined: `{tool}`, which {harm}, is called by an API that is not in the stack, so that nobody can tell whom that asks",
    harm: "undetermined: `{from}` comes to `{tool}` without that anything decides the call, and a preview cannot know whether it reads sensitive data or causes effects: `{property}`",
    trust:
      "undetermined: a preview cannot know all of those who may obtain `{role}`, the role of `{tool}`, which {harm}",
    leads:
      "undetermined: a preview cannot know whether `{from}` leads to a tool each of whose calls has to be decided",
    policy:
      "undetermined: a preview cannot know whether `{policy}` lets `{identity}` call a tool each of whose calls has to be decided: {reason}",
    "not deployed":
      "task broker `{broker}` runs without the grant of `{caller}` on `{tool}`, which {harm}",
    "maybe deployed":
      "undetermined: a preview cannot know whether task broker `{broker}` runs with the grant of `{caller}` on `{tool}`, which {harm}",
  },
  check: (fact, graph) => {
    if (!graph.complete) return [];
    if (fact.kind === "grants") return ofGrant(fact, graph);
    return fact.kind === "workload" ? ofTools(fact, graph) : ofUnknown(fact, graph);
  },
});

/** Answers about a tool are given once, on the first of its statements. */
function ofTools(fact: FactOf<"workload">, graph: Graph): readonly Answer<Message>[] {
  if (graph.facts("workload", "workload", fact.workload)[0] !== fact) return [];
  const tool = callsOf(graph, fact.workload);
  if (tool === undefined || isDecidedBefore(tool, graph)) return [];
  const answers = [
    ...tool.approaches.flatMap((approach) => answersOn(approach, tool, graph)),
    ...tool.unknownTrust.map((unknown) => ofTrust(unknown, tool, graph)),
  ];
  const { unknown } = tool;
  return unknown === undefined ? answers : ofHarm(unknown, tool, answers, graph);
}

/** Whether the tool is a gateway itself, which decides what it lets through. */
function isDecidedBefore({ workloads }: Tool, graph: Graph): boolean {
  return workloads.some((workload) => policingOf(graph, workload).kind === "decides");
}

function answersOn(approach: Approach, { tool }: Tool, graph: Graph): readonly Answer<Message>[] {
  const { from, kind, gateway, chain, door, doubt, entry } = approach;
  // What comes to the tool by a gateway is told of the gateway.
  if (gateway !== undefined) return [];
  const base = {
    about: tool,
    holder: from,
    fault: entry === undefined ? wayFault(graph, from, tool) : doorFault(graph, from, tool),
    chain,
    at: door,
    data: {
      from: kind === "account" ? accountIn(from) : labelOfThing(graph, from),
      tool: labelOfThing(graph, tool),
      harm: harmText(graph, tool),
      ...(entry && { way: entry.way }),
    },
  };
  if (kind === "gateway") return ofGateway(approach, base, graph);
  if (kind === "account") {
    return [{ ...base, verdict: "undetermined", message: "account" }];
  }
  if (doubt !== undefined) {
    const data = { ...base.data, reason: doubt.reason };
    const waitsFor = distinct(doubt.waitsFor);
    return [
      {
        ...base,
        verdict: "undetermined",
        message: entry === undefined ? "maybe" : "maybe door",
        data,
        ...gradeOf(approach),
        waitsFor,
      },
    ];
  }
  return [{ ...base, verdict: "violated", message: kind === "entry" ? "door" : "way" }];
}

function ofGateway(
  { from }: Approach,
  base: Pick<Answer<Message>, "about" | "at"> & { readonly data: Readonly<Record<string, string>> },
  graph: Graph,
): readonly Answer<Message>[] {
  const policing = policingOf(graph, from);
  switch (policing.kind) {
    case "decides":
      return [];
    case "none":
      return [{ ...base, verdict: "violated", message: "no engine", at: engineOf(from, graph) }];
    case "watches": {
      const data = { ...base.data, mode: policing.mode };
      return [{ ...base, verdict: "violated", message: "watching", data, at: policing.fact.at }];
    }
    case "unknown": {
      const { at } = policing.fact;
      const waitsFor = waitsForOf(policing.fact.mode);
      return [{ ...base, verdict: "undetermined", message: "mode", at, waitsFor }];
    }
  }
}

/** Where a gateway would name its policy engine. */
function engineOf(gateway: Name, graph: Graph): At {
  const [fact] = graph.facts("lets-in", "entry", gateway);
  return { urn: fact?.at.urn ?? gateway, property: "policyEngineConfiguration" };
}

/** A tool of which it is not known whether its calls have to be decided: told once, where anything comes to it. */
function ofHarm(
  said: FactOf<"declares">,
  { tool }: Tool,
  answers: readonly Answer<Message>[],
  graph: Graph,
): readonly Answer<Message>[] {
  const [first] = answers;
  if (first === undefined) return [];
  return [
    {
      verdict: "undetermined",
      message: "harm",
      data: {
        from: labelOfThing(graph, first.holder ?? first.about),
        tool: labelOfThing(graph, tool),
        property: said.at.property,
      },
      about: tool,
      at: said.at,
      waitsFor: waitsForOf(said.value),
    },
  ];
}

function ofTrust(
  { fact, waitsFor }: Tool["unknownTrust"][number],
  { tool }: Tool,
  graph: Graph,
): Answer<Message> {
  return {
    verdict: "undetermined",
    message: "trust",
    data: {
      role: labelOfThing(graph, fact.identity),
      tool: labelOfThing(graph, tool),
      harm: harmText(graph, tool),
    },
    about: tool,
    holder: fact.identity,
    fault: `the trust of ${graph.canonical(fact.identity)} is not known`,
    at: fact.at,
    waitsFor: distinct(waitsFor),
  };
}

/** Ways in that lead nobody knows where, and policies of which nothing is known, where there are tools to decide about. */
function ofUnknown(
  fact: Exclude<Watched, { kind: "workload" | "grants" }>,
  graph: Graph,
): readonly Answer<Message>[] {
  const { tools, unknownEntries, elsewhere, apisElsewhere, unknownPolicies } = callsIn(graph);
  if (tools.length === 0) return [];
  const leads = unknownEntries
    .filter((each) => (each.fact as Fact) === fact)
    .map(({ waitsFor }): Answer<Message> => {
      const about = fact.kind === "lets-in" ? fact.entry : fact.at.urn;
      return {
        verdict: "undetermined",
        message: "leads",
        data: { from: labelOfThing(graph, about) },
        ...(fact.kind === "lets-in" && gradeOf({ entry: fact })),
        about,
        at: fact.at,
        waitsFor: distinct(waitsFor),
      };
    });
  const policies = unknownPolicies
    .filter(({ at }) => at === fact.at)
    .map(({ policy, identity, at, doubt }): Answer<Message> => ({
      verdict: "undetermined",
      message: "policy",
      data: {
        policy: labelOfPolicy(graph, { name: policy }, identity, at),
        identity: labelOfThing(graph, identity),
        reason: doubt.reason,
      },
      about: policy,
      holder: identity,
      fault: unknownFault(graph, policy, identity),
      at,
      waitsFor: distinct(doubt.waitsFor),
    }));
  const targets = [...elsewhere, ...apisElsewhere]
    .filter((each) => (each.fact as Fact) === fact)
    .map(({ tool, waitsFor, fact: { kind } }): Answer<Message> => ({
      verdict: "undetermined",
      message: kind === "target-of" ? "elsewhere" : "api",
      data: { tool: labelOfThing(graph, tool), harm: harmText(graph, tool) },
      about: tool,
      holder: fact.at.urn,
      at: fact.at,
      waitsFor: distinct(waitsFor),
    }));
  return [...leads, ...targets, ...policies];
}

/** What balancers and ingresses ask is told by what they are configured with, which is not read. */
function gradeOf({ entry }: Pick<Approach, "entry">): { readonly grade?: Severity } {
  return entry?.way === "load balancer" || entry?.way === "ingress" ? { grade: "low" } : {};
}

function waitsForOf(text: FactOf<"declares">["value"]): readonly Urn[] {
  return text.kind === "unknown" ? distinct(text.waitsFor) : [];
}

function accountIn(root: string): string {
  return /::(\d+):root$/.exec(root)?.[1] ?? labelOf(root);
}
