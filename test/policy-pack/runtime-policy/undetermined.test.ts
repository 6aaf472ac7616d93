import rule from "../../../policy-pack/rules/require-runtime-policy";
import { manifest, outputOf, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";
import {
  account,
  admitting,
  allows,
  functionArn,
  functionType,
  gateway,
  inAccount,
  later,
  lambda,
  refunds,
  roleArn,
  roleType,
  tenant,
  triage,
} from "../../support/tools";
import {
  type Expected,
  invoke,
  root,
  exactly,
  ofTenant,
  comes,
  byTriage,
  through,
  leads,
  permission,
  bedrockAgent,
  supervisor,
  nameless,
} from "../../support/undecided-calls";

const elsewhere: Expected = {
  verdict: "undetermined",
  severity: "high",
  about: "acme/refunds",
  holder: "to-refunds",
  at: "to-refunds: gatewayIdentifier",
  message:
    "Tool `acme/refunds`, which causes `payment`, is called through a gateway that enforces no policy",
};

ruleTester(rule, {
  accepts: [],
  rejects: [
    {
      name: "as undetermined, one that may call functions that start so where the tool is given a name that is not known",
      resources: [
        ...nameless({ name: later }),
        ...triage(),
        allows("triage", invoke, functionArn("refunds-*")),
      ],
      findings: [
        possibly("acme/triage", {
          chain: byTriage,
          dependsOn: ["platform"],
        }),
      ],
    },
    {
      name: "as undetermined, an account that the tool's role names",
      resources: refunds({}, admitting(root)),
      findings: [
        {
          verdict: "undetermined",
          severity: "high",
          about: "acme/refunds",
          holder: `arn:aws:iam::${account}:root`,
          at: "refunds: assumeRolePolicy",
          message:
            "Tool `acme/refunds`, which causes `payment`, can be called without a runtime policy decision",
          chain: [`arn:aws:iam::${account}:root -assumes-> refunds`],
        },
      ],
    },
    {
      name: "as undetermined, a gateway the mode of whose policy engine a preview cannot know",
      resources: [...refunds(), ...gateway(later)],
      findings: [
        {
          ...through("", "desk: policyEngineConfiguration.mode"),
          verdict: "undetermined",
          message:
            "Tool `acme/refunds`, which causes `payment`, is called through a gateway that enforces no policy",
          dependsOn: ["platform"],
        },
      ],
    },
    {
      name: "as undetermined, a gateway that is not in the stack",
      resources: [...refunds(), ...gateway("ENFORCE").slice(1)],
      findings: [elsewhere],
    },
    {
      name: "as undetermined, a gateway that a preview cannot know",
      resources: [...refunds(), ...gateway("ENFORCE", undefined, undefined, later)],
      findings: [{ ...elsewhere, dependsOn: ["platform"] }],
    },
    {
      name: "as undetermined and low, a load balancer",
      resources: manifest(`
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: acme, name: refunds, labels: { agentid.dev/kind: tool, agentid.dev/effects: payment } }
spec:
  template:
    metadata: { labels: { app: refunds } }
    spec: { serviceAccountName: refunds, containers: [{ name: main, image: acme/refunds }] }
---
apiVersion: v1
kind: Service
metadata: { namespace: acme, name: refunds }
spec: { type: LoadBalancer, selector: { app: refunds }, ports: [{ port: 80 }] }
`),
      findings: [
        {
          verdict: "undetermined",
          severity: "low",
          about: "acme/refunds",
          holder: "acme/refunds",
          at: "acme/refunds: spec.type",
          message:
            "Tool `acme/refunds`, which causes `payment`, is exposed by a load balancer without a runtime policy decision",
          chain: ["acme/refunds -exposes-> acme/refunds"],
        },
      ],
    },
    {
      name: "as undetermined, a principal of a resource policy that a preview cannot know",
      resources: [...refunds(), permission({ principal: later })],
      findings: [
        possibly("anyone", {
          at: "may: principal",
          chain: ["anyone -may call-> acme/refunds"],
          dependsOn: ["platform"],
        }),
      ],
    },
    {
      name: "as undetermined, a resource policy of a function that a preview cannot know",
      resources: [...refunds(), permission({ function: later, principal: "*" })],
      findings: [leads("may", "may: principal")],
    },
    {
      name: "as undetermined, a Bedrock agent that a preview cannot know, with the tool as its action",
      resources: [...refunds(), ...bedrockAgent(outputOf(urnOf(functionType, "refunds")), later)],
      findings: [leads("pays", "pays: actionGroupExecutor.lambda")],
    },
    {
      name: "as undetermined, a Bedrock agent whose action a preview cannot know",
      resources: [...refunds(), ...bedrockAgent(later)],
      findings: [leads("pays", "pays: actionGroupExecutor.lambda")],
    },
    {
      name: "as undetermined, a supervisor of Bedrock agents whose collaborator a preview cannot know",
      resources: supervisor(later),
      findings: [leads("asks", "asks: agentDescriptor.aliasArn")],
    },
    {
      name: "as undetermined, a supervisor of Bedrock agents that asks by an alias of which a preview cannot know the agent",
      resources: supervisor(undefined, later),
      findings: [leads("asks", "asks: agentDescriptor.aliasArn")],
    },
    {
      name: "as undetermined, a function whose name is not known yet",
      resources: [
        ...refunds({ "agentid.dev/kind": "utility" }),
        inAccount(functionType, "payer", {
          role: roleArn("payer"),
          tags: { "agentid.dev/kind": "tool", "agentid.dev/effects": "payment" },
        }),
        ...triage(),
        allows("triage", invoke, "arn:aws:lambda:*:*:function:payer-1*"),
      ],
      findings: [
        possibly("acme/triage", {
          about: "payer",
          message:
            "Tool `payer`, which causes `payment`, can be called without a runtime policy decision",
          chain: ["acme/triage -runs as-> triage", "triage -may call-> payer"],
          dependsOn: ["payer"],
        }),
      ],
    },
    {
      name: "as undetermined, a policy that a preview cannot know",
      resources: [
        ...refunds(),
        ...triage(),
        inAccount("aws:iam/rolePolicy:RolePolicy", "calls", { role: "triage", policy: later }),
      ],
      findings: [
        {
          verdict: "undetermined",
          severity: "high",
          about: "calls",
          holder: "triage",
          at: "calls: policy",
          message:
            "Policy `calls` allows calls of a high-risk tool without a runtime policy decision",
          dependsOn: ["platform"],
        },
      ],
    },
    {
      name: "as undetermined, a trust policy of the tool that a preview cannot know",
      resources: [
        ...refunds().slice(0, 1),
        inAccount(roleType, "refunds", { name: "refunds", assumeRolePolicy: later }),
        lambda("refunds", { "agentid.dev/kind": "tool", "agentid.dev/effects": "payment" }),
      ],
      findings: [
        {
          verdict: "undetermined",
          severity: "high",
          about: "acme/refunds",
          holder: "refunds",
          at: "refunds: assumeRolePolicy",
          message:
            "Tool `acme/refunds`, which causes `payment`, can be called without a runtime policy decision",
          dependsOn: ["platform"],
        },
      ],
    },
    {
      name: "as undetermined, a role that may be that of a broker which is not known",
      resources: [tenant(later), ...refunds({}, admitting(root, exactly("acme-broker")))],
      findings: [
        possibly("acme-broker", {
          at: "refunds: assumeRolePolicy",
          chain: ["acme-broker -assumes-> refunds"],
          dependsOn: ["platform"],
        }),
      ],
    },
    {
      name: "as undetermined, a role that nobody knows who may obtain",
      resources: [
        ...refunds({}, admitting({ AWS: roleArn("vendor") })),
        inAccount(roleType, "vendor", { name: "vendor", assumeRolePolicy: later }),
      ],
      findings: [
        possibly("vendor", {
          at: "refunds: assumeRolePolicy",
          chain: ["vendor -assumes-> refunds"],
          dependsOn: ["platform"],
        }),
      ],
    },
    {
      name: "as undetermined, an agent of a tenant that is not known, where a tag holds callers to one",
      resources: [
        ...refunds({}, admitting(root, ofTenant)),
        ...triage({ "agentid.dev/tenant": later }),
        allows("triage", "sts:AssumeRole", roleArn("refunds")),
      ],
      findings: [
        possibly("triage", {
          at: "refunds: assumeRolePolicy",
          chain: ["triage -runs as-> triage", "triage -assumes-> refunds"],
          dependsOn: ["platform"],
        }),
      ],
    },
    {
      name: "as undetermined, a caller of a tool whose effects a preview cannot know",
      resources: [
        ...refunds({ "agentid.dev/effects": later }),
        ...triage(),
        allows("triage", invoke, "*"),
      ],
      findings: [
        {
          verdict: "undetermined",
          severity: "high",
          about: "acme/refunds",
          at: "refunds: tags.agentid.dev/effects",
          message: "High-risk tool `acme/refunds` can be called without a runtime policy decision",
          dependsOn: ["platform"],
        },
      ],
    },
  ],
});

function possibly(from: string, more: Partial<Expected> = {}): Expected {
  return comes(from, {
    verdict: "undetermined",
    ...more,
  });
}
