import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Agent, LegacyTool, Orchestrator, Tool, type Oauth2Provider } from "../../../components";
import { outsideArgs } from "../legacy-tool/crm";
import { mocked, registered, type Registered } from "../support/registered";
import { named } from "../support/trust";
import { acme, crm, discoveryUrl, github, runtimeArgs, secretArn } from "./github";

const providerType =
  "aws:bedrock/agentcoreOauth2CredentialProvider:AgentcoreOauth2CredentialProvider";
const versionType = "aws:secretsmanager/secretVersion:SecretVersion";
const policyType = "aws:iam/rolePolicy:RolePolicy";
const guardType = "aws:secretsmanager/secretPolicy:SecretPolicy";
const writerArn = "arn:aws:iam::111122223333:role/deployer";
const tags = {
  "agentid.dev/tenant": "acme",
  "agentid.dev/kind": "agent",
  "agentid.dev/workload": "triage",
};
const arn = "arn:aws:bedrock-agentcore:eu-central-1:111122223333";
const directory = `${arn}:workload-identity-directory/default`;
const vault = `${arn}:token-vault/default`;
const madeArn =
  "arn:aws:secretsmanager:eu-central-1:111122223333:secret:agentid/acme/triage/github-AbCd12";

const agent = (...oauth2Providers: Oauth2Provider[]) =>
  registered(() => {
    new Agent("triage", { ...runtimeArgs, oauth2Providers });
  });

const inputsOf = (resources: readonly Registered[], type: string, name: string) =>
  named(resources, type, name)?.inputs;

const policyOf = (resources: readonly Registered[], type: string, name: string): unknown =>
  JSON.parse(String(inputsOf(resources, type, name)?.["policy"]));

