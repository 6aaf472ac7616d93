import assert from "node:assert/strict";
import { legacyToolReaders } from "../../../../../policy-pack/read/aws/components/legacy-tool";
import type { ValueRecord } from "../../../../../core/snapshot/value";
import { outputOf, resource, urnOf } from "../../../../support/resources";
import { contextOf, stated } from "../reading";

const secretType = "aws:secretsmanager/secret:Secret";
const providerType =
  "aws:bedrock/agentcoreApiKeyCredentialProvider:AgentcoreApiKeyCredentialProvider";
const made = urnOf(secretType, "crm");

const tool = (key: ValueRecord) =>
  resource("agentid:index:LegacyTool", "crm", { key }, { custom: false });
const holds = (name: string, property: string) => ({
  kind: "uses",
  workload: tool({}).urn,
  secret: { kind: "named", name },
  through: "legacy key",
  property,
});

describe("the readers of keys of legacy platforms", () => {
  it("assign an existing secret to the tool that receives it", () => {
    const arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:crm-CrmKey";
    assert.deepEqual(stated(legacyToolReaders, tool({ existingSecret: { arn } })), [
      holds("secret|111122223333@eu-central-1|crm", "key"),
    ]);
  });

  it("identify an existing secret without a known ARN by its resource", () => {
    const waiting = tool({ existingSecret: { arn: outputOf(made) } });
    assert.deepEqual(stated(legacyToolReaders, waiting), [holds(made, "key")]);
  });

  it("are unknown where no property identifies the secret", () => {
    const platform = urnOf("pulumi:pulumi:StackReference", "platform");
    const waiting = tool({ existingSecret: { arn: outputOf(platform) } });
    assert.deepEqual(stated(legacyToolReaders, waiting), [
      { ...holds("", "key"), secret: { kind: "unknown", dependsOn: [platform] } },
    ]);
  });

  it("return no secret where one is created, or is in another store", () => {
    assert.deepEqual(stated(legacyToolReaders, tool({ secretsManager: {} })), []);
    const external = { externalSecret: { store: "vault", remoteKey: "crm" } };
    assert.deepEqual(stated(legacyToolReaders, tool(external)), []);
  });

  it("assign a secret that is made for a tool to it, and any other to no workload", () => {
    const context = contextOf([tool({})]);
    const own = resource(secretType, "crm", {}, { parent: tool({}).urn });
    assert.deepEqual(stated(legacyToolReaders, own, context), [holds(made, "")]);
    assert.deepEqual(stated(legacyToolReaders, resource(secretType, "crm", {}), context), []);
    const ofTool = resource("agentid:index:Tool", "crm", {}, { custom: false });
    const others = resource(secretType, "crm", {}, { parent: ofTool.urn });
    assert.deepEqual(stated(legacyToolReaders, others, contextOf([ofTool])), []);
  });

  it("assign a provider of AgentCore to its tool", () => {
    const provider = resource(providerType, "crm", {}, { parent: tool({}).urn });
    assert.deepEqual(stated(legacyToolReaders, provider, contextOf([tool({})])), [
      holds(provider.urn, ""),
    ]);
  });
});
