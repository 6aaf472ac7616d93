import assert from "node:assert/strict";
import type { PolicyResource, ResourceValidationArgs } from "@pulumi/policy";
import type { Resource } from "../../../core/snapshot/resource";
import { Secret, Unknown } from "../../../core/snapshot/value";
import { resourceToValidate, snapshotOf } from "../../../policy-pack/crossguard/resources";
import { judgeSnapshot } from "../../../policy-pack/run/judge";
import noLiteralSecret from "../../../policy-pack/rules/no-literal-secret";
import { defaultSettings } from "../../../policy-pack/findings/settings";
import { unknownString, urnOf } from "./support/wire";

const roleType = "aws:iam/role:Role";
const providerUrn = "urn:pulumi:dev::shop::pulumi:providers:aws::default";

function args(given: Partial<ResourceValidationArgs>): ResourceValidationArgs {
  const { type = roleType, name = "r" } = given;
  return { type, name, urn: urnOf(name, type), opts: {}, props: {}, ...given } as never;
}

function listed(given: Partial<PolicyResource>): PolicyResource {
  const listed = { dependencies: [], propertyDependencies: {}, ...given };
  return { ...args(given as never), ...listed } as never;
}

describe("a resource before it is made", () => {
  it("is taken over with its parent and provider", () => {
    const provider = { urn: providerUrn, name: "default", type: "pulumi:providers:aws", props: {} };
    const resource = resourceToValidate(
      args({ props: { name: "x" }, provider, opts: { parent: "urn:parent" } as never }),
    );
    assert.deepEqual(resource, {
      urn: urnOf("r", roleType),
      type: roleType,
      name: "r",
      custom: true,
      parent: "urn:parent",
      provider: providerUrn,
      inputs: { name: "x" },
      dependencies: [],
      propertyDependencies: {},
    });
  });

  it("is a component without a provider, unless it is one itself", () => {
    const types = ["mine:index:Group", "pulumi:pulumi:Stack", "pulumi:providers:aws"];
    assert.deepEqual(
      types.map((type) => resourceToValidate(args({ type })).custom),
      [false, false, true],
    );
  });

  for (const { type, props, passedOver } of [
    { type: roleType, props: {}, passedOver: true },
    { type: roleType, props: { tags: {} }, passedOver: false },
    { type: roleType, props: { assumeRolePolicy: unknownString }, passedOver: false },
    { type: "kubernetes:core/v1:ServiceAccount", props: {}, passedOver: true },
    { type: "kubernetes:rbac.authorization.k8s.io/v1:Role", props: {}, passedOver: true },
    { type: "kubernetes:helm.sh/v3:Release", props: {}, passedOver: false },
    { type: "kubernetes:yaml:ConfigFile", props: {}, passedOver: false },
    { type: "agentid:index:Agent", props: {}, passedOver: true },
    { type: "aws:iam/user:User", props: {}, passedOver: false },
    { type: "pulumi:providers:aws", props: {}, passedOver: false },
  ]) {
    it(`${passedOver ? "is" : "is not"} passed over by --target: ${type} with ${JSON.stringify(props)}`, () => {
      assert.equal(resourceToValidate(args({ type, props })).notInUpdate === true, passedOver);
    });
  }

  for (const { type, props, secret } of [
    { type: "kubernetes:core/v1:Secret", props: { data: { a: "b" } }, secret: ["data"] },
    {
      type: "kubernetes:core/v1:Secret",
      props: { stringData: { a: "b" } },
      secret: ["stringData"],
    },
    { type: "kubernetes:core/v1:ConfigMap", props: { data: { a: "b" } }, secret: [] },
    {
      type: "aws:secretsmanager/secretVersion:SecretVersion",
      props: { secretId: "s", secretString: "b" },
      secret: ["secretString"],
    },
    {
      type: "aws:ssm/parameter:Parameter",
      props: { type: "SecureString", value: "b" },
      secret: ["value"],
    },
    {
      type: "aws:bedrock/agentcoreApiKeyCredentialProvider:AgentcoreApiKeyCredentialProvider",
      props: { name: "n", apiKey: "b" },
      secret: ["apiKey"],
    },
    {
      type: "aws-native:secretsmanager:Secret",
      props: { name: "n", secretString: "b" },
      secret: ["secretString"],
    },
    { type: "aws:secretsmanager/secret:Secret", props: { name: "b" }, secret: [] },
  ]) {
    it(`has as secret what is in its place in ${type}: ${secret.join() || "nothing"}`, () => {
      const { inputs } = resourceToValidate(args({ type, props }));
      const marked = Object.keys(inputs).filter((key) => inputs[key] instanceof Secret);
      assert.deepEqual(marked, secret);
      assert.equal(JSON.stringify(inputs).includes('"b"'), secret.length === 0);
    });
  }
});

