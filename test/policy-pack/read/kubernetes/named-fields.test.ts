import assert from "node:assert/strict";
import type { Resource } from "../../../../core/snapshot/resource";
import {
  LeftOut,
  Secret,
  Unknown,
  type Value,
  type ValueRecord,
} from "../../../../core/snapshot/value";
import { defaultSettings } from "../../../../policy-pack/findings/settings";
import { judgeSnapshot } from "../../../../policy-pack/run/judge";
import type { Judgement } from "../../../../policy-pack/views/report";
import { resource, snapshotOf, urnOf } from "../../../support/resources";
import { fakes } from "../credentials/fakes";

/** A custom resource without an entry in the catalogue. */
function crm(spec: Value, kind = "Crm", metadata: ValueRecord = { namespace: "acme" }): Resource {
  return resource(`kubernetes:crm.dev/v1:${kind}`, "crm", {
    apiVersion: "crm.dev/v1",
    kind,
    metadata: { ...metadata, name: "crm" },
    spec,
  });
}

const secretUrn = urnOf("kubernetes:core/v1:Secret", "keys");

/** The Secret `keys`, and a pod with its key `token`. */
const beside: readonly Resource[] = [
  resource("kubernetes:core/v1:Secret", "keys", {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "keys", namespace: "acme" },
  }),
  resource("kubernetes:core/v1:Pod", "pod", {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "pod", namespace: "acme" },
    spec: {
      containers: [
        {
          name: "main",
          env: [{ name: "T", valueFrom: { secretKeyRef: { name: "keys", key: "token" } } }],
        },
      ],
    },
  }),
];

const judge = (...resources: readonly Resource[]): Promise<Judgement> =>
  judgeSnapshot(snapshotOf(resources), { settings: defaultSettings });

/** Whether the Secret may be shared, with the reason, and the kinds that are not read. */
async function answers(object: Resource): Promise<readonly string[]> {
  const { findings, notRead } = await judge(object, ...beside);
  return [
    ...findings
      .filter(({ rule }) => rule === "no-shared-secret")
      .map(({ verdict, reason, message }) => `${verdict}: ${message}: ${reason}`),
    ...notRead.map(({ type }) => `not read: ${type}`),
  ];
}

const notRead = "not read: kubernetes:crm.dev/v1:Crm";
const possible = (field: string): readonly string[] => [
  `undetermined: Secret \`acme/keys[token]\` is shared by 2 workloads: what \`Crm\` does with \`spec.${field}\` is not read`,
  notRead,
];

/** Fields that name a Secret by `name`. */
const references = [
  "secretRef",
  "secretKeyRef",
  "authSecretRef",
  "client_secret_ref",
  "credentialsRef",
  "passwordRef",
  "tokenRef",
  "signingKeyRef",
  "secretReference",
  "credentials",
  "private_key_secret",
  "valueFromSecret",
];

/** Fields that name one by a text. */
const texts = ["secretName", "tokenSecretName", "secretRef", "existingSecret", "tower_auth_secret"];

/** Fields that name something else. */
const others = [
  "secretStoreRef",
  "configMapKeyRef",
  "configMapRef",
  "kmsKeyRef",
  "roleRef",
  "tokenPolicy",
  "secretType",
  "writeConnectionSecretToRef",
  "managedSecret",
  "externalSecretName",
  "passwordPolicyRef",
];

