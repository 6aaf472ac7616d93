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
  grade: "high",
  about: "acme/refunds",
  holder: "to-refunds",
  at: "to-refunds: gatewayIdentifier",
  message:
    "undetermined: `acme/refunds`, which causes `payment`, is a target of a gateway that is not in the stack, so that nobody can tell whether that decides its calls",
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
        maybe("acme/triage", "the name of what is called is not known yet", {
          chain: byTriage,
          waitsFor: ["platform"],
        }),
      ],
    },
    {
      name: "as undetermined, an account that the tool's role names",
      resources: refunds({}, admitting(root)),
      findings: [
        {
          verdict: "undetermined",
          grade: "high",
          about: "acme/refunds",
          holder: `arn:aws:iam::${account}:root`,
          at: "refunds: assumeRolePolicy",
          message: `undetermined: whoever account \`${account}\` lets may come to \`acme/refunds\`, which causes \`payment\`, without that anything decides the call`,
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
            "undetermined: a preview cannot know whether gateway `desk` decides the calls that it sends on to `acme/refunds`, which causes `payment`",
          waitsFor: ["platform"],
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
      findings: [{ ...elsewhere, waitsFor: ["platform"] }],
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
          grade: "low",
          about: "acme/refunds",
          holder: "acme/refunds",
          at: "acme/refunds: spec.type",
          message:
            "undetermined: load balancer `acme/refunds` lets calls in to `acme/refunds`, which causes `payment`, and nothing else decides them: who may call is up to its load balancer",
          chain: ["acme/refunds -lets calls in to-> acme/refunds"],
        },
      ],
    },
    {
      name: "as undetermined, a principal of a resource policy that a preview cannot know",
      resources: [...refunds(), permission({ principal: later })],
      findings: [
        maybe("anyone", "a principal of a resource policy is not known yet", {
          at: "may: principal",
          chain: ["anyone -may call-> acme/refunds"],
          waitsFor: ["platform"],
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
        maybe("acme/triage", "the name of what is called is not known yet", {
          about: "payer",
          message:
            "undetermined: `acme/triage` may come to `payer`, which causes `payment`, without that anything decides the call: the name of what is called is not known yet",
          chain: ["acme/triage -runs as-> triage", "triage -may call-> payer"],
          waitsFor: ["payer"],
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
          grade: "high",
          about: "calls",
          holder: "triage",
          at: "calls: policy",
          message:
            "undetermined: a preview cannot know whether `calls` lets `triage` call a tool each of whose calls has to be decided: a policy is not known yet",
          waitsFor: ["platform"],
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
          grade: "high",
          about: "acme/refunds",
          holder: "refunds",
          at: "refunds: assumeRolePolicy",
          message:
            "undetermined: a preview cannot know all of those who may obtain `refunds`, the role of `acme/refunds`, which causes `payment`",
          waitsFor: ["platform"],
        },
      ],
    },
    {
      name: "as undetermined, a role that may be that of a broker which is not known",
      resources: [tenant(later), ...refunds({}, admitting(root, exactly("acme-broker")))],
      findings: [
        maybe("acme-broker", "the role of the tenant's broker is not known yet", {
          at: "refunds: assumeRolePolicy",
          chain: ["acme-broker -assumes-> refunds"],
          waitsFor: ["platform"],
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
        maybe("vendor", "who may obtain it is not known yet", {
          at: "refunds: assumeRolePolicy",
          chain: ["vendor -assumes-> refunds"],
          waitsFor: ["platform"],
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
        maybe("triage", "the tenant of a caller is not known yet", {
          at: "refunds: assumeRolePolicy",
          chain: ["triage -runs as-> triage", "triage -assumes-> refunds"],
          waitsFor: ["platform"],
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
          grade: "high",
          about: "acme/refunds",
          at: "refunds: tags.agentid.dev/effects",
          message:
            "undetermined: `acme/triage` comes to `acme/refunds` without that anything decides the call, and a preview cannot know whether it reads sensitive data or causes effects: `tags.agentid.dev/effects`",
          waitsFor: ["platform"],
        },
      ],
    },
  ],
});

function maybe(from: string, reason: string, more: Partial<Expected> = {}): Expected {
  return comes(from, {
    verdict: "undetermined",
    message: `undetermined: \`${from}\` may come to \`acme/refunds\`, which causes \`payment\`, without that anything decides the call: ${reason}`,
    ...more,
  });
}