describe("a parameter before it is made", () => {
  const facts = async (type: unknown, value: unknown = "k3ep1tQu1et") => {
    const props = { name: "/crm/api-key", type, value };
    const parameter = resourceToValidate(args({ type: "aws:ssm/parameter:Parameter", props }));
    const snapshot = { project: "p", stack: "s", resources: [parameter], notes: [] };
    const judging = { settings: defaultSettings, rules: [noLiteralSecret] };
    const { findings } = await judgeSnapshot(snapshot, judging);
    return findings.map(({ verdict, at }) => [verdict, at.property]);
  };

  it("is in plain text where it is plain, and in its position where it is not", async () => {
    assert.deepEqual(await facts("String"), [["violated", "value"]]);
    assert.deepEqual(await facts("SecureString"), []);
  });

  it("is undetermined where its type, or the value of a plain one, is not known", async () => {
    assert.deepEqual(await facts(unknownString), [["undetermined", "type"]]);
    assert.deepEqual(await facts("String", unknownString), [["undetermined", "value"]]);
    assert.deepEqual(await facts("SecureString", unknownString), []);
  });
});

describe("an OAuth2 provider of AgentCore before it is made", () => {
  const type = "aws:bedrock/agentcoreOauth2CredentialProvider:AgentcoreOauth2CredentialProvider";

  it("has the client's secret as secret, and nothing beside it", () => {
    const vendor = { clientId: "a", clientSecret: "b", clientSecretWo: null };
    const props = { name: "n", oauth2ProviderConfig: { githubOauth2ProviderConfig: vendor } };
    assert.deepEqual(resourceToValidate(args({ type, props })).inputs, {
      name: "n",
      oauth2ProviderConfig: {
        githubOauth2ProviderConfig: {
          clientId: "a",
          clientSecret: new Secret("b"),
          clientSecretWo: null,
        },
      },
    });
  });

  it("is as it was handed where it has no secret of its own", () => {
    const clientSecretConfig = { secretId: "s", jsonKey: "k" };
    const props = { oauth2ProviderConfig: { slackOauth2ProviderConfig: { clientSecretConfig } } };
    assert.deepEqual(resourceToValidate(args({ type, props })).inputs, props);
    const unknown = { oauth2ProviderConfig: null };
    assert.deepEqual(resourceToValidate(args({ type, props: unknown })).inputs, unknown);
  });
});

describe("what is listed at the end", () => {
  it("has the inputs handed before, waiting for what is now known, and the outputs", () => {
    const role = resourceToValidate(args({ props: { policy: unknownString, name: "x" } }));
    const cause = listed({ name: "oidc", type: "mine:index:Oidc" });
    const snapshot = snapshotOf(
      [
        cause,
        listed({
          props: { policy: unknownString, name: "x", arn: unknownString },
          parent: cause,
          dependencies: [cause],
          propertyDependencies: { policy: [cause] },
        }),
      ],
      new Map([[role.urn, role]]),
    );
    assert.deepEqual([snapshot.project, snapshot.stack], ["shop", "dev"]);
    const [, last] = snapshot.resources;
    assert.deepEqual({ ...last, outputs: last?.outputs }, {
      urn: role.urn,
      type: roleType,
      name: "r",
      custom: false,
      parent: cause.urn,
      inputs: { policy: new Unknown([cause.urn]), name: "x" },
      outputs: {
        policy: new Unknown([cause.urn]),
        name: "x",
        arn: new Unknown([role.urn]),
      },
      dependencies: [cause.urn],
      propertyDependencies: { policy: [cause.urn] },
    } satisfies Resource);
  });

  it("has the outputs for inputs where nothing was handed, and where it was handed empty", () => {
    const empty = resourceToValidate(args({ name: "empty" }));
    const props = { assumeRolePolicy: "{}" };
    const { resources } = snapshotOf(
      [listed({ name: "dropped", props }), listed({ name: "empty", props })],
      new Map([[empty.urn, empty]]),
    );
    assert.deepEqual(
      resources.map(({ inputs, notInUpdate }) => ({ inputs, notInUpdate })),
      [
        { inputs: props, notInUpdate: undefined },
        { inputs: props, notInUpdate: undefined },
      ],
    );
  });

  it("is still not in the update when it is listed empty too", () => {
    const empty = resourceToValidate(args({ name: "empty" }));
    const { resources } = snapshotOf([listed({ name: "empty" })], new Map([[empty.urn, empty]]));
    assert.equal(resources[0]!.notInUpdate, true);
  });

  it("is empty for an empty stack", () => {
    assert.deepEqual(snapshotOf([], new Map()), {
      project: "",
      stack: "",
      resources: [],
      notes: [],
    });
  });
});
