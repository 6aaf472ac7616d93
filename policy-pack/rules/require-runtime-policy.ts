import { callsIn, callsOf, type Calls } from "../domain/paths/calls/call-paths";
import type { CallPath } from "../domain/paths/calls/call-path-search";
import { openIn } from "../domain/paths/calls/granted-tool";
import { policingOf } from "../domain/paths/calls/policing";
import type { Fact, FactOf } from "../facts/fact";
import type { Graph } from "../facts/graph";
import type { Name } from "../facts/name";
import { harmText } from "../domain/workloads/harm";
import { severityIfUnknown } from "../domain/paths/inbound/behind";
import { withArticle } from "../../core/listed";
import { defineRule, type Answer } from "../findings/define-rule";
import { labelOfPolicy } from "./answers/authority";
import { ofExcess } from "./answers/broker-excess";
import { ofGrant } from "./answers/undeployed-grant";
import { dedupKey } from "./answers/dedup-keys";

type Tool = Calls["tools"][number];
type Message =
  | "called"
  | "exposed"
  | "no engine"
  | "watching"
  | "gateway"
  | "high-risk"
  | "leads"
  | "policy"
  | "not deployed"
  | "excess";

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
    "broker-excess",
  ],
  remediation:
    "have only the tenant's broker call the tool (`broker` of the `Tenant`, such as a `TaskBroker`), or call it through a gateway whose policy engine is in `ENFORCE`, such as a `Gateway`",
  messages: {
    called: "Tool `{about}`, which {harm}, can be called without a runtime policy decision",
    exposed: "Tool `{about}`, which {harm}, is exposed by {way} without a runtime policy decision",
    "no engine":
      "Tool `{about}`, which {harm}, is called through a gateway without a policy engine",
    watching:
      "Tool `{about}`, which {harm}, is called through a gateway whose policy engine is in `{mode}`",
    gateway: "Tool `{about}`, which {harm}, is called through a gateway that enforces no policy",
    "high-risk": "High-risk tool `{about}` can be called without a runtime policy decision",
    leads: "`{about}` exposes a high-risk tool without a runtime policy decision",
    policy: "Policy `{policy}` allows calls of a high-risk tool without a runtime policy decision",
    excess: "Task broker configuration `{broker}` gives credentials beyond its grants{excess}",
    "not deployed": "The grant on {tool} is missing in task broker `{broker}`",
  },
  check: (fact, graph) => {
    if (fact.kind === "grants") return ofGrant(fact, graph);
    if (fact.kind === "broker-excess") return ofExcess(fact, graph);
    return fact.kind === "workload" ? ofTool(fact, graph) : ofUnknown(fact, graph);
  },
});

function ofTool(fact: FactOf<"workload">, graph: Graph): readonly Answer<Message>[] {
  const found = callsOf(graph, fact);
  if (found === undefined || decidesItself(found, graph)) return [];
  const { tool, callPaths, unknownTrust, unknown } = found;
  const answers = [
    ...callPaths.flatMap((callPath) => answersOn(callPath, tool, graph)),
    ...unknownTrust.map(({ fact: { identity, at }, dependsOn }): Answer<Message> => ({
      message: "called",
      data: { harm: harmText(graph, tool) },
      about: tool,
      holder: identity,
      fault: dedupKey(graph, "unknown trust", identity),
      at,
      uncertainty: { dependsOn },
    })),
  ];
  if (unknown === undefined || answers.length === 0) return answers;
  // Whether its calls have to be decided is not known: reported once, where anything calls it.
  return [{ message: "high-risk", about: tool, at: unknown.at, uncertainty: openIn(unknown) }];
}

/** Whether the tool is a gateway itself, which decides on its calls. */
function decidesItself({ workloads }: Tool, graph: Graph): boolean {
  return workloads.some((workload) => policingOf(graph, workload).kind === "decides");
}

function answersOn(callPath: CallPath, tool: Name, graph: Graph): readonly Answer<Message>[] {
  const { from, kind, gateway, chain, endpoint, uncertainty, entry } = callPath;
  // What calls the tool by a gateway is reported of the gateway.
  if (gateway !== undefined) return [];
  const answer: Answer<Message> = {
    message: entry === undefined ? "called" : "exposed",
    data: { harm: harmText(graph, tool), way: withArticle(entry?.way ?? "") },
    severity: entry && uncertainty && severityIfUnknown(entry),
    about: tool,
    holder: from,
    fault: dedupKey(graph, entry === undefined ? "call path" : "endpoint", from, tool),
    chain,
    at: endpoint,
    uncertainty,
  };
  return kind === "gateway" ? throughGateway(from, answer, graph) : [answer];
}

function throughGateway(
  gateway: Name,
  answer: Answer<Message>,
  graph: Graph,
): readonly Answer<Message>[] {
  const policing = policingOf(graph, gateway);
  switch (policing.kind) {
    case "decides":
      return [];
    case "none": {
      const [exposed] = graph.facts("exposes", "entry", gateway);
      const at = { urn: exposed?.at.urn ?? gateway, property: "policyEngineConfiguration" };
      return [{ ...answer, message: "no engine", at }];
    }
    case "watches": {
      const data = { ...answer.data, mode: policing.mode };
      return [{ ...answer, message: "watching", data, at: policing.fact.at }];
    }
    case "unknown": {
      const { at, dependsOn } = policing;
      return [{ ...answer, message: "gateway", at, uncertainty: { dependsOn } }];
    }
  }
}

/** Endpoints whose target is not known, and policies that are not known, where there are tools to decide about. */
function ofUnknown(fact: Fact, graph: Graph): readonly Answer<Message>[] {
  const { tools, unknownEntries, ofOtherStacks: elsewhere, unknownPolicies } = callsIn(graph);
  if (tools.length === 0) return [];
  const { at } = fact;
  const leads = unknownEntries
    .filter((each) => each.fact === fact)
    .map(({ fact: by, dependsOn }): Answer<Message> => ({
      message: "leads",
      severity: by.kind === "exposes" ? severityIfUnknown(by) : undefined,
      about: by.kind === "exposes" ? by.entry : at.urn,
      at,
      uncertainty: { dependsOn },
    }));
  const targets = elsewhere
    .filter((each) => each.fact === fact)
    .map(({ tool, dependsOn }): Answer<Message> => {
      const [message, what] =
        fact.kind === "invokes" && fact.as === "gateway"
          ? (["gateway", "gateway"] as const)
          : (["exposed", "API"] as const);
      const data = { harm: harmText(graph, tool), way: withArticle(what) };
      const uncertainty = { reason: `the ${what} is not in the stack`, dependsOn };
      return { message, data, about: tool, holder: at.urn, at, uncertainty };
    });
  const policies = unknownPolicies
    .filter((each) => each.at === at)
    .map(({ policy, identity, uncertainty }): Answer<Message> => ({
      message: "policy",
      data: { policy: labelOfPolicy(graph, { name: policy }, identity, at) },
      about: policy,
      holder: identity,
      fault: dedupKey(graph, "unknown policy", policy, identity),
      at,
      uncertainty,
    }));
  return [...leads, ...targets, ...policies];
}
