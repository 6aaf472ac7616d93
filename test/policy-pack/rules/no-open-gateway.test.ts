import assert from "node:assert/strict";
import type { Resource } from "../../../core/snapshot/resource";
import type { Value } from "../../../core/snapshot/value";
import rule from "../../../policy-pack/rules/no-open-gateway";
import { judgeSnapshot } from "../../../policy-pack/run/judge";
import { defaultSettings } from "../../../policy-pack/findings/settings";
import { manifest, outputOf, resource, snapshotOf, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";

const functionType = "aws:lambda/function:Function";
const restType = "aws:apigateway/restApi:RestApi";
const resourceType = "aws:apigateway/resource:Resource";
const httpType = "aws:apigatewayv2/api:Api";
const integrationType = "aws:apigatewayv2/integration:Integration";
const tool = { "agentid.dev/kind": "tool" };
const arn = "arn:aws:lambda:eu-west-1:111122223333:function:desk";
const invoke = `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${arn}/invocations`;
const later = outputOf(urnOf("random:index/randomId:RandomId", "later"));

function desk(tags: Value = tool): Resource {
  return resource(functionType, "desk", { name: "desk", tags });
}

function permission(inputs: Readonly<Record<string, Value>>): Resource {
  return resource("aws:lambda/permission:Permission", "lets", {
    function: "desk",
    action: "lambda:InvokeFunction",
    principal: "*",
    ...inputs,
  });
}

const openPermission = {
  severity: "critical",
  about: "lets",
  holder: "desk",
  at: "lets: principal",
  message: "Permission `lets` allows calls by any AWS principal",
} as const;

function gateway(authorizerType: Value, policyEngineConfiguration?: Value): Resource {
  return resource("aws:bedrock/agentcoreGateway:AgentcoreGateway", "front", {
    name: "front",
    authorizerType,
    ...(policyEngineConfiguration !== undefined && { policyEngineConfiguration }),
  });
}

const engine = { arn: "arn:aws:bedrock-agentcore:eu-west-1:111122223333:policy-engine/desk-1" };
const signed = {
  severity: "critical",
  about: "front",
  message:
    "Gateway `front` accepts calls by any AWS principal: `AUTHENTICATE_ONLY` authorizes no caller, and no policy engine in `ENFORCE` does",
};

function url(authorizationType: Value, functionName: Value = "desk"): Resource {
  return resource("aws:lambda/functionUrl:FunctionUrl", "web", { authorizationType, functionName });
}

/** An HTTP or WebSocket API with one route to the function. */
function api(route: Readonly<Record<string, Value>> = {}, protocolType = "HTTP"): Resource[] {
  return [
    resource(httpType, "api", { protocolType }),
    resource(integrationType, "calls", {
      apiId: outputOf(urnOf(httpType, "api")),
      integrationType: "AWS_PROXY",
      integrationUri: outputOf(urnOf(functionType, "desk")),
    }),
    routeTo({ routeKey: "POST /ask", ...route }),
  ];
}

function routeTo(inputs: Readonly<Record<string, Value>>, name = "ask"): Resource {
  return resource("aws:apigatewayv2/route:Route", name, {
    apiId: outputOf(urnOf(httpType, "api")),
    target: outputOf(urnOf(integrationType, "calls")),
    ...inputs,
  });
}

/** A REST API with one method, integrated with the function. */
function rest(
  method: Readonly<Record<string, Value>> = {},
  more: Readonly<Record<string, Value>> = {},
  uri: Value = outputOf(urnOf(functionType, "desk")),
): Resource[] {
  const at = {
    restApi: outputOf(urnOf(restType, "api")),
    resourceId: outputOf(urnOf(resourceType, "path")),
    httpMethod: "POST",
  };
  return [
    resource(restType, "api", more),
    resource(resourceType, "path", { restApi: at.restApi, pathPart: "ask" }),
    resource("aws:apigateway/method:Method", "ask", { ...at, authorization: "NONE", ...method }),
    resource("aws:apigateway/integration:Integration", "calls", { ...at, type: "AWS_PROXY", uri }),
  ];
}

const atRoot = {
  restApi: outputOf(urnOf(restType, "api")),
  resourceId: outputOf(urnOf(restType, "api")),
  httpMethod: "ANY",
};

/** A policy of a REST API, by default about all its methods. */
function apiPolicy(...statements: readonly Readonly<Record<string, Value>>[]): Value {
  return {
    Version: "2012-10-17",
    Statement: statements.map((each) => ({
      Action: "execute-api:Invoke",
      Resource: "execute-api:/*",
      ...each,
    })),
  };
}

const byGateway = { severity: "critical", about: "front", at: "front: authorizerType" };
const byUrl = { severity: "critical", about: "web", holder: "desk", at: "web: authorizationType" };
const byRoute = { severity: "critical", about: "ask", holder: "desk" };
const openRoute = {
  ...byRoute,
  at: "ask: authorizationType",
  message: "Route `ask` accepts anonymous calls: it has no authorizer",
};
const openMethod = { ...openRoute, at: "ask: authorization" };

const pods = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: desk, namespace: acme }
spec:
  selector: { matchLabels: { app: desk } }
  template:
    metadata: { labels: { app: desk, agentid.dev/kind: tool } }
    spec: { containers: [{ name: desk, image: desk }] }