describe("a workload that calls a service with OAuth2 tokens", () => {
  it("gives its policy a name distinct from one that an adopted role may have", async () => {
    const nameOf = async (adopt?: { role: { name: string } }) => {
      const args = { ...runtimeArgs, ...(adopt && { adopt }), oauth2Providers: [github] };
      const resources = await registered(() => {
        new Agent("triage", args);
      });
      return inputsOf(resources, policyType, "triage-oauth2")?.["name"];
    };
    assert.equal(await nameOf(), "oauth2");
    assert.equal(await nameOf({ role: { name: "triage-runtime" } }), "agentid-oauth2");
  });

  it("has a provider of its own, without a secret but with the location of one", async () => {
    const resources = await agent(github, crm);
    assert.deepEqual(inputsOf(resources, providerType, "triage-oauth2-github"), {
      name: "acme_triage_github",
      credentialProviderVendor: "GithubOauth2",
      oauth2ProviderConfig: {
        githubOauth2ProviderConfig: {
          clientId: "Iv1.desk",
          clientSecretSource: "EXTERNAL",
          clientSecretConfig: { secretId: madeArn, jsonKey: "clientSecret" },
        },
      },
      tags,
    });
    assert.deepEqual(inputsOf(resources, providerType, "triage-oauth2-crm"), {
      name: "acme_triage_crm",
      credentialProviderVendor: "CustomOauth2",
      oauth2ProviderConfig: {
        customOauth2ProviderConfig: {
          oauthDiscovery: { discoveryUrl },
          clientId: "desk",
          clientSecretSource: "EXTERNAL",
          clientSecretConfig: { secretId: secretArn, jsonKey: "secret" },
        },
      },
      tags,
    });
  });

  it("alone gets tokens by them, for its own identity, and reads the clients' secrets", async () => {
    const resources = await agent(github, crm);
    assert.deepEqual(policyOf(resources, policyType, "triage-oauth2"), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "GetTokens",
          Effect: "Allow",
          Action: "bedrock-agentcore:GetResourceOauth2Token",
          Resource: [
            vault,
            `${vault}/oauth2credentialprovider/acme_triage_github`,
            `${vault}/oauth2credentialprovider/acme_triage_crm`,
            directory,
            `${directory}/workload-identity/acme.triage`,
          ],
        },
        {
          Sid: "ReadClientSecrets",
          Effect: "Allow",
          Action: "secretsmanager:GetSecretValue",
          Resource: [madeArn, secretArn],
        },
        {
          Sid: "DecryptClientSecrets",
          Effect: "Allow",
          Action: "kms:Decrypt",
          Resource: ["arn:aws:kms:eu-central-1:111122223333:key/triage-oauth2-github"],
          Condition: {
            StringLike: { "kms:ViaService": "secretsmanager.*" },
            StringEquals: { "kms:EncryptionContext:SecretARN": [madeArn] },
          },
        },
      ],
    });
    const guard = {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "DenyReadingToOthers",
          Effect: "Deny",
          Principal: "*",
          Action: "secretsmanager:GetSecretValue",
          Resource: "*",
          Condition: {
            ArnNotEquals: {
              "aws:PrincipalArn": ["arn:aws:iam::111122223333:role/agentid/acme/acme.triage"],
            },
          },
        },
      ],
    };
    for (const name of ["triage-oauth2-github", "triage-oauth2-crm"]) {
      assert.deepEqual(policyOf(resources, guardType, name), guard);
    }
  });

  it("has a secret of its own made, with its day on it, and no value", async () => {
    const resources = await agent(github);
    assert.deepEqual(
      inputsOf(resources, "aws:secretsmanager/secret:Secret", "triage-oauth2-github"),
      {
        name: "agentid/acme/triage/github",
        description: "Client secret of agent triage for github, to be rotated before 2027-01-30",
        kmsKeyId: "arn:aws:kms:eu-central-1:111122223333:key/triage-oauth2-github",
        tags: { ...tags, "agentid.dev/rotate-before": "2027-01-30" },
      },
    );
    assert.equal(inputsOf(resources, versionType, "triage-oauth2-github"), undefined);
  });

  it("has a configured value written once it is secret, and in no other place", async () => {
    const value = '{"clientSecret":"s3cr3t-value"}';
    const secretsManager = { value: pulumi.secret(value), writerArn };
    const resources = await agent({ ...github, clientSecret: { secretsManager } });
    const version = inputsOf(resources, versionType, "triage-oauth2-github");
    assert.equal(version?.["secretStringWoVersion"], 20261101);
    assert.equal(JSON.stringify(version).includes("s3cr3t-value"), true);
    const others = resources.filter(({ type }) => type !== versionType);
    assert.equal(JSON.stringify(others).includes("s3cr3t-value"), false);
  });

  it("keeps the secret of a tool from sessions of a broker", async () => {
    const broker = { roleArn: "arn:aws:iam::111122223333:role/broker" };
    const args = { ...runtimeArgs, tenant: { ...acme, broker }, oauth2Providers: [github] };
    const sids = async (program: () => unknown, name: string): Promise<readonly unknown[]> => {
      const made = await registered(() => void program());
      const { Statement } = policyOf(made, guardType, name) as { Statement: { Sid: string }[] };
      return Statement.map(({ Sid }) => Sid);
    };
    assert.deepEqual(await sids(() => new Tool("search", args), "search-oauth2-github"), [
      "DenyReadingToOthers",
      "DenyReadingForOthers",
    ]);
    assert.deepEqual(await sids(() => new Orchestrator("desk", args), "desk-oauth2-github"), [
      "DenyReadingToOthers",
    ]);
  });

  it("finds its providers by its environment", async () => {
    mocked();
    const named = { ...crm, name: "crm-eu" };
    const { agentCoreRuntime } = new Agent("triage", {
      ...runtimeArgs,
      oauth2Providers: [github, named],
    });
    const values = await new Promise((resolve) => {
      pulumi.output(agentCoreRuntime.environmentVariables).apply(resolve);
    });
    assert.deepEqual(values, {
      AGENTID_TENANT: "acme",
      AGENTID_WORKLOAD: "triage",
      AGENTID_WORKLOAD_IDENTITY: "acme.triage",
      AGENTID_OAUTH2_GITHUB: "acme_triage_github",
      AGENTID_OAUTH2_CRM_EU: "acme_triage_crm-eu",
    });
  });

  it("is the only one with a client and with a secret", () => {
    const second = (provider: Oauth2Provider) => () => {
      mocked();
      new Agent("triage", { ...runtimeArgs, oauth2Providers: [github, crm] });
      new Agent("search", { ...runtimeArgs, oauth2Providers: [provider] });
    };
    assert.throws(second({ ...github }), {
      message:
        "agent `search`: `Iv1.desk` of `github` is already the client of another workload, and the service could not distinguish them; register one for each",
    });
    assert.throws(second({ ...crm, clientId: "other" }), {
      message:
        "agent `search`: the secret `idp` is already used by another workload, and a log could not distinguish them; have one issued for each, under a name of its own",
    });
    assert.doesNotThrow(second({ ...github, clientId: "Iv1.search" }));
    assert.doesNotThrow(second({ ...github, vendor: "slack" }));
  });

  it("has room for them beside its permissions, and no more", () => {
    const many = (length: number): Oauth2Provider[] =>
      Array.from({ length }, (_, index) => ({
        ...github,
        name: `p${index}`,
        clientId: `c${index}`,
      }));
    const declare = (length: number, buckets: number) => () => {
      mocked();
      const resources = Array.from({ length: buckets }, (_, index) => `arn:aws:s3:::b${index}/*`);
      new Agent("triage", {
        ...runtimeArgs,
        permissions: [{ actions: ["s3:GetObject"], resources }],
        oauth2Providers: many(length),
      });
    };
    assert.doesNotThrow(declare(4, 100));
    assert.throws(declare(5, 1), {
      message:
        "agent `triage`: oauth2Providers has `5` services; at most 4 fit the policies of one role; give others to a tool of their own",
    });
    assert.throws(declare(4, 300), {
      message:
        /^agent `triage`: permissions take `\d+` characters; at most 5520 fit an inline policy beside what gets OAuth2 tokens; name fewer or shorter resources$/,
    });
    assert.doesNotThrow(declare(0, 300));
  });

  const rotation = { issued: "2026-11-01", rotateBefore: "2027-02-30" };
  const refusals: Readonly<Record<string, readonly [Partial<Oauth2Provider>, string]>> = {
    "a name that is none": [
      { name: "Git Hub" },
      ".name is `Git Hub`; give 1 to 32 lowercase letters, digits and single `-` inside",
    ],
    "a vendor that AgentCore does not know": [
      { vendor: "gitea" },
      ".vendor `gitea` is unknown; give `atlassian` or `github` or `google` or `linkedin` or `salesforce` or `slack`",
    ],
    "two issuers": [
      { discoveryUrl },
      " has `vendor` and `discoveryUrl`; give exactly one of `vendor`, `discoveryUrl`",
    ],
    "a client without an id": [
      { clientId: "" },
      ".clientId is ``; give the id of a client, 1 to 256 characters without spaces",
    ],
    "a secret that is nowhere": [
      { clientSecret: {} },
      ".clientSecret is empty; give exactly one of `secretsManager`, `existingSecret`",
    ],
    "a secret in clear": [
      { clientSecret: { secretsManager: { value: "s3cr3t-value", writerArn } } },
      '.clientSecret.secretsManager.value is in plain text; give a Pulumi secret, such as `config.requireSecret("key")`, or leave it out and put it into the secret afterwards',
    ],
    "a secret of another account": [
      {
        clientSecret: {
          existingSecret: { arn: secretArn.replace("111122223333", "444455556666") },
        },
      },
      `.clientSecret.existingSecret.arn \`${secretArn.replace("111122223333", "444455556666")}\` is of account \`444455556666\`, and the workload's role of \`111122223333\`; give a secret of the same account`,
    ],
    "a field that is none": [
      { jsonKey: "a b" },
      ".jsonKey is `a b`; give the name of a field, 1 to 64 letters, digits, `_`, `.` or `-`",
    ],
    "a day that is none": [
      { rotation },
      ".rotation.rotateBefore `2027-02-30` is no day; give one such as `2026-11-01`",
    ],
  };
  for (const [what, [given, problem]] of Object.entries(refusals)) {
    it(`refuses ${what}, before anything is registered`, () => {
      const seen = mocked();
      const oauth2Providers = [{ ...github, ...given }];
      assert.throws(() => new Agent("triage", { ...runtimeArgs, oauth2Providers }), {
        message: `agent \`triage\`: oauth2Providers[0]${problem}`,
      });
      assert.deepEqual(seen(), []);
    });
  }

  it("refuses an issuer's address that is none", () => {
    const url = "http://idp.example.com/.well-known/openid-configuration";
    const message = `oauth2Providers[0].discoveryUrl is \`${url}\`; give the issuer's address, \`https\` and with \`/.well-known/openid-configuration\` at the end`;
    mocked();
    const at = (given: pulumi.Input<string>) => ({
      ...runtimeArgs,
      oauth2Providers: [{ ...crm, discoveryUrl: given }],
    });
    assert.throws(() => new Agent("triage", at(url)), { message: `agent \`triage\`: ${message}` });
  });

  it("refuses services of one name, of a workload in another place, and of a tool with a legacy key", () => {
    mocked();
    const twice = [github, { ...crm, name: "github" }];
    assert.throws(() => new Agent("triage", { ...runtimeArgs, oauth2Providers: twice }), {
      message:
        "agent `triage`: oauth2Providers[1].name `github` is that of another of its services; give each a name of its own",
    });
    const elsewhere = {
      tenant: { ...acme, federation: { lambda: { account: "111122223333", region: "eu-west-1" } } },
      subject: { lambda: {} },
      oauth2Providers: [github],
    };
    assert.throws(() => new Tool("search", elsewhere), {
      message:
        "tool `search`: oauth2Providers is set, but AgentCore gets tokens only for its own workloads; give `subject.agentCore` under a tenant whose federation is `agentCore`, or leave it out",
    });
    const legacy = { ...outsideArgs, ...runtimeArgs, oauth2Providers: [github] };
    assert.throws(() => new LegacyTool("crm", legacy), {
      message:
        "tool `crm`: oauth2Providers is set, but a tool with the key of a legacy platform has only that key; leave it out, or give the services to a tool of their own",
    });
  });
});
