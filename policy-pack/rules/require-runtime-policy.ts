import { callsIn, callsOf, type Calls } from "../../core/calls/call-paths";
import { policingOf } from "../../core/calls/policing";
import type { CallPath } from "../../core/calls/call-path-search";
import type { Fact, FactOf } from "../../core/graph/fact";
import type { At } from "../../core/graph/fact-values";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import { labelOf, type Name } from "../../core/graph/name";
import type { Severity } from "../../core/severity";
import type { Urn } from "../../core/snapshot/value";
import { defineRule, type Answer } from "../define-rule";
import { labelOfPolicy } from "../answers/authority";
import { ofGrant } from "../answers/undeployed-grant";
import { harmText } from "../../core/identity/harm";
import { dedupKey } from "../answers/dedup-keys";

type Tool = Calls["tools"][number];
type Watched = FactOf<
  "workload" | "exposes" | "permits" | "invokes" | "triggers" | "allows" | "attaches" | "grants"
>;
type Message =
  | "called"
  | "exposed"
  | "no engine"
  | "watching"
  | "gateway"
  | "high-risk"
  | "leads"
  | "policy"
  | "not deployed";

/** Without a decision at run time, a manipulated agent acts with the permissions of the tool. */
export default defineRule({
  id: "require-runtime-policy",
  title: "A policy decides each call of a tool that reads sensitive data or has effects",
  severity: "high",
  family: "authority",
  decides: "closed",
  because:
    "a policy that denies a caller, the broker of a tenant and the policy engine of a gateway may come from later resources",
  watches: [
    "workload",
    "exposes",
    "permits",
    "invokes",
    "triggers",
    "allows",
    "attaches",
    "grants",
  ],
  remediation:
    "have only the tenant's `broker` call the tool, or call it through a gateway whose policy engine is in `ENFORCE`",
  messages: {
    called: "Tool `{tool}`, which {harm}, can be called without a runtime policy decision",
    exposed: "Tool `{tool}`, which {harm}, is exposed by {way} without a runtime policy decision",
    "no engine": "Tool `{tool}`, which {harm}, is called through a gateway without a policy engine",
    watching:
      "Tool `{tool}`, which {harm}, is called through a gateway whose policy engine is in `{mode}`",
    gateway: "Tool `{tool}`, which {harm}, is called through a gateway that enforces no policy",
    "high-risk": "High-risk tool `{tool}` can be called without a runtime policy decision",
    leads: "`{from}` exposes a high-risk tool without a runtime policy decision",
    policy: "Policy `{policy}` allows calls of a high-risk tool without a runtime policy decision",
    "not deployed": "The grant on {tool} is missing in task broker `{broker}`",
  },
  check: (fact, graph) => {
    if (fact.kind === "grants") return ofGrant(fact, graph);
    return fact.kind === "workload" ? ofTools(fact, graph) : ofUnknown(fact, graph);
  },
});

/** Answers about a tool are returned once, on the first of its statements. */
function ofTools(fact: FactOf<"workload">, graph: Graph): readonly Answer<Message>[] {
  if (graph.facts("workload", "workload", fact.workload)[0] !== fact) return [];
  const tool = callsOf(graph, fact.workload);
  if (tool === undefined || isDecidedBefore(tool, graph)) return [];
  const answers = [
    ...tool.callPaths.flatMap((callPath) => answersOn(callPath, tool, graph)),
    ...tool.unknownTrust.map((unknown) => ofTrust(unknown, tool, graph)),
  ];
  const { unknown } = tool;
  return unknown === undefined ? answers : ofHarm(unknown, tool, answers, graph);
}

/** Whether the tool is a gateway itself, which decides on its calls. */
function isDecidedBefore({ workloads }: Tool, graph: Graph): boolean {
  return workloads.some((workload) => policingOf(graph, workload).kind === "decides");
}

function answersOn(callPath: CallPath, { tool }: Tool, graph: Graph): readonly Answer<Message>[] {
  const { from, kind, gateway, chain, endpoint, uncertainty, entry } = callPath;
  // What calls the tool by a gateway is reported of the gateway.
  if (gateway !== undefined) return [];
  const base = {
    about: tool,
    holder: from,
    fault:
      entry === undefined
        ? dedupKey(graph, "call path", from, tool)
        : dedupKey(graph, "endpoint", from, tool),
    chain,
    at: endpoint,
    data: {
      tool: labelOfThing(graph, tool),
      harm: harmText(graph, tool),
      ...(entry && { way: withArticle(entry.way) }),
    },
  };
  if (kind === "gateway") return ofGateway(callPath, base, graph);
  if (kind === "account") {
    const reason = `account \`${accountIn(from)}\` decides which of its principals may call`;
    return [{ ...base, message: "called", uncertainty: { reason } }];
  }
  const message = entry === undefined ? "called" : "exposed";
  if (uncertainty === undefined) return [{ ...base, message }];
  return [{ ...base, message, ...severityOf(callPath), uncertainty }];
}