describe("fields that name a Secret, in a custom resource that no reader has", () => {
  for (const field of references) {
    it(`may use it: ${field}`, async () => {
      const forms: readonly (readonly [string, Value])[] = [
        [field, { name: "keys", key: "token" }],
        [field, { secretName: "keys", key: "token" }],
        [field, { name: "keys", key: "token", kind: "Secret" }],
      ];
      for (const [name, value] of forms) {
        assert.deepEqual(await answers(crm({ [name]: value })), possible(field));
        const deep = await answers(crm({ a: [{ b: new Secret({ [name]: value }) }] }));
        assert.deepEqual(deep.at(-1), notRead);
      }
      const unknown = { [field]: { name: new Unknown([secretUrn]), key: "token" } };
      assert.match(
        (await answers(crm(unknown)))[0] ?? "",
        /^undetermined: Secret `acme\/keys\[token\]`/,
      );
    });

    it(`does not use another Secret, key or object: ${field}`, async () => {
      const quiet: readonly Value[] = [
        { name: "other", key: "token" },
        { name: "keys", key: "other" },
        { name: "keys", key: "token", namespace: "elsewhere" },
      ];
      for (const value of quiet)
        assert.deepEqual(await answers(crm({ [field]: value })), [notRead]);
      const none: readonly Value[] = [
        { name: "keys", kind: "ConfigMap" },
        { name: "keys", group: "crm.dev", kind: "Secret" },
        { name: "" },
        { name: "Not A Name" },
        {},
        null,
        true,
      ];
      for (const value of none) assert.deepEqual(await answers(crm({ [field]: value })), []);
    });
  }

  for (const field of texts) {
    it(`may use it by a text: ${field}`, async () => {
      const [finding = "", ...more] = await answers(crm({ [field]: "keys" }));
      assert.match(finding, /^undetermined: Secret `acme\/keys` is shared/);
      assert.deepEqual(more, [notRead]);
      const unknown = await answers(crm({ [field]: new Unknown([secretUrn]) }));
      assert.match(unknown[0] ?? "", /^undetermined: Secret `acme\/keys` is shared/);
      assert.deepEqual(await answers(crm({ [field]: "Not a name" })), []);
    });
  }

  for (const field of others) {
    it(`do not: ${field}`, async () => {
      for (const value of ["keys", { name: "keys" }]) {
        assert.deepEqual(await answers(crm({ [field]: value })), []);
      }
    });
  }

  it("count in lists, in references of kind Secret, and where there is no spec", async () => {
    const lists = { secretRefs: [{ name: "other" }, { name: "keys", key: "token" }] };
    assert.deepEqual(await answers(crm(lists)), possible("secretRefs[1]"));
    const source = { from: { kind: "Secret", name: "keys", key: "token" } };
    assert.deepEqual(await answers(crm(source)), possible("from"));
    const { spec: _spec, ...body } = crm({}).inputs;
    const top = { ...crm({}), inputs: { ...body, auth: { secretRef: { name: "keys" } } } };
    assert.deepEqual((await answers(top)).at(-1), notRead);
    assert.deepEqual((await answers(top)).length, 2);
  });

  it("are no manifest of a Secret", async () => {
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "keys" }, name: "keys" };
    assert.deepEqual(await answers(crm({ template: secret })), []);
  });

  it("are exempt where they are about certificates or pulled images", async () => {
    const exempt: readonly ValueRecord[] = [
      { tlsSecret: "keys" },
      { caSecretRef: { name: "keys" } },
      { tls: { secretName: "keys" } },
      { http: { tls: { secretRef: { name: "keys" } } } },
      { imagePullSecrets: [{ name: "keys" }] },
      { secretRef: { name: "keys", key: "ca.crt" } },
    ];
    for (const spec of exempt) assert.deepEqual(await answers(crm(spec)), []);
    const password = { tls: { passwordSecretRef: { name: "keys", key: "token" } } };
    assert.deepEqual(await answers(crm(password)), possible("tls.passwordSecretRef"));
  });

  it("are only named as not read where the namespace is nowhere stated", async () => {
    const spec = { secretRef: { name: "keys" } };
    const wide = "not read: kubernetes:crm.dev/v1:ClusterCrm";
    assert.deepEqual(await answers(crm(spec, "ClusterCrm", {})), [wide]);
    const placed = { secretRef: { name: "keys", namespace: "acme" } };
    assert.equal((await answers(crm(placed, "ClusterCrm", {}))).length, 2);
    const open = { secretRef: { name: "keys", namespace: new Unknown() } };
    assert.match((await answers(crm(open)))[0] ?? "", /^undetermined: `acme\/crm` shares a secret/);
  });

  it("are ambiguous as an unknown text that may be the secret itself", async () => {
    for (const value of [new Unknown(), new LeftOut(1, true)]) {
      assert.deepEqual(await answers(crm({ other: 1, existingSecret: value })), []);
    }
  });

  it("are read certainly where they are variables or volumes", async () => {
    const env = [{ name: "T", valueFrom: { secretKeyRef: { name: "keys", key: "token" } } }];
    const [finding = "", ...more] = await answers(crm({ env }));
    assert.match(finding, /^violated/);
    assert.equal(
      more.some((line) => line === notRead),
      false,
    );
  });
});

