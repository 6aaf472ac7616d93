import assert from "node:assert/strict";
import type { Resource } from "../../../core/snapshot/resource";
import type { ValueRecord } from "../../../core/snapshot/value";
import rule from "../../../policy-pack/rules/require-runtime-policy";
import { manifest, outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester, type RuleCases } from "../../support/rule-tester";
import {
  account,
  admitting,
  allows,
  functionArn,
  functionType,
  gateway,
  gatewayType,
  inAccount,
  later,
  lambda,
  refunds,
  role,
  roleArn,
  roleType,
  runtimeType,
  tenant,
  triage,
} from "../../support/tools";

type Expected = RuleCases["rejects"][number]["findings"][number];

const invoke = "lambda:InvokeFunction";
const root = { AWS: `arn:aws:iam::${account}:root` };
const exactly = (name: string) => ({ ArnEquals: { "aws:PrincipalArn": roleArn(name) } });
const ofTenant = { StringEquals: { "aws:PrincipalTag/agentid.dev/tenant": "acme" } };
const routeArn = (api: string) => `arn:aws:execute-api:eu-west-1:${account}:${api}/*/POST/refund`;
const farTags = {
  "agentid.dev/kind": "tool",
  "agentid.dev/effects": "payment",
  "agentid.dev/tenant": "globex",
};
const neither = "neither the broker of its tenant nor a gateway in `ENFORCE`";

/** What comes to `refunds` undecided. */
function comes(from: string, more: Partial<Expected> = {}): Expected {
  return {
    grade: "high",
    about: "acme/refunds",
    holder: from,
    at: "triage calls: policy",
    message: `\`${from}\` comes to \`acme/refunds\`, which causes \`payment\`, and nothing decides the call: ${neither}`,
    ...more,
  };
}

function maybe(from: string, reason: string, more: Partial<Expected> = {}): Expected {
  return comes(from, {
    verdict: "undetermined",
    message: `undetermined: \`${from}\` may come to \`acme/refunds\`, which causes \`payment\`, without that anything decides the call: ${reason}`,
    ...more,
  });
}

const elsewhere: Expected = {
  verdict: "undetermined",
  grade: "high",
  about: "acme/refunds",
  holder: "to-refunds",
  at: "to-refunds: gatewayIdentifier",
  message:
    "undetermined: `acme/refunds`, which causes `payment`, is a target of a gateway that is not in the stack, so that nobody can tell whether that decides its calls",
};