function ofGateway(
  { from }: CallPath,
  base: Pick<Answer<Message>, "about" | "at"> & { readonly data: Readonly<Record<string, string>> },
  graph: Graph,
): readonly Answer<Message>[] {
  const policing = policingOf(graph, from);
  switch (policing.kind) {
    case "decides":
      return [];
    case "none":
      return [{ ...base, message: "no engine", at: engineOf(from, graph) }];
    case "watches": {
      const data = { ...base.data, mode: policing.mode };
      return [{ ...base, message: "watching", data, at: policing.fact.at }];
    }
    case "unknown": {
      const { dependsOn } = policing.mode;
      return [{ ...base, message: "gateway", at: policing.fact.at, uncertainty: { dependsOn } }];
    }
  }
}

/** Where a gateway would name its policy engine. */
function engineOf(gateway: Name, graph: Graph): At {
  const [fact] = graph.facts("exposes", "entry", gateway);
  return { urn: fact?.at.urn ?? gateway, property: "policyEngineConfiguration" };
}

/** A tool of which it is not known whether its calls have to be decided: reported once, where anything calls it. */
function ofHarm(
  stated: FactOf<"declares">,
  { tool }: Tool,
  answers: readonly Answer<Message>[],
  graph: Graph,
): readonly Answer<Message>[] {
  if (answers.length === 0) return [];
  return [
    {
      message: "high-risk",
      data: { tool: labelOfThing(graph, tool) },
      about: tool,
      at: stated.at,
      uncertainty: { dependsOn: dependsOnOf(stated.value) },
    },
  ];
}

function ofTrust(
  { fact, dependsOn }: Tool["unknownTrust"][number],
  { tool }: Tool,
  graph: Graph,
): Answer<Message> {
  return {
    message: "called",
    data: { tool: labelOfThing(graph, tool), harm: harmText(graph, tool) },
    about: tool,
    holder: fact.identity,
    fault: dedupKey(graph, "unknown trust", fact.identity),
    at: fact.at,
    uncertainty: { dependsOn },
  };
}

/** Endpoints whose target is not known, and policies that are not known, where there are tools to decide about. */
function ofUnknown(
  fact: Exclude<Watched, { kind: "workload" | "grants" }>,
  graph: Graph,
): readonly Answer<Message>[] {
  const { tools, unknownEntries, elsewhere, unknownPolicies } = callsIn(graph);
  if (tools.length === 0) return [];
  const leads = unknownEntries
    .filter((each) => (each.fact as Fact) === fact)
    .map(({ dependsOn }): Answer<Message> => {
      const about = fact.kind === "exposes" ? fact.entry : fact.at.urn;
      return {
        message: "leads",
        data: { from: labelOfThing(graph, about) },
        ...(fact.kind === "exposes" && severityOf({ entry: fact })),
        about,
        at: fact.at,
        uncertainty: { dependsOn },
      };
    });
  const policies = unknownPolicies
    .filter(({ at }) => at === fact.at)
    .map(({ policy, identity, at, uncertainty }): Answer<Message> => ({
      message: "policy",
      data: { policy: labelOfPolicy(graph, { name: policy }, identity, at) },
      about: policy,
      holder: identity,
      fault: dedupKey(graph, "unknown policy", policy, identity),
      at,
      uncertainty,
    }));
  const targets = elsewhere
    .filter((each) => (each.fact as Fact) === fact)
    .map(({ tool, dependsOn, fact: { as: what } }): Answer<Message> => {
      return {
        message: what === "gateway" ? "gateway" : "exposed",
        data: {
          tool: labelOfThing(graph, tool),
          harm: harmText(graph, tool),
          way: withArticle(what),
        },
        about: tool,
        holder: fact.at.urn,
        at: fact.at,
        uncertainty: { reason: `the ${what} is not in the stack`, dependsOn },
      };
    });
  return [...leads, ...targets, ...policies];
}

/** How balancers and ingresses authenticate is a matter of their configuration, which is not read. */
function severityOf({ entry }: Pick<CallPath, "entry">): { readonly severity?: Severity } {
  return entry?.way === "load balancer" || entry?.way === "ingress" ? { severity: "low" } : {};
}

function dependsOnOf(text: FactOf<"declares">["value"]): readonly Urn[] {
  return text.kind === "unknown" ? text.dependsOn : [];
}

function withArticle(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? "an" : "a"} ${noun}`;
}

function accountIn(root: string): string {
  return /::(\d+):root$/.exec(root)?.[1] ?? labelOf(root);
}
