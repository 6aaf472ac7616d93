import assert from "node:assert/strict";
import { Secret, Unknown, type Value } from "../../../../core/snapshot/value";
import { oauth2ClientReaders } from "../../../../policy-pack/read/aws/components/components";
import { outputOf, resource, urnOf } from "../../../support/resources";
import { contextOf, stated } from "../aws/reading";

const agentType = "agentid:index:Agent";
const secretType = "aws:secretsmanager/secret:Secret";
const providerType =
  "aws:bedrock/agentcoreOauth2CredentialProvider:AgentcoreOauth2CredentialProvider";
const arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:github-GhKeyA";
const made = urnOf(secretType, "triage-oauth2-github");

const workload = (type: string, oauth2Providers: Value) =>
  resource(type, "triage", { oauth2Providers }, { custom: false });
const agent = (...secrets: readonly Value[]) =>
  workload(
    agentType,
    secrets.map((clientSecret, index) => ({ name: `s${index}`, vendor: "github", clientSecret })),
  );
const given = (of: Value) => ({ existingSecret: { arn: of } });
const first = "oauth2Providers[0].clientSecret";

const holds = (property: string, secret: object, type = agentType) => ({
  kind: "uses",
  workload: urnOf(type, "triage"),
  secret,
  through: "oauth2 client",
  property,
});
const named = (name: string) => ({ kind: "named", name });

describe("the readers of OAuth2 clients", () => {
  for (const kind of ["Orchestrator", "Agent", "Tool"]) {
    it(`assign an existing secret to the workload that receives it: ${kind}`, () => {
      const type = `agentid:index:${kind}`;
      const provider = { name: "github", vendor: "github", clientSecret: given(arn) };
      assert.deepEqual(stated(oauth2ClientReaders, workload(type, [provider])), [
        holds(first, named("secret|111122223333@eu-central-1|github"), type),
      ]);
    });
  }

  it("find the secret of each service by its own location", () => {
    const other = arn.replace("github-", "slack-");
    const both = agent(given(arn), { secretsManager: {} }, given(other));
    assert.deepEqual(stated(oauth2ClientReaders, both), [
      holds(first, named("secret|111122223333@eu-central-1|github")),
      holds("oauth2Providers[2].clientSecret", named("secret|111122223333@eu-central-1|slack")),
    ]);
  });

  it("identify an existing secret without a known ARN by its resource", () => {
    assert.deepEqual(stated(oauth2ClientReaders, agent(given(outputOf(made)))), [
      holds(first, named(made)),
    ]);
  });

  it("are unknown where no property identifies the secret, and follow a marked ARN", () => {
    const platform = urnOf("pulumi:pulumi:StackReference", "platform");
    const unknown = (...dependsOn: string[]) => [holds(first, { kind: "unknown", dependsOn })];
    const read = (clientSecret: Value) => stated(oauth2ClientReaders, agent(clientSecret));
    assert.deepEqual(read(given(outputOf(platform))), unknown(platform));
    assert.deepEqual(read(given(new Unknown())), unknown());
    assert.deepEqual(read(outputOf(platform)), unknown(platform));
    assert.deepEqual(read(given(new Secret(arn))), read(given(arn)));
  });

  it("return no secret where one is created, or without a service, and print no value", () => {
    assert.deepEqual(stated(oauth2ClientReaders, agent({ secretsManager: {} })), []);
    assert.deepEqual(stated(oauth2ClientReaders, agent()), []);
    const inClear = { secretsManager: { value: "k3ep1tQu1et" } };
    assert.deepEqual(stated(oauth2ClientReaders, agent(inClear)), []);
  });

  for (const type of [secretType, providerType]) {
    it(`assign what is made for a workload to it, and any other to no workload: ${type}`, () => {
      const context = contextOf([agent()]);
      const name = "triage-oauth2-github";
      const own = resource(type, name, {}, { parent: agent().urn });
      assert.deepEqual(stated(oauth2ClientReaders, own, context), [holds("", named(own.urn))]);
      assert.deepEqual(stated(oauth2ClientReaders, resource(type, name, {}), context), []);
      const legacy = resource("agentid:index:LegacyTool", "crm", {}, { custom: false });
      const others = resource(type, name, {}, { parent: legacy.urn });
      assert.deepEqual(stated(oauth2ClientReaders, others, contextOf([legacy])), []);
      // What is unknown to the context may be anything.
      assert.deepEqual(stated(oauth2ClientReaders, own, contextOf()), []);
    });
  }
});