`;
const service = (type: string, app = "desk"): string => `
apiVersion: v1
kind: Service
metadata: { name: desk, namespace: acme }
spec: { type: ${type}, selector: { app: ${app} }, ports: [{ port: 80 }] }
`;
const ingress = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: acme }
spec:
  rules:
    - http:
        paths:
          - { path: /, pathType: Prefix, backend: { service: { name: desk, port: { number: 80 } } } }
`;
const httpRoute = `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web, namespace: acme }
spec: { rules: [{ backendRefs: [{ name: desk, port: 80 }] }] }
`;

function objects(...texts: readonly string[]): readonly Resource[] {
  return manifest(texts.join("---"));
}

ruleTester(rule, {
  accepts: [
    {
      name: "a permission to call a tool for every principal of an organisation",
      resources: [desk(), permission({ principalOrgId: "o-a1b2c3d4e5" })],
    },
    {
      name: "a permission to call a tool for every principal of an account",
      resources: [desk(), permission({ sourceAccount: "111122223333" })],
    },
    {
      name: "a permission for URLs that ask nobody, where the URL asks IAM",
      resources: [
        desk(),
        url("AWS_IAM"),
        permission({ action: "lambda:InvokeFunctionUrl", functionUrlAuthType: "NONE" }),
      ],
    },
    {
      name: "a permission for a role, and one for everyone to call a function that nobody declared",
      resources: [
        desk({}),
        permission({}),
        resource("aws:lambda/permission:Permission", "named", {
          function: "desk",
          action: "lambda:InvokeFunction",
          principal: "arn:aws:iam::111122223333:role/triage",
        }),
      ],
    },
    {
      name: "a gateway that only authenticates, with a policy engine that decides",
      resources: [
        gateway("AUTHENTICATE_ONLY", { ...engine, arn: later, mode: "ENFORCE" }),
        {
          ...gateway("AWS_IAM", { ...engine, mode: "LOG_ONLY" }),
          name: "other",
          urn: urnOf("x", "y"),
        },
      ],
    },
    {
      name: "gateways that ask for a token or a signature",
      resources: [
        gateway("CUSTOM_JWT"),
        { ...gateway("AWS_IAM"), name: "other", urn: urnOf("x", "y") },
      ],
    },
    { name: "a function URL that asks for a signature", resources: [desk(), url("AWS_IAM")] },
    {
      name: "the open URL of a function that nobody declared",
      resources: [desk({}), url("NONE")],
    },
    {
      name: "the open URL of another function",
      resources: [desk(), url("NONE", "status-page")],
    },
    {
      name: "routes with an authorizer, and by signature",
      resources: [
        desk(),
        ...api({ authorizationType: "JWT", authorizerId: later }),
        routeTo({ routeKey: "GET /ask", authorizationType: "AWS_IAM" }, "read"),
      ],
    },
    { name: "an open route to a function that nobody declared", resources: [desk({}), ...api()] },
    {
      name: "a WebSocket that asks when it connects",
      resources: [
        desk(),
        ...api({ routeKey: "$default" }, "WEBSOCKET"),
        routeTo({ routeKey: "$connect", authorizationType: "CUSTOM" }, "connect"),
      ],
    },
    {
      name: "a method with an authorizer",
      resources: [desk(), ...rest({ authorization: "CUSTOM" })],
    },
    {
      name: "a method without an authorizer of an API whose policy names who may call",
      resources: [
        desk(),
        ...rest({}, { policy: apiPolicy({ Principal: { AWS: "111122223333" }, Effect: "Allow" }) }),
      ],
    },
    {
      name: "an open method that answers by itself, beside one that asks",
      resources: [
        desk(),
        ...rest({ authorization: "AWS_IAM" }),
        resource("aws:apigateway/method:Method", "preflight", {
          restApi: outputOf(urnOf(restType, "api")),
          resourceId: outputOf(urnOf(resourceType, "path")),
          httpMethod: "OPTIONS",
          authorization: "NONE",
        }),
      ],
    },
    {
      name: "a Service inside the cluster, and one whose pods are others",
      resources: objects(
        pods,
        service("ClusterIP"),
        service("LoadBalancer", "web").replace("name: desk", "name: web"),
      ),
    },
    {
      name: "a service of ECS that no balancer sends to",
      resources: [
        resource("aws:ecs/taskDefinition:TaskDefinition", "desk", { family: "desk", tags: tool }),
        resource("aws:ecs/service:Service", "runs", { taskDefinition: "desk:3" }),
      ],
    },
  ],
  rejects: [
    {
      name: "a permission to call a tool for every principal",
      resources: [desk(), permission({})],
      findings: [openPermission],
    },
    {
      name: "a permission for every principal to call by a URL that asks IAM who they are",
      resources: [
        desk(),
        url("AWS_IAM"),
        permission({ action: "lambda:InvokeFunctionUrl", functionUrlAuthType: "AWS_IAM" }),
      ],
      findings: [openPermission],
    },
    {
      name: "a gateway that asks nobody, whatever is behind it",
      resources: [gateway("NONE")],
      findings: [
        {
          ...byGateway,
          message: "Gateway `front` accepts anonymous calls: its authorizer is `NONE`",
        },
      ],
    },
    {
      name: "a gateway that only authenticates, without a policy engine",
      resources: [gateway("AUTHENTICATE_ONLY")],
      findings: [{ ...signed, at: "front: authorizerType" }],
    },
    {
      name: "a gateway that only authenticates, with a policy engine that only logs",
      resources: [gateway("AUTHENTICATE_ONLY", { ...engine, mode: "LOG_ONLY" })],
      findings: [{ ...signed, at: "front: policyEngineConfiguration.mode" }],
    },
    {
      name: "a gateway that only authenticates, with an unknown mode, as undetermined",
      resources: [gateway("AUTHENTICATE_ONLY", { ...engine, mode: later })],
      findings: [
        {
          ...signed,
          verdict: "undetermined",
          at: "front: policyEngineConfiguration.mode",
          dependsOn: ["later"],
        },
      ],
    },
    {
      name: "a gateway that only authenticates, with an unknown policy engine, as undetermined",
      resources: [gateway("AUTHENTICATE_ONLY", later)],
      findings: [
        {
          ...signed,
          verdict: "undetermined",
          at: "front: policyEngineConfiguration.mode",
          dependsOn: ["later"],
        },
      ],
    },
    {
      name: "a gateway of which that is not known, as undetermined",
      resources: [gateway(later)],
      findings: [
        {
          ...byGateway,
          verdict: "undetermined",
          message: "Gateway `front` accepts anonymous calls: its authorizer is `NONE`",
          dependsOn: ["later"],
        },
      ],
    },
    {
      name: "an open URL of a declared function, named by an output and by its name",
      resources: [desk(), url("NONE", outputOf(urnOf(functionType, "desk")))],
      findings: [
        {
          ...byUrl,
          message: "Function URL `web` accepts anonymous calls: its authorization type is `NONE`",
        },
      ],
    },
    {
      name: "a URL of which it is not known whether it asks, as undetermined",
      resources: [desk(), url(later)],
      findings: [
        {
          ...byUrl,
          verdict: "undetermined",
          message: "Function URL `web` accepts anonymous calls: its authorization type is `NONE`",
          dependsOn: ["later"],
        },
      ],
    },
    {
      name: "an open URL of a function that is not known, as undetermined",
      resources: [desk(), url("NONE", later)],
      findings: [
        {
          verdict: "undetermined",
          severity: "critical",
          about: "web",
          at: "web: authorizationType",
          message: "Function URL `web` accepts anonymous calls: its authorization type is `NONE`",
          dependsOn: ["later"],
        },
      ],
    },
    {
      name: "a route without an authorizer",
      resources: [desk(), ...api()],
      findings: [openRoute],
    },
    {
      name: "a route with a key for its usage alone",
      resources: [desk(), ...api({ apiKeyRequired: true })],
      findings: [openRoute],
    },
    {
      name: "an API that is made with its target",
      resources: [
        desk(),
        resource(httpType, "api", {
          protocolType: "HTTP",
          target: outputOf(urnOf(functionType, "desk")),
        }),
      ],
      findings: [
        {
          ...byRoute,
          about: "api",
          at: "api: target",
          message: "Route `api` accepts anonymous calls: it has no authorizer",
        },
      ],
    },
    {
      name: "a method without an authorizer to a function of an account that may be another, as undetermined",
      resources: [desk(), ...rest({}, {}, invoke)],
      findings: [
        {
          verdict: "undetermined",
          severity: "critical",
          about: "ask",
          at: "ask: authorization",
          message: "Route `ask` accepts anonymous calls: it has no authorizer",
        },
      ],
    },
    {
      name: "a WebSocket that asks nobody when it connects",
      resources: [
        desk(),
        ...api({ routeKey: "$default" }, "WEBSOCKET"),
        resource("aws:apigatewayv2/route:Route", "connect", {
          apiId: outputOf(urnOf(httpType, "api")),
          routeKey: "$connect",
        }),
      ],
      findings: [
        {
          ...openRoute,
          about: "connect",
          at: "connect: authorizationType",
          message: "Route `connect` accepts anonymous calls: it has no authorizer",
        },
      ],
    },
    {
      name: "a method without an authorizer",
      resources: [desk(), ...rest()],
      findings: [openMethod],
    },
    {
      name: "a method without an authorizer of an API whose policy narrows nothing",
      resources: [
        desk(),
        ...rest({}, { policy: JSON.stringify(apiPolicy({ Principal: "*", Effect: "Allow" })) }),
      ],
      findings: [openMethod],
    },
    {
      name: "a method of an API whose policy stands beside it and narrows nothing",
      resources: [
        desk(),
        ...rest(),
        resource("aws:apigateway/restApiPolicy:RestApiPolicy", "policy", {
          restApiId: outputOf(urnOf(restType, "api")),
          policy: apiPolicy({ Principal: { AWS: ["*"] }, Effect: "Allow" }),
        }),
      ],
      findings: [openMethod],
    },
    ...[
      {
        name: "a method of an API whose policy denies by address, as undetermined",
        policy: apiPolicy(
          { Principal: "*", Effect: "Allow" },
          {
            Principal: "*",
            Effect: "Deny",
            Condition: { NotIpAddress: { "aws:SourceIp": "203.0.113.0/24" } },
          },
        ),
      },
      {
        name: "a method of an API whose policy allows everyone of a network, as undetermined",
        policy: apiPolicy({
          Principal: "*",
          Effect: "Allow",
          Condition: { StringEquals: { "aws:SourceVpce": "vpce-1" } },
        }),
      },
      {
        name: "a method of an API whose policy allows everyone another method, as undetermined",
        policy: apiPolicy({
          Principal: "*",
          Effect: "Allow",
          Resource: "execute-api:/prod/GET/health",
        }),
      },
    ].map(({ name, policy }) => ({
      name,
      resources: [desk(), ...rest({}, { policy })],
      findings: [
        {
          ...openMethod,
          verdict: "undetermined" as const,
          message: "Route `ask` accepts anonymous calls: it has no authorizer",
        },
      ],
    })),
    {
      name: "a method of an API whose policy is not known, as undetermined",
      resources: [desk(), ...rest({}, { policy: later })],
      findings: [
        {
          ...openMethod,
          verdict: "undetermined",
          message: "Route `ask` accepts anonymous calls: it has no authorizer",
          dependsOn: ["later"],
        },
      ],
    },
    {
      name: "a method that takes any verb at the root of an API",
      resources: [
        desk(),
        resource(restType, "api", {}),
        resource("aws:apigateway/method:Method", "ask", {
          ...atRoot,
          authorization: "NONE",
          apiKeyRequired: true,
        }),
        resource("aws:apigateway/integration:Integration", "calls", {
          ...atRoot,
          integrationHttpMethod: "POST",
          type: "AWS_PROXY",
          uri: outputOf(urnOf(functionType, "desk")),
        }),
      ],
      findings: [openMethod],
    },
    {
      name: "the default route of an API beside one that asks",
      resources: [
        desk(),
        ...api({ authorizationType: "JWT", authorizerId: later }),
        routeTo({ routeKey: "$default" }, "rest"),
      ],
      findings: [
        {
          ...openRoute,
          about: "rest",
          at: "rest: authorizationType",
          message: "Route `rest` accepts anonymous calls: it has no authorizer",
        },
      ],
    },
    {
      name: "a WebSocket without a route by which callers connect",
      resources: [desk(), ...api({ routeKey: "$default" }, "WEBSOCKET")],
      findings: [
        {
          ...byRoute,
          about: "api",
          at: "ask: authorizationType",
          message:
            "WebSocket API `api` accepts anonymous connections: it has no `$connect` route with an authorizer",
        },
      ],
    },
    {
      name: "an API whose routes are in its body, as undetermined",
      resources: [
        desk(),
        resource(restType, "api", { body: outputOf(urnOf(functionType, "desk")) }),
      ],
      findings: [
        {
          verdict: "undetermined",
          severity: "critical",
          about: "api#body",
          holder: "desk",
          at: "api: body",
          message: "Route `api#body` accepts anonymous calls: it has no authorizer",
        },
      ],
    },
    {
      name: "a Service with a load balancer, as undetermined and low",
      resources: objects(pods, service("LoadBalancer")),
      findings: [
        {
          verdict: "undetermined",
          severity: "low",
          about: "acme/desk",
          holder: "acme/desk",
          at: "acme/desk: spec.type",
          message:
            "Load balancer `acme/desk` accepts anonymous calls: it requires no authentication",
        },
      ],
    },
    {
      name: "an Ingress, as undetermined and low",
      resources: objects(pods, service("ClusterIP"), ingress),
      findings: [
        {
          verdict: "undetermined",
          severity: "low",
          about: "acme/web",
          holder: "acme/desk",
          at: "acme/web: spec",
          message: "Ingress `acme/web` accepts anonymous calls: it requires no authentication",
        },
      ],
    },
    {
      name: "a route of the Gateway API, as undetermined and low",
      resources: objects(pods, service("ClusterIP"), httpRoute),
      findings: [
        {
          verdict: "undetermined",
          severity: "low",
          about: "acme/web",
          holder: "acme/desk",
          at: "acme/web: spec",
          message: "Ingress `acme/web` accepts anonymous calls: it requires no authentication",
        },
      ],
    },
    {
      name: "a service of ECS behind a balancer, as undetermined and low",
      resources: [
        resource("aws:ecs/taskDefinition:TaskDefinition", "desk", { family: "desk", tags: tool }),
        resource("aws:ecs/service:Service", "runs", {
          taskDefinition: "desk:3",
          loadBalancers: [{ targetGroupArn: later, containerName: "desk", containerPort: 80 }],
        }),
      ],
      findings: [
        {
          verdict: "undetermined",
          severity: "low",
          about: "runs",
          holder: "desk",
          at: "runs: taskDefinition",
          message: "Load balancer `runs` accepts anonymous calls: it requires no authentication",
        },
      ],
    },
  ],
});

describe("no-open-gateway, of what carries out a component", () => {
  it("rejects the open URL of a function that runs as its role", async () => {
    const tool = urnOf("agentid:index:Tool", "crm");
    const { findings } = await judgeSnapshot(
      snapshotOf([
        resource("agentid:index:Tool", "crm", { name: "crm", tenant: { name: "acme" } }),
        resource("aws:iam/role:Role", "crm", { name: "crm" }, { parent: tool }),
        resource(functionType, "desk", {
          name: "desk",
          role: outputOf(urnOf("aws:iam/role:Role", "crm")),
        }),
        url("NONE"),
      ]),
      { settings: defaultSettings, rules: [rule] },
    );
    assert.deepEqual(
      findings.map(({ message }) => message),
      ["Function URL `web` accepts anonymous calls: its authorization type is `NONE`"],
    );
  });
});
