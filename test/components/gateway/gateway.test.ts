import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { GatewayRef } from "../../../components";
import { acme, discoveryUrl } from "../oauth2/github";
import { mocked, registered, type Registered } from "../support/registered";
import { named, roleAdmits } from "../support/trust";
import { agentCore, refundsBehind, searchBehind } from "./tools";

const called = "acme-tools-99dbc31daf";
const tags = { "agentid.dev/tenant": "acme", "agentid.dev/gateway": "tools" };
const engineType = "aws:bedrock/agentcorePolicyEngine:AgentcorePolicyEngine";
const gatewayType = "aws:bedrock/agentcoreGateway:AgentcoreGateway";
const targetType = "aws:bedrock/agentcoreGatewayTarget:AgentcoreGatewayTarget";

const inputsOf = (resources: readonly Registered[], type: string, name: string) =>
  named(resources, type, name)?.inputs;

const policyOf = (resources: readonly Registered[], name: string): unknown =>
  JSON.parse(String(inputsOf(resources, "aws:iam/rolePolicy:RolePolicy", name)?.["policy"]));

describe("a gateway", () => {
  let made: readonly Registered[];
  before(async () => {
    made = await registered(() => void searchBehind());
  });

  it("requires the signature of a role, and has a policy engine of its own decide", () => {
    assert.deepEqual(inputsOf(made, gatewayType, "tools"), {
      name: called,
      description: "Tools behind gateway tools",
      roleArn: "arn:aws:iam::111122223333:role/agentid/acme/acme.tools",
      protocolType: "MCP",
      authorizerType: "AWS_IAM",
      policyEngineConfiguration: {
        arn: `${agentCore}:policy-engine/acme_tools-a1b2c3d4e5`,
        mode: "ENFORCE",
      },
      tags,
    });
    assert.deepEqual(inputsOf(made, engineType, "tools"), {
      name: "acme_tools",
      description: "Decides the calls through gateway tools",
      tags,
    });
  });

  it("requires tokens of an issuer where it is configured so", async () => {
    const jwt = { discoveryUrl, allowedAudiences: ["tools"], allowedClients: ["desk"] };
    const resources = await registered(() => void searchBehind({ jwt }));
    const { authorizerType, authorizerConfiguration } =
      inputsOf(resources, gatewayType, "tools") ?? {};
    assert.equal(authorizerType, "CUSTOM_JWT");
    assert.deepEqual(authorizerConfiguration, { customJwtAuthorizer: jwt });
  });

  it("has a role that AgentCore assumes only for this gateway, in the tenant's path and boundary", () => {
    const { assumeRolePolicy, ...role } = inputsOf(made, "aws:iam/role:Role", "tools") ?? {};
    assert.deepEqual(role, {
      name: "acme.tools",
      path: "/agentid/acme/",
      description: "Calls the tools behind gateway tools",
      permissionsBoundary: "arn:aws:iam::111122223333:policy/agentid/acme/acme.boundary",
      maxSessionDuration: 3600,
      tags,
    });
    assert.deepEqual(JSON.parse(String(assumeRolePolicy)), {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "bedrock-agentcore.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: {
            StringEquals: { "aws:SourceAccount": "111122223333" },
            ArnLike: { "aws:SourceArn": `${agentCore}:gateway/${called}-??????????` },
          },
        },
      ],
    });
  });

  it("is not admitted as another gateway, a runtime, or one of another account", () => {
    const role = named(made, "aws:iam/role:Role", "tools");
    assert.ok(role !== undefined);
    const authentication = (sourceArn: string, account = "111122223333") =>
      roleAdmits(role, {
        principal: { type: "Service", value: "bedrock-agentcore.amazonaws.com" },
        action: "sts:AssumeRole",
        keys: { "aws:SourceAccount": account, "aws:SourceArn": sourceArn },
      });
    const own = `${agentCore}:gateway/${called}-a1b2c3d4e5`;
    assert.equal(authentication(own), "yes");
    assert.equal(authentication(own, "444455556666"), "no");
    assert.equal(authentication(own.replace("gateway/", "runtime/")), "no");
    assert.equal(authentication(own.replace(called, `${called}-x`)), "no");
    assert.equal(authentication(own.replace("tools", "other")), "no");
  });

  it("calls its runtimes and its policy engine, and nothing else", () => {
    const engine = `${agentCore}:policy-engine/acme_tools-??????????`;
    const runtime = `${agentCore}:runtime/acme_search-??????????`;
    assert.deepEqual(policyOf(made, "tools"), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "ReadPolicyEngine",
          Effect: "Allow",
          Action: ["bedrock-agentcore:GetPolicyEngine"],
          Resource: [engine],
        },
        {
          Sid: "DecideCalls",
          Effect: "Allow",
          Action: [
            "bedrock-agentcore:AuthorizeAction",
            "bedrock-agentcore:PartiallyAuthorizeActions",
          ],
          Resource: [engine, `${agentCore}:gateway/${called}-??????????`],
        },
        {
          Sid: "CheckPolicyEngine",
          Effect: "Allow",
          Action: ["bedrock-agentcore:CheckAuthorizePermissions"],
          Resource: [
            `${agentCore}:policy-engines/acme_tools-??????????/target-resource/*`,
            `${agentCore}:/policy-engines/acme_tools-??????????/target-resource/*`,
          ],
        },
        {
          Sid: "CallRuntimes",
          Effect: "Allow",
          Action: ["bedrock-agentcore:InvokeAgentRuntime"],
          Resource: [runtime, `${runtime}/runtime-endpoint/DEFAULT`],
        },
      ],
    });
  });

  it("reaches a runtime's MCP server as its own role", () => {
    assert.deepEqual(inputsOf(made, targetType, "tools-search"), {
      name: "search",
      description: "Tool search",
      gatewayIdentifier: `${called}-a1b2c3d4e5`,
      credentialProviderConfiguration: { gatewayIamRole: { service: "bedrock-agentcore" } },
      targetConfiguration: {
        mcp: {
          mcpServer: {
            endpoint:
              "https://bedrock-agentcore.eu-central-1.amazonaws.com/runtimes/arn%3Aaws%3Abedrock-agentcore%3Aeu-central-1%3A111122223333%3Aruntime%2Facme_search-a1B2c3D4e5/invocations?qualifier=DEFAULT",
          },
        },
      },
    });
  });

  it("calls a function as its own role, and describes its arguments to callers", async () => {
    const resources = await registered(() => void refundsBehind());
    const lambdaArn = "arn:aws:lambda:eu-central-1:111122223333:function:acme_refunds";
    const target = inputsOf(resources, targetType, "desk-refunds");
    assert.deepEqual(target?.["credentialProviderConfiguration"], { gatewayIamRole: {} });
    assert.deepEqual(target["targetConfiguration"], {
      mcp: {
        lambda: {
          lambdaArn,
          toolSchema: {
            inlinePayloads: [
              {
                name: "refund",
                description: "Pays money back",
                inputSchema: {
                  type: "object",
                  properties: [
                    {
                      name: "order",
                      type: "string",
                      description: "Number of the order",
                      required: true,
                    },
                    { name: "items", type: "array", items: { type: "integer" }, required: false },
                    { name: "notes", type: "array", items: { type: "string" }, required: false },
                  ],
                },
              },
            ],
          },
        },
      },
    });
    const { Statement } = policyOf(resources, "desk") as { Statement: { Sid: string }[] };
    assert.deepEqual(Statement.at(-1), {
      Sid: "CallFunctions",
      Effect: "Allow",
      Action: ["lambda:InvokeFunction"],
      Resource: [lambdaArn],
    });
    assert.equal(Statement.length, 4);
  });

  it("exports in a preview everything but what AWS chooses", async () => {
    const resources = await registered(() => void searchBehind(), { preview: true });
    assert.deepEqual(policyOf(resources, "tools"), policyOf(made, "tools"));
    const { name, policyEngineConfiguration } = inputsOf(resources, gatewayType, "tools") ?? {};
    assert.equal(name, called);
    assert.equal((policyEngineConfiguration as { mode: string }).mode, "ENFORCE");
  });

  it("is made of a tenant that is known later as it is of one that is known", async () => {
    const tenant = pulumi.output(acme);
    const later = await registered(() => void searchBehind({ tenant }, { tenant }));
    const others = (resources: readonly Registered[]) =>
      resources.filter(({ type }) => type.startsWith("aws:"));
    assert.deepEqual(others(later), others(made));
  });

  it("passes to grants as plain data but for what AWS chooses", async () => {
    mocked();
    const { gateway } = searchBehind();
    const { arn, policyEngineId, ...plain } = gateway.ref;
    assert.deepEqual(plain, {
      tenant: "acme",
      name: "tools",
      arnPattern: `${agentCore}:gateway/${called}-??????????`,
      operations: [
        { tool: "search", name: "find_tickets", intents: ["find", "answer"] },
        { tool: "search", name: "close_ticket", intents: ["close"] },
      ],
    } satisfies Omit<GatewayRef, "arn" | "policyEngineId">);
    const reported = await new Promise((resolve) => {
      pulumi.all([arn, policyEngineId, gateway.url, gateway.roleArn]).apply(resolve);
    });
    assert.deepEqual(reported, [
      `${agentCore}:gateway/${called}-a1b2c3d4e5`,
      "acme_tools-a1b2c3d4e5",
      `https://${called}-a1b2c3d4e5.gateway.bedrock-agentcore.eu-central-1.amazonaws.com/mcp`,
      "arn:aws:iam::111122223333:role/agentid/acme/acme.tools",
    ]);
  });

  it("has names of its own, whatever tenants and gateways are called", async () => {
    const namesOf = async (tenant: string, name: string) => {
      const resources = await registered(() => {
        const ref = { ...acme, name: tenant };
        searchBehind({ tenant: ref, name, targets: targetsIn(tenant) });
      });
      return [gatewayType, engineType].map((type) => inputsOf(resources, type, "tools")?.["name"]);
    };
    const targetsIn = (tenant: string) => [
      {
        tool: { tenant, name: "x", serviceArn: `${agentCore}:runtime/x-??????????` },
        arn: `${agentCore}:runtime/x-a1B2c3D4e5`,
        operations: [{ name: "x" }],
      },
    ];
    const [first, second] = [await namesOf("a-b", "c"), await namesOf("a", "b-c")];
    for (const [gateway, engine] of [first, second]) {
      assert.match(String(gateway), /^a-b-c-[0-9a-f]{10}$/);
      assert.match(String(engine), /^a_b_c_[0-9a-f]{10}$/);
    }
    assert.notEqual(first[0], second[0]);
    assert.notEqual(first[1], second[1]);
    for (const name of await namesOf("t".repeat(63), "g".repeat(63))) {
      assert.equal(String(name).length, 48);
    }
  });
});
