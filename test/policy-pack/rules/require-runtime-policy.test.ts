import rule from "../../../policy-pack/rules/require-runtime-policy";
import {
  brokered,
  brokeredAgent,
  brokerDeployment,
  brokeredTool,
  brokerRoleUrn,
} from "../../support/brokered";
import { outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester, type RuleCases } from "../../support/rule-tester";
import {
  account,
  admitting,
  allows,
  functionArn,
  functionType,
  inAccount,
  lambda,
  refunds,
  role,
  roleArn,
  roleType,
  runtimeType,
  tenant,
  triage,
} from "../../support/tools";
import {
  invoke,
  root,
  exactly,
  ofTenant,
  comes,
  byTriage,
  cluster,
  nameless,
} from "../../support/undecided-calls";

const farTags = {
  "agentid.dev/kind": "tool",
  "agentid.dev/effects": "payment",
  "agentid.dev/tenant": "globex",
};
const withoutGrant: RuleCases["rejects"][number]["findings"][number] = {
  severity: "high",
  about: "acme/refunds",
  holder: "acme/triage",
  at: "triage: grants[0]",
  message:
    "The grant on tool `acme/refunds`, which causes `payment`, is missing in task broker `acme-broker`",
  related: ["acme-broker: runs without the grant"],
};
const perhapsWithout = {
  ...withoutGrant,
  verdict: "undetermined",
  message:
    "The grant on tool `acme/refunds`, which causes `payment`, is missing in task broker `acme-broker`",
} as const;
const clusterUrn = urnOf("eks:index:Cluster", "main");
const byTrust = ["acme/triage -runs as-> triage", "triage -assumes-> refunds"];

