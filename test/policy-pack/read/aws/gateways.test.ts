import assert from "node:assert/strict";
import type { Value } from "../../../../core/snapshot/value";
import { gatewayTargetReader } from "../../../../policy-pack/read/aws/agentcore/gateways";
import { outputOf, resource, urnOf } from "../../../support/resources";
import { contextOf, stated } from "./reading";

const type = "aws:bedrock/agentcoreGatewayTarget:AgentcoreGatewayTarget";
const target = urnOf(type, "crm");
const runtime = urnOf("aws:bedrock/agentcoreAgentRuntime:AgentcoreAgentRuntime", "crm");
const host = "https://bedrock-agentcore.eu-west-1.amazonaws.com/runtimes";
const arn = "arn:aws:bedrock-agentcore:eu-west-1:111122223333:runtime/crm-a1B2c3";

function forwarded(targetConfiguration: Value): readonly unknown[] {
  const inputs = { targetConfiguration };
  return stated([gatewayTargetReader], resource(type, "crm", inputs), contextOf());
}

const toServer = (endpoint: Value) => forwarded({ mcp: { mcpServer: { endpoint } } });

function forwards(to: string, property: string): object {
  const path = `targetConfiguration.${property}`;
  return { kind: "forwards", from: target, to: { kind: "named", name: to }, property: path };
}

describe("the reader of targets of gateways", () => {
  it("identifies the runtime of an MCP server by its URL", () => {
    const url = `${host}/${encodeURIComponent(arn)}/invocations?qualifier=DEFAULT`;
    const name = "runtime|111122223333|crm-a1B2c3";
    assert.deepEqual(toServer(url), [forwards(name, "mcp.mcpServer.endpoint")]);
    const passthrough = { http: { passthrough: { endpoint: url, protocolType: "MCP" } } };
    assert.deepEqual(forwarded(passthrough), [forwards(name, "http.passthrough.endpoint")]);
  });

  it("identifies the runtime that a URL depends on", () => {
    const waiting = toServer(outputOf(runtime));
    assert.deepEqual(waiting, [forwards(runtime, "mcp.mcpServer.endpoint")]);
  });

  for (const [name, endpoint] of [
    ["a server elsewhere", "https://crm.acme.com/mcp"],
    ["a host that only looks alike", `https://bedrock-agentcore.acme.com/runtimes/${arn}/x`],
    ["an ARN of something else", `${host}/${encodeURIComponent("arn:aws:s3:::crm")}/invocations`],
    ["a URL that nobody can decode", `${host}/arn%3Aaws%E0/invocations`],
  ] as const) {
    it(`takes ${name} for no runtime`, () => {
      assert.deepEqual(toServer(endpoint), []);
    });
  }
});
