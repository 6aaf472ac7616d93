import assert from "node:assert/strict";
import type { Resource } from "../../core/snapshot/resource";
import type { Value, ValueRecord } from "../../core/snapshot/value";
import { manifest, outputOf, urnOf } from "./resources";
import type { RuleCases } from "./rule-tester";
import { account, allows, functionType, inAccount, refunds, roleArn } from "./tools";

export type Expected = RuleCases["rejects"][number]["findings"][number];

export const invoke = "lambda:InvokeFunction";
export const root = { AWS: `arn:aws:iam::${account}:root` };
export const exactly = (name: string) => ({ ArnEquals: { "aws:PrincipalArn": roleArn(name) } });
export const ofTenant = { StringEquals: { "aws:PrincipalTag/agentid.dev/tenant": "acme" } };

/** What comes to `refunds` undecided. */
export function comes(from: string, more: Partial<Expected> = {}): Expected {
  return {
    severity: "high",
    about: "acme/refunds",
    holder: from,
    at: "triage calls: policy",
    message:
      "Tool `acme/refunds`, which causes `payment`, can be called without a runtime policy decision",
    ...more,
  };
}

export const byTriage = ["acme/triage -runs as-> triage", "triage -may call-> acme/refunds"];

/** The calls that a gateway passes to the tool, and why nothing decides them. */
export function through(why: string, at = "desk: policyEngineConfiguration"): Expected {
  return {
    severity: "high",
    about: "acme/refunds",
    holder: "desk",
    at,
    message: `Tool \`acme/refunds\`, which causes \`payment\`, is called through a gateway ${why}`,
    chain: ["desk -sends calls on to-> acme/refunds"],
  };
}

/** What leads to the tool in the cluster. */
export function leads(from: string, at: string): Expected {
  return {
    verdict: "undetermined",
    severity: "high",
    about: from,
    at,
    message: `\`${from}\` exposes a high-risk tool without a runtime policy decision`,
    dependsOn: ["platform"],
  };
}

/** A statement of the resource policy of the tool. */
export function permission(inputs: Parameters<typeof inAccount>[2]) {
  return inAccount("aws:lambda/permission:Permission", "may", {
    action: invoke,
    function: "refunds",
    ...inputs,
  });
}

/** A Bedrock agent with an action. */
export function bedrockAgent(
  lambdaArn: Parameters<typeof allows>[2],
  agentId: Parameters<typeof allows>[2] = outputOf(
    urnOf("aws:bedrock/agentAgent:AgentAgent", "planner"),
  ),
) {
  return [
    inAccount("aws:bedrock/agentAgent:AgentAgent", "planner", {
      agentName: "planner",
      agentResourceRoleArn: roleArn("planner"),
      tags: { "agentid.dev/kind": "agent", "agentid.dev/tenant": "acme" },
    }),
    inAccount("aws:bedrock/agentAgentActionGroup:AgentAgentActionGroup", "pays", {
      agentId,
      actionGroupExecutor: { lambda: lambdaArn },
    }),
  ];
}

/** A supervisor of Bedrock agents, and a tool that is one: its collaborators, by their alias. */
export function supervisor(
  aliasArn: Value = outputOf(urnOf(aliasType, "payer")),
  agentId: Value = outputOf(urnOf(agentType, "payer")),
) {
  const agent = (name: string, kind: string) =>
    inAccount(agentType, name, {
      agentName: name,
      agentResourceRoleArn: roleArn(name),
      tags: { "agentid.dev/tenant": "acme", "agentid.dev/kind": kind, ...pays(kind) },
    });
  return [
    agent("planner", "orchestrator"),
    agent("payer", "tool"),
    inAccount(aliasType, "payer", { agentAliasName: "live", agentId }),
    inAccount("aws:bedrock/agentAgentCollaborator:AgentAgentCollaborator", "asks", {
      agentId: outputOf(urnOf(agentType, "planner")),
      collaboratorName: "payer",
      agentDescriptor: { aliasArn },
    }),
  ];
}

const agentType = "aws:bedrock/agentAgent:AgentAgent";
const aliasType = "aws:bedrock/agentAgentAlias:AgentAgentAlias";

function pays(kind: string): ValueRecord {
  return kind === "tool" ? { "agentid.dev/effects": "payment" } : {};
}

/** A tool in a cluster with a role, and another workload whose account has rights. */
export function cluster(labels: string, verb: string, on: string, isWide = false) {
  return [
    ...refunds({ "agentid.dev/kind": "utility" }).slice(0, 1),
    ...manifest(`
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: acme, name: refunds, labels: { agentid.dev/kind: tool, agentid.dev/effects: payment, agentid.dev/tenant: acme } }
spec:
  template:
    spec: { serviceAccountName: refunds, containers: [{ name: main, image: acme/refunds }] }
---
apiVersion: v1
kind: ServiceAccount
metadata:
  namespace: acme
  name: refunds
  annotations: { eks.amazonaws.com/role-arn: "${roleArn("refunds")}" }
---
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: acme, name: triage, labels: { ${labels} } }
spec:
  template:
    spec: { serviceAccountName: triage, containers: [{ name: main, image: acme/triage }] }
---
apiVersion: v1
kind: ServiceAccount
metadata: { namespace: acme, name: triage }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ${isWide ? "ClusterRole" : "Role"}
metadata: { ${isWide ? "" : "namespace: acme, "}name: r }
rules: [{ apiGroups: [""], resources: [${on}], verbs: [${verb}] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ${isWide ? "ClusterRoleBinding" : "RoleBinding"}
metadata: { ${isWide ? "" : "namespace: acme, "}name: b }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ${isWide ? "ClusterRole" : "Role"}, name: r }
subjects: [{ kind: ServiceAccount, namespace: acme, name: triage }]
`),
  ];
}

/** The tool with another name than its resource's, or none. */
export function nameless(inputs: ValueRecord): readonly Resource[] {
  return refunds().map((each) => {
    if (each.type !== functionType) return each;
    const { name, ...others } = each.inputs;
    assert.equal(name, "refunds");
    return { ...each, inputs: { ...others, ...inputs } };
  });
}
