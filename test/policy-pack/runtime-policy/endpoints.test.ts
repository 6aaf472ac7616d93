import rule from "../../../policy-pack/rules/require-runtime-policy";
import { manifest, outputOf, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";
import {
  account,
  allows,
  functionArn,
  functionType,
  gateway,
  gatewayType,
  inAccount,
  later,
  refunds,
  role,
  roleArn,
  roleType,
  triage,
} from "../../support/tools";
import {
  type Expected,
  invoke,
  comes,
  byTriage,
  through,
  permission,
  bedrockAgent,
  supervisor,
} from "../../support/undecided-calls";

const routeArn = (api: string) => `arn:aws:execute-api:eu-west-1:${account}:${api}/*/POST/refund`;

/** The calls of a supervisor to a tool that is a Bedrock agent. */
const collaborates: Expected = {
  severity: "high",
  about: "acme/payer",
  holder: "acme/planner",
  at: "asks: agentDescriptor.aliasArn",
  message:
    "Tool `acme/payer`, which causes `payment`, can be called without a runtime policy decision",
  chain: ["acme/planner -has as a collaborator-> acme/payer"],
};

ruleTester(rule, {
  accepts: [
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
      name: "a supervisor of Bedrock agents whose collaborator causes no effects",
      resources: supervisor().map((each) =>
        each.name === "payer"
          ? { ...each, inputs: { ...each.inputs, tags: { "agentid.dev/kind": "agent" } } }
          : each,
      ),
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
  ],
  rejects: [
    {
      name: "a gateway without a policy engine",
      resources: [...refunds(), ...gateway(undefined)],
      findings: [through("without a policy engine")],
    },
    {
      name: "a gateway whose policy engine writes down what it would decide",
      resources: [...refunds(), ...gateway("LOG_ONLY")],
      findings: [
        through("whose policy engine is in `LOG_ONLY`", "desk: policyEngineConfiguration.mode"),
      ],
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
          ...through("without a policy engine"),
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
      findings: [endpoint("function URL", "web", "web: authorizationType")],
    },
    {
      name: "a route with an authorizer, which decides who calls and not what",
      resources: [...refunds(), ...api("JWT")],
      findings: [endpoint("route", "ask", "ask: authorizationType")],
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
      name: "a supervisor of Bedrock agents that has the tool as a collaborator, by its alias",
      resources: supervisor(),
      findings: [collaborates],
    },
    {
      name: "a supervisor of Bedrock agents that has the tool as a collaborator, by an ARN",
      resources: [
        ...supervisor(`arn:aws:bedrock:eu-west-1:${account}:agent-alias/PAYER12345/LIVE123456`).map(
          (each) =>
            each.name === "payer"
              ? {
                  ...each,
                  outputs: { agentArn: `arn:aws:bedrock:eu-west-1:${account}:agent/PAYER12345` },
                }
              : each,
        ),
      ],
      findings: [collaborates],
    },
  ],
});

function endpoint(way: string, from: string, at: string): Expected {
  return {
    severity: "high",
    about: "acme/refunds",
    holder: from,
    at,
    message: `Tool \`acme/refunds\`, which causes \`payment\`, is exposed by a ${way} without a runtime policy decision`,
    chain: [`${from} -exposes-> acme/refunds`],
  };
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
