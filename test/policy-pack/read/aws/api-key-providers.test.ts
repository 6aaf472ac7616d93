import assert from "node:assert/strict";
import { named } from "../../../../policy-pack/facts/fact-values";
import { Secret, Unknown, type ValueRecord } from "../../../../core/snapshot/value";
import { apiKeyProviderReader } from "../../../../policy-pack/read/aws/agentcore/credential-providers";
import { outputOf, resource, urnOf } from "../../../support/resources";
import { contextOf, stated } from "./reading";

const type = "aws:bedrock/agentcoreApiKeyCredentialProvider:AgentcoreApiKeyCredentialProvider";
const secretType = "aws:secretsmanager/secret:Secret";
const crm = urnOf(type, "crm");

function provider(inputs: ValueRecord, context = contextOf()): readonly unknown[] {
  return stated([apiKeyProviderReader], resource(type, "crm", inputs), context);
}

const handsOut = { kind: "static-credential", credential: crm, of: "tool", property: "" };
const contains = (content: object, property: string, rest: object = {}) => ({
  kind: "contains",
  container: crm,
  content,
  derived: false,
  property,
  ...rest,
});

describe("the reader of API key providers", () => {
  it("identifies a provider by its name, and by its ARN once that is known", () => {
    assert.deepEqual(provider({ name: "crm" }), [
      { kind: "alias", thing: crm, also: "api-key-provider|default|crm", property: "name" },
      handsOut,
    ]);
  });

  it("returns in which field of which secret the key is stored", () => {
    const given = { secretId: outputOf(urnOf(secretType, "crm")), jsonKey: "apiKey" };
    assert.deepEqual(provider({ apiKeySecretConfig: given }), [
      handsOut,
      contains(named(urnOf(secretType, "crm")), "apiKeySecretConfig.secretId", {
        contentKey: "apiKey",
      }),
    ]);
  });

  it("takes a key that the program gives for a literal in its place, and for what is handed out", () => {
    const context = contextOf();
    for (const marked of [true, false]) {
      const text = "k3ep1tQu1et-T00";
      const value = context.literalName(text);
      assert.deepEqual(provider({ apiKey: marked ? new Secret(text) : text }, context), [
        handsOut,
        {
          kind: "literal",
          holder: crm,
          credential: "value of apiKey",
          severity: "critical",
          value,
          place: "in its place",
          marked,
          property: "apiKey",
        },
        contains(named(value), "apiKey"),
      ]);
    }
  });

  it("identifies a generated key of unknown value by its generator", () => {
    const password = urnOf("random:index/randomPassword:RandomPassword", "crm");
    assert.deepEqual(provider({ apiKeyWo: new Unknown([password], true) }), [
      handsOut,
      contains(named(password), "apiKeyWo", { derived: true }),
    ]);
    assert.deepEqual(provider({ apiKeyWo: new Unknown([]) }), [handsOut]);
  });
});