ruleTester(rule, {
  accepts: [
    { name: "a tool that nobody else comes to", resources: [...refunds(), ...triage()] },
    {
      name: "a caller of a tool of low risk",
      resources: [
        ...refunds({ "agentid.dev/effects": "none", "agentid.dev/sensitivity": "internal" }),
        ...triage(),
        allows("triage", invoke, functionArn("refunds")),
      ],
    },
    {
      name: "a caller of what is declared to be no tool",
      resources: [
        ...refunds({ "agentid.dev/kind": "utility" }),
        ...triage(),
        allows("triage", invoke, functionArn("refunds")),
      ],
    },
    {
      name: "a caller of another function",
      resources: [...refunds(), ...triage(), allows("triage", invoke, functionArn("search"))],
    },
    {
      name: "a caller of functions whose names are others",
      resources: [...refunds(), ...triage(), allows("triage", invoke, functionArn("search-*"))],
    },
    {
      name: "a permission that a Deny takes away",
      resources: [
        ...refunds(),
        ...triage(),
        allows(
          "triage",
          invoke,
          "*",
          {},
          {
            Effect: "Deny",
            Action: "lambda:Invoke*",
            Resource: functionArn("refunds"),
          },
        ),
      ],
    },
    {
      name: "a permission to look at the tool",
      resources: [
        ...refunds(),
        ...triage(),
        allows("triage", ["lambda:GetFunction", "lambda:ListTags"], functionArn("refunds")),
      ],
    },
    {
      name: "the tenant's broker, which calls the tool and obtains its role",
      resources: [
        tenant(),
        ...refunds({}, admitting(root, exactly("acme-broker"))),
        role("acme-broker"),
        lambda("acme-broker"),
        allows("acme-broker", [invoke, "sts:AssumeRole"], "*"),
      ],
    },
    {
      name: "the tenant's broker whose role is an output of this stack",
      resources: [
        tenant(outputOf(urnOf(roleType, "acme-broker"))),
        ...refunds({}, admitting({ AWS: outputOf(urnOf(roleType, "acme-broker")) })),
        role("acme-broker"),
        lambda("acme-broker"),
      ],
    },
    {
      name: "a grant that the tenant's task broker runs with",
      resources: [
        ...brokered(),
        brokeredTool(),
        brokeredAgent(),
        brokerDeployment({ triage: ["search", "refunds"] }),
      ],
    },
    {
      name: "a grant on a tool of low risk that the tenant's task broker runs without",
      resources: [...brokered(), brokeredTool({}), brokeredAgent()],
    },
    {
      name: "a grant that a gateway decides by beside the tenant's task broker",
      resources: [...brokered(), brokeredTool(), brokeredAgent({ gateway: { name: "tools" } })],
    },
    {
      name: "a grant where the tenant's broker is another than the task broker of the stack",
      resources: [...brokered(roleArn("acme-broker")), brokeredTool(), brokeredAgent()],
    },
    {
      name: "a task broker that nothing runs while no agent has a grant",
      resources: [...brokered(), brokeredTool()],
    },
    {
      name: "people who obtain the tool's role",
      resources: [
        ...refunds(
          {},
          admitting({
            AWS: roleArn("aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef"),
          }),
          admitting({ AWS: `arn:aws:iam::${account}:user/alice` }),
        ),
      ],
    },
    {
      name: "an identity that may do everything, which is told of its policy",
      resources: [...refunds(), role("pipeline"), allows("pipeline", "*", "*")],
    },
    {
      name: "what a boundary holds back from the tool",
      resources: [
        ...refunds(),
        inAccount(roleType, "triage", {
          name: "triage",
          assumeRolePolicy: {
            Version: "2012-10-17",
            Statement: [admitting({ Service: "lambda.amazonaws.com" })],
          },
          permissionsBoundary: outputOf(urnOf("aws:iam/policy:Policy", "boundary")),
        }),
        lambda("triage", { "agentid.dev/kind": "agent" }),
        inAccount("aws:iam/policy:Policy", "boundary", {
          name: "boundary",
          policy: {
            Version: "2012-10-17",
            Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
          },
        }),
        allows("triage", invoke, "*"),
      ],
    },
    {
      name: "an account of another namespace than the one whose tokens the tool's role admits",
      resources: [
        ...cluster("agentid.dev/kind: agent", "get", "configmaps"),
        admittingTokens("system:serviceaccount:globex:*"),
      ],
    },
    {
      name: "an agent of another tenant than the one to which a tag holds callers",
      resources: [
        ...refunds({}, admitting(root, ofTenant)),
        ...triage({ "agentid.dev/tenant": "globex" }),
        allows("triage", "sts:AssumeRole", roleArn("refunds")),
      ],
    },
    {
      name: "a controller that nobody declared and that may make pods everywhere",
      resources: cluster("", "create", "pods", true),
    },
  ],
  rejects: [
    {
      name: "an agent that may call the tool",
      resources: [...refunds(), ...triage(), allows("triage", invoke, functionArn("refunds"))],
      findings: [comes("acme/triage", { chain: byTriage })],
    },
    {
      name: "one that may call a version of it, by its URL",
      resources: [
        ...refunds(),
        ...triage(),
        allows("triage", "lambda:InvokeFunctionUrl", functionArn("refunds:prod")),
      ],
      findings: [comes("acme/triage", { chain: byTriage })],
    },
    {
      name: "one that may call every function, of an account that is not known",
      resources: [
        ...refunds(),
        ...triage(),
        allows("triage", "lambda:*", "arn:aws:lambda:*:*:function:*"),
      ],
      findings: [comes("acme/triage", { chain: byTriage })],
    },
    {
      name: "one that may call what waits for the function",
      resources: [
        ...refunds(),
        ...triage(),
        allows("triage", invoke, [outputOf(urnOf(functionType, "refunds"))]),
      ],
      findings: [comes("acme/triage", { chain: byTriage })],
    },
    {
      name: "one that may call functions whose names start as Pulumi names the tool",
      resources: [...nameless({}), ...triage(), allows("triage", invoke, functionArn("refunds-*"))],
      findings: [comes("acme/triage", { chain: byTriage })],
    },
    {
      name: "a tool that reads sensitive data",
      resources: [
        ...refunds({ "agentid.dev/effects": "", "agentid.dev/sensitivity": "restricted" }),
        ...triage(),
        allows("triage", invoke, "*"),
      ],
      findings: [
        comes("acme/triage", {
          chain: byTriage,
          message:
            "Tool `acme/refunds`, which reads `restricted` data, can be called without a runtime policy decision",
        }),
      ],
    },
    {
      name: "an agent that the tool's role names",
      resources: [...refunds({}, admitting({ AWS: roleArn("triage") })), ...triage()],
      findings: [comes("acme/triage", { at: "refunds: assumeRolePolicy", chain: byTrust })],
    },
    {
      name: "a grant where nothing runs the tenant's task broker",
      resources: [...brokered(), brokeredTool(), brokeredAgent()],
      findings: [withoutGrant],
    },
    {
      name: "a grant where the tenant's task broker runs with those of other agents alone",
      resources: [
        ...brokered(),
        brokeredTool(),
        brokeredAgent(),
        brokeredAgent({}, "resolution"),
        brokerDeployment({ resolution: ["refunds"] }),
      ],
      findings: [withoutGrant],
    },
    {
      name: "a grant where the tenant's task broker runs with others of the same agent",
      resources: [
        ...brokered(),
        brokeredTool(),
        brokeredAgent(),
        brokerDeployment({ triage: ["search"] }),
      ],
      findings: [withoutGrant],
    },
    {
      name: "a grant where the task broker of another tenant runs with it",
      resources: [
        ...brokered(),
        brokeredTool(),
        brokeredAgent(),
        brokerDeployment({ triage: ["refunds"] }, "globex"),
      ],
      findings: [withoutGrant],
    },
    {
      name: "a grant where the task broker's role is an output that it runs without",
      resources: [...brokered(outputOf(brokerRoleUrn())), brokeredTool(), brokeredAgent()],
      findings: [withoutGrant],
    },
    {
      name: "a grant where the workloads of the task broker are not known",
      resources: [
        ...brokered(),
        brokeredTool(),
        brokeredAgent(),
        brokerDeployment(outputOf(clusterUrn)),
      ],
      findings: [{ ...perhapsWithout, dependsOn: ["main"] }],
    },
    {
      name: "a grant where it is not known whether the task broker is the tenant's",
      resources: [...brokered(outputOf(clusterUrn)), brokeredTool(), brokeredAgent()],
      findings: [{ ...perhapsWithout, dependsOn: ["main"] }],
    },
    {
      name: "an agent beside the broker",
      resources: [
        tenant(),
        ...refunds({}, admitting(root, exactly("acme-broker")), admitting(root, exactly("triage"))),
        ...triage(),
      ],
      findings: [comes("acme/triage", { at: "refunds: assumeRolePolicy", chain: byTrust })],
    },
    {
      name: "the broker of another tenant",
      resources: [
        resource(
          "agentid:index:Tenant",
          "globex",
          { name: "globex", broker: { roleArn: roleArn("acme-broker") } },
          { custom: false },
        ),
        ...refunds({}, admitting(root, exactly("acme-broker"))),
      ],
      findings: [
        comes("acme-broker", {
          at: "refunds: assumeRolePolicy",
          chain: ["acme-broker -assumes-> refunds"],
        }),
      ],
    },
    {
      name: "an agent that can act as the broker",
      resources: [
        tenant(),
        ...refunds({}, admitting(root, exactly("acme-broker"))),
        role("acme-broker", admitting({ AWS: roleArn("triage") })),
        lambda("acme-broker"),
        ...triage(),
      ],
      findings: [
        comes("acme/triage", {
          at: "refunds: assumeRolePolicy",
          chain: [
            "acme/triage -runs as-> triage",
            "triage -assumes-> acme-broker",
            "acme-broker -assumes-> refunds",
          ],
        }),
      ],
    },
    {
      name: "an agent that comes to the tool by another role",
      resources: [
        ...refunds({}, admitting({ AWS: roleArn("middle") })),
        role("middle", admitting({ AWS: roleArn("triage") })),
        ...triage(),
      ],
      findings: [
        comes("acme/triage", {
          at: "refunds: assumeRolePolicy",
          chain: [
            "acme/triage -runs as-> triage",
            "triage -assumes-> middle",
            "middle -assumes-> refunds",
          ],
        }),
      ],
    },
    {
      name: "a role outside the stack that the tool's role names",
      resources: refunds({}, admitting({ AWS: roleArn("vendor") })),
      findings: [
        comes("vendor", { at: "refunds: assumeRolePolicy", chain: ["vendor -assumes-> refunds"] }),
      ],
    },
    {
      name: "an agent that may call a tool which is a runtime of AgentCore",
      resources: [
        ...refunds({ "agentid.dev/kind": "utility" }),
        inAccount(runtimeType, "payer", {
          agentRuntimeName: "payer",
          roleArn: roleArn("payer"),
          tags: { "agentid.dev/kind": "tool", "agentid.dev/effects": "payment" },
        }),
        ...triage(),
        allows(
          "triage",
          "bedrock-agentcore:InvokeAgentRuntime",
          `arn:aws:bedrock-agentcore:eu-west-1:${account}:runtime/payer-*`,
        ),
      ],
      findings: [
        comes("acme/triage", {
          about: "payer",
          message:
            "Tool `payer`, which causes `payment`, can be called without a runtime policy decision",
          chain: ["acme/triage -runs as-> triage", "triage -may call-> payer"],
        }),
      ],
    },
    {
      name: "an agent that may call the one of two functions of a name that is in its account",
      resources: [
        ...refunds(),
        resource("pulumi:providers:aws", "far", { allowedAccountIds: ["444455556666"] }),
        resource(
          functionType,
          "far",
          { name: "refunds", role: "arn:aws:iam::444455556666:role/far", tags: farTags },
          { provider: urnOf("pulumi:providers:aws", "far") },
        ),
        ...triage(),
        allows("triage", invoke, functionArn("refunds")),
      ],
      findings: [comes("acme/triage", { chain: byTriage })],
    },
    {
      name: "an agent that may make pods beside the tool",
      resources: cluster("agentid.dev/kind: agent", "create", "pods"),
      findings: [
        comes("acme/triage", {
          at: "acme/b: subjects[0]",
          chain: [
            "acme/triage -runs as-> acme/triage",
            "acme/triage -creates pods in-> acme",
            "acme -contains-> acme/refunds",
          ],
        }),
      ],
    },
    {
      name: "an account whose token the tool's role admits as well",
      resources: [
        ...cluster("agentid.dev/kind: agent", "get", "configmaps"),
        admittingTokens("system:serviceaccount:acme:refunds", "system:serviceaccount:acme:triage"),
      ],
      findings: [
        comes("acme/triage", {
          at: "refunds: assumeRolePolicy",
          chain: [
            "acme/triage -runs as-> acme/triage",
            "acme/triage -assumes with its token-> refunds",
          ],
        }),
      ],
    },
    {
      name: "an account of a namespace whose tokens the tool's role all admits",
      resources: [
        ...cluster("agentid.dev/kind: agent", "get", "configmaps"),
        admittingTokens("system:serviceaccount:acme:*"),
      ],
      findings: [
        comes("acme/triage", {
          at: "refunds: assumeRolePolicy",
          chain: [
            "acme/triage -runs as-> acme/triage",
            "acme/triage -is in-> acme",
            "acme -assumes with its token-> refunds",
          ],
        }),
      ],
    },
  ],
});

/** The tool's role, which trusts tokens of a cluster. */
function admittingTokens(...subjects: readonly string[]) {
  const issuer = "oidc.eks.eu-west-1.amazonaws.com/id/A1";
  return inAccount(roleType, "refunds", {
    name: "refunds",
    assumeRolePolicy: {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${issuer}` },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: { StringLike: { [`${issuer}:sub`]: subjects } },
        },
      ],
    },
  });
}
