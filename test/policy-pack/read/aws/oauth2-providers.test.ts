import assert from "node:assert/strict";
import { Secret, Unknown, type ValueRecord } from "../../../../core/snapshot/value";
import { oauth2ProviderReader } from "../../../../policy-pack/read/aws/agentcore/credential-providers";
import { outputOf, resource, urnOf } from "../../../support/resources";
import { contextOf, stated } from "./reading";

const type = "aws:bedrock/agentcoreOauth2CredentialProvider:AgentcoreOauth2CredentialProvider";
const secretType = "aws:secretsmanager/secret:Secret";
const passwordType = "random:index/randomPassword:RandomPassword";

const context = contextOf();

const provider = (config: ValueRecord, vendor = "githubOauth2ProviderConfig") =>
  resource(type, "github", {
    credentialProviderVendor: "GithubOauth2",
    oauth2ProviderConfig: { [vendor]: config },
  });

const urn = urnOf(type, "github");
const at = (input: string) => `oauth2ProviderConfig.githubOauth2ProviderConfig.${input}`;

const literal = (value: string, input: string, marked: boolean) => ({
  kind: "literal",
  holder: urn,
  credential: "value of clientSecret",
  severity: "critical",
  value: context.literalName(value),
  place: "in its place",
  marked,
  property: at(input),
});

const contains = (name: string, input: string, derived = false) => ({
  kind: "contains",
  container: urn,
  content: { kind: "named", name },
  derived,
  property: at(input),
});

describe("the reader of AgentCore OAuth2 providers", () => {
  it("reads a provider's name and whose it is", () => {
    const tenant = resource("agentid:index:Tenant", "acme", { name: "acme" }, { custom: false });
    const named = resource(type, "github", { name: "acme_triage_github" }, { parent: tenant.urn });
    assert.deepEqual(stated([oauth2ProviderReader], named, contextOf([tenant])), [
      {
        kind: "alias",
        thing: urn,
        also: "oauth2-provider|default|acme_triage_github",
        property: "name",
      },
      {
        kind: "belongs-to",
        thing: urn,
        tenant: { kind: "known", text: "acme" },
        by: "component",
        property: "",
      },
    ]);
  });

  for (const input of ["clientSecret", "clientSecretWo"]) {
    it(`returns a client's secret in plain text, and one that is marked, as what the provider has: ${input}`, () => {
      const value = "k3ep1tQu1et";
      const inClear = provider({ clientId: "desk", [input]: value });
      assert.deepEqual(stated([oauth2ProviderReader], inClear, context), [
        literal(value, input, false),
        contains(context.literalName(value), input),
      ]);
      const marked = provider({ clientId: "desk", [input]: new Secret(value) });
      assert.deepEqual(stated([oauth2ProviderReader], marked, context), [
        literal(value, input, true),
        contains(context.literalName(value), input),
      ]);
    });
  }

  it("reads the secret of whatever vendor", () => {
    const custom = provider({ clientSecret: "k3ep1tQu1et" }, "customOauth2ProviderConfig");
    const facts = stated([oauth2ProviderReader], custom, context) as { property: string }[];
    const property = "oauth2ProviderConfig.customOauth2ProviderConfig.clientSecret";
    assert.deepEqual(
      facts.map((fact) => fact.property),
      [property, property],
    );
  });

  it("returns nothing for a client's id and for a placeholder", () => {
    const given = provider({ clientId: "Iv1k3ep1tQu1etT0", clientSecret: "your-client-secret" });
    assert.deepEqual(stated([oauth2ProviderReader], given), []);
  });

  it("identifies a generated secret of unknown value by its generator", () => {
    const pw = urnOf(passwordType, "pw");
    const waiting = provider({ clientSecret: new Unknown([pw], true) });
    assert.deepEqual(stated([oauth2ProviderReader], waiting), [contains(pw, "clientSecret", true)]);
    assert.deepEqual(stated([oauth2ProviderReader], provider({ clientSecret: new Unknown() })), []);
  });

  it("identifies a secret in Secrets Manager, by its ARN and by its resource", () => {
    const input = "clientSecretConfig.secretId";
    const arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:github-GhKeyA";
    const kept = (secretId: string | Unknown) =>
      provider({ clientSecretSource: "EXTERNAL", clientSecretConfig: { secretId, jsonKey: "s" } });
    assert.deepEqual(stated([oauth2ProviderReader], kept(arn)), [
      contains("secret|111122223333@eu-central-1|github", input),
    ]);
    const made = urnOf(secretType, "github");
    assert.deepEqual(stated([oauth2ProviderReader], kept(outputOf(made))), [contains(made, input)]);
  });
});