const byTriage = ["acme/triage -runs as-> triage", "triage -may call-> acme/refunds"];
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
      name: "a gateway whose policy engine decides",
      resources: [...refunds(), ...gateway("ENFORCE")],
    },
    {
      name: "a function URL for which IAM asks, without anyone that it permits",
      resources: [
        ...refunds(),
        inAccount("aws:lambda/functionUrl:FunctionUrl", "web", {
          functionName: "refunds",
          authorizationType: "AWS_IAM",
        }),
      ],
    },
    {
      name: "services that a resource policy lets call the tool",
      resources: [
        ...refunds(),
        inAccount("aws:lambda/permission:Permission", "may", {
          action: invoke,
          function: "refunds",
          principal: "bedrock-agentcore.amazonaws.com",
        }),
      ],
    },
    {
      name: "a resource policy that lets others look at the tool",
      resources: [
        ...refunds(),
        inAccount("aws:lambda/permission:Permission", "may", {
          action: "lambda:GetFunction",
          function: "refunds",
          principal: "*",
        }),
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
      name: "a Service of Kubernetes that leads to a tool in its cluster",
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
spec: { selector: { app: refunds }, ports: [{ port: 80 }] }
`),
    },
    {
      name: "a route for which IAM asks, without anyone that it permits",
      resources: [...refunds(), ...api("AWS_IAM"), ...triage()],
    },
    {
      name: "an agent that IAM permits to call another API that is not in the stack",
      resources: [
        ...refunds(),
        ...api("AWS_IAM", "a1b2c3d4e5"),
        ...triage(),
        allows("triage", "execute-api:Invoke", routeArn("f6g7h8i9j0")),
      ],
    },
    {
      name: "a Bedrock agent that a preview cannot know, with another function as its action",
      resources: [...refunds(), ...bedrockAgent(functionArn("search"), later)],
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
      name: "a tool that reads sensitive data",
      resources: [
        ...refunds({ "agentid.dev/effects": "", "agentid.dev/sensitivity": "restricted" }),
        ...triage(),
        allows("triage", invoke, "*"),
      ],
      findings: [
        comes("acme/triage", {
          chain: byTriage,
          message: `\`acme/triage\` comes to \`acme/refunds\`, which reads \`restricted\` data, and nothing decides the call: ${neither}`,
        }),
      ],
    },
    {
      name: "an agent that the tool's role names",
      resources: [...refunds({}, admitting({ AWS: roleArn("triage") })), ...triage()],
      findings: [comes("acme/triage", { at: "refunds: assumeRolePolicy", chain: byTrust })],
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
      name: "a gateway without a policy engine",
      resources: [...refunds(), ...gateway(undefined)],
      findings: [through("has no policy engine")],
    },
    {
      name: "a gateway whose policy engine writes down what it would decide",
      resources: [...refunds(), ...gateway("LOG_ONLY")],
      findings: [through("policy engine is in `LOG_ONLY`", "desk: policyEngineConfiguration.mode")],
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
      name: "a gateway that comes to the tool by its own permissions",
      resources: [
        ...refunds(),
        inAccount(gatewayType, "desk", {
          name: "desk",
          authorizerType: "AWS_IAM",
          roleArn: outputOf(urnOf(roleType, "desk-gateway")),
        }),
        role("desk-gateway"),
        allows("desk-gateway", invoke, functionArn("refunds")),
      ],
      findings: [
        {
          ...through("has no policy engine"),
          chain: ["desk -runs as-> desk-gateway", "desk-gateway -may call-> acme/refunds"],
        },
      ],
    },
    {
      name: "an agent beside a gateway that decides",
      resources: [
        ...refunds(),
        ...gateway("ENFORCE"),
        ...triage(),
        allows("triage", [invoke, "bedrock-agentcore:InvokeGateway"], "*"),
      ],
      findings: [comes("acme/triage", { chain: byTriage })],
    },
    {
      name: "a function URL that asks nobody",
      resources: [
        ...refunds(),
        inAccount("aws:lambda/functionUrl:FunctionUrl", "web", {
          functionName: "refunds",
          authorizationType: "NONE",
        }),
      ],
      findings: [door("function URL", "web", "web: authorizationType")],
    },
    {
      name: "a route with an authorizer, which decides who calls and not what",
      resources: [...refunds(), ...api("JWT")],
      findings: [door("route", "ask", "ask: authorizationType")],
    },
    {
      name: "an agent that IAM permits to call a route",
      resources: [
        ...refunds(),
        ...api("AWS_IAM"),
        ...triage(),
        allows("triage", "execute-api:Invoke", "*"),
      ],
      findings: [
        comes("acme/triage", {
          at: "ask: authorizationType",
          chain: [
            "acme/triage -runs as-> triage",
            "triage -may call-> api",
            "api -sends calls on to-> acme/refunds",
          ],
        }),
      ],
    },
    {
      name: "an agent that IAM permits to call a route of an API that is not in the stack, by its id",
      resources: [
        ...refunds(),
        ...api("AWS_IAM", "a1b2c3d4e5"),
        ...triage(),
        allows("triage", "execute-api:Invoke", routeArn("a1b2c3d4e5")),
      ],
      findings: [
        comes("acme/triage", {
          at: "ask: authorizationType",
          chain: [
            "acme/triage -runs as-> triage",
            "triage -may call-> a1b2c3d4e5",
            "a1b2c3d4e5 -sends calls on to-> acme/refunds",
          ],
        }),
      ],
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
      name: "everyone whom a resource policy lets call the tool",
      resources: [...refunds(), permission({ principal: "*" })],
      findings: [
        comes("anyone", { at: "may: principal", chain: ["anyone -may call-> acme/refunds"] }),
      ],
    },
    {
      name: "an organisation whom a resource policy lets call the tool",
      resources: [...refunds(), permission({ principal: "*", principalOrgId: "o-1234567890" })],
      findings: [
        comes("anyone in an organisation", {
          at: "may: principal",
          chain: ["anyone in an organisation -may call-> acme/refunds"],
        }),
      ],
    },
    {
      name: "a role whom a resource policy lets call the tool",
      resources: [...refunds(), permission({ principal: roleArn("triage") }), ...triage()],
      findings: [comes("acme/triage", { at: "may: principal", chain: byTriage })],
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
      name: "a Bedrock agent that has the tool as an action",
      resources: [...refunds(), ...bedrockAgent(outputOf(urnOf(functionType, "refunds")))],
      findings: [
        comes("acme/planner", {
          at: "pays: actionGroupExecutor.lambda",
          chain: ["acme/planner -has as an action-> acme/refunds"],
        }),
      ],
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
          message: `\`acme/triage\` comes to \`payer\`, which causes \`payment\`, and nothing decides the call: ${neither}`,
          chain: ["acme/triage -runs as-> triage", "triage -may call-> payer"],
        }),
      ],
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
    {
      name: "an agent that may make pods beside the tool",
      resources: cluster("agentid.dev/kind: agent", "create", "pods"),
      findings: [
        comes("acme/triage", {
          at: "acme/b: subjects[0]",
          chain: [
            "acme/triage -runs as-> acme/triage",
            "acme/triage -creates pods in-> acme",
            "acme -holds-> acme/refunds",
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

function through(why: string, at = "desk: policyEngineConfiguration"): Expected {
  return {
    grade: "high",
    about: "acme/refunds",
    holder: "desk",
    at,
    message:
      `gateway \`desk\` sends calls on to \`acme/refunds\`, which causes \`payment\`, and decides none of them: its ${why}`.replace(
        "its has",
        "it has",
      ),
    chain: ["desk -sends calls on to-> acme/refunds"],
  };
}

function door(way: string, from: string, at: string): Expected {
  return {
    grade: "high",
    about: "acme/refunds",
    holder: from,
    at,
    message: `${way} \`${from}\` lets calls in to \`acme/refunds\`, which causes \`payment\`, and nothing decides them: ${neither}`,
    chain: [`${from} -lets calls in to-> acme/refunds`],
  };
}

function leads(from: string, at: string): Expected {
  return {
    verdict: "undetermined",
    grade: "high",
    about: from,
    at,
    message: `undetermined: a preview cannot know whether \`${from}\` leads to a tool each of whose calls has to be decided`,
    waitsFor: ["platform"],
  };
}

function permission(inputs: Parameters<typeof inAccount>[2]) {
  return inAccount("aws:lambda/permission:Permission", "may", {
    action: invoke,
    function: "refunds",
    ...inputs,
  });
}

function bedrockAgent(
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

/** A route to the tool, of an API of the stack or of one that is known by its id. */
function api(authorizationType: string, id?: string) {
  const api = "aws:apigatewayv2/api:Api";
  const apiId = id ?? outputOf(urnOf(api, "api"));
  const integration = "aws:apigatewayv2/integration:Integration";
  return [
    ...(id === undefined ? [inAccount(api, "api", { protocolType: "HTTP" })] : []),
    inAccount(integration, "calls", {
      apiId,
      integrationUri: outputOf(urnOf(functionType, "refunds")),
    }),
    inAccount("aws:apigatewayv2/route:Route", "ask", {
      apiId,
      routeKey: "POST /refund",
      target: outputOf(urnOf(integration, "calls")),
      authorizationType,
    }),
  ];
}

/** The tool's role, which admits tokens of a cluster. */
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

/** A tool in a cluster with a role, and another workload whose account has rights. */
function cluster(labels: string, verb: string, on: string, isWide = false) {
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
function nameless(inputs: ValueRecord): readonly Resource[] {
  return refunds().map((each) => {
    if (each.type !== functionType) return each;
    const { name, ...others } = each.inputs;
    assert.equal(name, "refunds");
    return { ...each, inputs: { ...others, ...inputs } };
  });
}