describe("further fields of a custom resource that no reader has", () => {
  it("name an account or a role, so that the kind is not read", async () => {
    const fields: readonly ValueRecord[] = [
      { serviceAccountName: "triage" },
      { serviceAccountRef: { name: "triage" } },
      { serviceAccount: new Unknown() },
      { roleArn: "arn:aws:iam::111122223333:role/triage" },
      { iamRole: "triage" },
    ];
    for (const spec of fields) assert.deepEqual(await answers(crm(spec)), [notRead]);
    const none: readonly ValueRecord[] = [
      { serviceAccountName: "" },
      { serviceAccountName: "default" },
      { serviceAccount: { create: true } },
      { roleName: "viewer", replicas: 2, url: "https://crm.dev" },
    ];
    for (const spec of none) assert.deepEqual(await answers(crm(spec)), []);
  });

  it("are no matter of kinds that an API server has itself", async () => {
    const inputs = crm({ rules: [{ subjects: [{ serviceAccount: { name: "triage" } }] }] }).inputs;
    const apiVersion = "flowcontrol.apiserver.k8s.io/v1";
    const type = `kubernetes:${apiVersion}:FlowSchema`;
    const schema = resource(type, "crm", { ...inputs, apiVersion, kind: "FlowSchema" });
    assert.deepEqual(await answers(schema), []);
  });

  it("of an account name Secrets that no pod has by that", async () => {
    const account = (...names: readonly Value[]): Resource =>
      resource("kubernetes:core/v1:ServiceAccount", "triage", {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { name: "triage", namespace: "acme" },
        secrets: names.map((name) => ({ name })),
      });
    const unread = ["not read: kubernetes:core/v1:ServiceAccount"];
    assert.deepEqual(await answers(account("keys")), unread);
    assert.deepEqual(await answers(account("triage-token-x7k2p", "keys")), unread);
    assert.deepEqual(await answers(account(new Unknown([]))), unread);
    assert.deepEqual(await answers(account("triage-token-x7k2p", "triage-dockercfg-9qz4d")), []);
    assert.deepEqual(await answers(account()), []);
  });

  it("of a store of the External Secrets Operator name what it logs in by", async () => {
    const store = (provider: ValueRecord, kind = "SecretStore"): Resource =>
      resource(`kubernetes:external-secrets.io/v1:${kind}`, "store", {
        apiVersion: "external-secrets.io/v1",
        kind,
        metadata: { name: "store", ...(kind === "SecretStore" && { namespace: "acme" }) },
        spec: { provider },
      });
    const login = { name: "keys", key: "token" };
    for (const kind of ["SecretStore", "ClusterSecretStore"]) {
      const unread = [`not read: kubernetes:external-secrets.io/v1:${kind}`];
      for (const provider of [
        { vault: { auth: { kubernetes: { role: "desk", secretRef: login } } } },
        { vault: { auth: { tokenSecretRef: login } } },
        { aws: { auth: { secretRef: { secretAccessKeySecretRef: login } } } },
      ]) {
        assert.deepEqual(await answers(store(provider, kind)), unread);
      }
      const byRole = { aws: { service: "SecretsManager", region: "eu-central-1" } };
      assert.deepEqual(await answers(store(byRole, kind)), []);
    }
  });

  it("have a key to authenticate by, as `auth.key`", async () => {
    const literals = async (spec: Value): Promise<readonly string[]> =>
      (await judge(crm(spec))).findings
        .filter(({ rule }) => rule === "no-literal-secret")
        .map(({ verdict, at }) => `${verdict} ${at.property}`);
    const key = "q7Rz2LmX9vKp4TsWd8Bn3Y";
    assert.deepEqual(await literals({ auth: { key } }), ["violated spec.auth.key"]);
    assert.deepEqual(await literals({ auth: { key: fakes.openai } }), ["violated spec.auth.key"]);
    assert.deepEqual(await literals({ auth: { key: "token" } }), []);
    assert.deepEqual(await literals({ sort: { key } }), []);
  });

  it("of kinds of the catalogue are possible uses where the catalogue has no meaning for them", async () => {
    const model = (spec: ValueRecord): Resource =>
      resource("kubernetes:kagent.dev/v1alpha2:ModelConfig", "model", {
        apiVersion: "kagent.dev/v1alpha2",
        kind: "ModelConfig",
        metadata: { name: "model", namespace: "acme" },
        spec,
      });
    assert.equal((await answers(model({ proxy: { authSecretRef: { name: "keys" } } }))).length, 2);
    assert.deepEqual(await answers(model({ apiKeySecret: "keys", apiKeySecretKey: "token" })), []);
  });

  it("of sets of applications name what their controller lists repositories with", async () => {
    const set = resource("kubernetes:argoproj.io/v1alpha1:ApplicationSet", "set", {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "ApplicationSet",
      metadata: { name: "set", namespace: "acme" },
      spec: {
        generators: [
          { scmProvider: { github: { tokenRef: { secretName: "keys", key: "token" } } } },
        ],
      },
    });
    assert.match((await answers(set))[0] ?? "", /^undetermined: Secret `acme\/keys\[token\]`/);
  });
});
