import { callsOf, type Calls } from "../domain/paths/calls/call-paths";
import type { CallPath } from "../domain/paths/calls/call-path-search";
import { deciderOf, type GrantDecider } from "../domain/workloads/grant-decider";
import { actsWithoutApproval } from "../domain/workloads/declared-grant";
import type { FactOf } from "../facts/fact";
import type { Text } from "../facts/fact-values";
import type { Graph } from "../facts/graph";
import { autonomyOf, harmText } from "../domain/workloads/harm";
import { defineRule, type Answer } from "../findings/define-rule";
import { harmOfTool, openIn, toolOf } from "../domain/paths/calls/granted-tool";
import { toolText, toolName } from "./answers/tools";
import { dedupKey } from "./answers/dedup-keys";

const none: Text = { kind: "known", text: "none" };

const enforce =
  "create a `TaskBroker` for the tenant, and pass its `ref` as `broker` of the `Tenant`";

/** For a call that no grant describes. */
const callByGrant =
  'have the workload call the tool only through the `TaskBroker` of the tenant, by a grant with `approval: "human"`; or set `autonomy: "supervised"` if a person confirms each step';

type Tool = Calls["tools"][number];
type Message = "grant" | "unenforced" | "called" | "gateway" | "high-risk";

/** A manipulated agent that acts autonomously does harm before a person sees it, unless a person has to approve. */
export default defineRule({
  id: "require-human-approval",
  title:
    "A person approves each call of an autonomous workload that reads sensitive data or has effects",
  severity: "high",
  family: "authority",
  decides: "closed",
  because:
    "the declarations of a workload and a tool, the broker of a tenant, and a policy that denies the call, may come from later resources",
  watches: ["grants", "workload"],
  remediation:
    'set `approval: "human"` on the grant, which the `TaskBroker` of the tenant enforces, or `autonomy: "supervised"` on the workload if a person confirms each step',
  messages: {
    grant: "A grant allows an autonomous workload to call {tool} without human approval",
    unenforced: "Human approval of calls to {tool} is enforced by nothing in the stack",
    called:
      "Tool `{about}`, which {harm}, can be called by an autonomous workload without human approval",
    gateway:
      "Tool `{about}`, which {harm}, can be called by an autonomous workload through a gateway without human approval",
    "high-risk":
      "High-risk tool `{about}` can be called by an autonomous workload without human approval",
  },
  check: (fact, graph) => {
    return fact.kind === "grants" ? ofGrant(fact, graph) : ofTool(fact, graph);
  },
});

function ofGrant(fact: FactOf<"grants">, graph: Graph): readonly Answer<Message>[] {
  const { caller, grant, at } = fact;
  const autonomy = autonomyOf(graph, caller);
  if (autonomy.kind === "supervised") return [];
  const asked = actsWithoutApproval(grant);
  const enforcing = asked.kind === "no" ? deciderOf(graph, fact) : undefined;
  if (enforcing !== undefined && enforces(enforcing)) return [];
  // Without approval, the grant allows nothing: because it demands approval, or whatever it demands.
  const unasked =
    enforcing === undefined ? asked : actsWithoutApproval({ ...grant, approval: none });
  if (unasked.kind === "no") return [];
  const tool = toolOf(fact, graph);
  const harm = harmOfTool(fact, tool, graph);
  if (harm.kind === "mild") return [];
  const base = {
    message: enforcing === undefined ? ("grant" as const) : ("unenforced" as const),
    data: { tool: toolText(grant, tool, harm, graph) },
    about: tool ?? toolName(grant),
    holder: caller,
  };
  const approval = { ...at, property: `${at.property}.approval` };
  const open =
    autonomy.kind === "unknown"
      ? openIn(autonomy.stated)
      : harm.kind === "unknown"
        ? harm.open
        : unasked.kind === "unknown"
          ? { at: approval, dependsOn: unasked.part.dependsOn }
          : enforcing?.kind === "unknown"
            ? { at: approval, dependsOn: enforcing.dependsOn }
            : undefined;
  const fix = enforcing === undefined ? undefined : enforce;
  return [{ ...base, at: open?.at ?? approval, uncertainty: open, fix }];
}

/** Only a task broker, and a program that asks a policy store, request approvals. */
function enforces({ kind }: GrantDecider): boolean {
  return kind === "broker" || kind === "policy store";
}

function ofTool(fact: FactOf<"workload">, graph: Graph): readonly Answer<Message>[] {
  const tool = callsOf(graph, fact);
  return (tool?.callPaths ?? []).flatMap((callPath) =>
    callPath.kind === "workload" && tool !== undefined ? ofPath(callPath, tool, graph) : [],
  );
}

function ofPath(callPath: CallPath, tool: Tool, graph: Graph): readonly Answer<Message>[] {
  const { from, gateway, chain, endpoint, uncertainty } = callPath;
  const autonomy = autonomyOf(graph, from);
  if (autonomy.kind === "supervised") return [];
  const unknown = autonomy.kind === "unknown" ? autonomy.stated : tool.unknown;
  const open = unknown && openIn(unknown);
  const called = gateway === undefined ? "called" : "gateway";
  return [
    {
      message: tool.unknown === undefined ? called : "high-risk",
      data: { harm: harmText(graph, tool.tool) },
      about: tool.tool,
      holder: from,
      // A call that nothing decides is reported as that, except through a gateway.
      fault: gateway === undefined ? dedupKey(graph, "call path", from, tool.tool) : undefined,
      chain,
      at: open?.at ?? endpoint,
      uncertainty: open ?? uncertainty,
      fix: callByGrant,
    },
  ];
}
