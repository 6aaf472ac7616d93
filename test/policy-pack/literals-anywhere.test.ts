import assert from "node:assert/strict";
import type { Resource } from "../../core/snapshot/resource";
import {
  PartialText,
  Secret,
  Unknown,
  type Value,
  type ValueRecord,
} from "../../core/snapshot/value";
import { Run } from "../../policy-pack/crossguard/run";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { createDetector } from "../../policy-pack/read/credentials";
import noLiteralSecret from "../../policy-pack/rules/no-literal-secret";
import noSharedSecret from "../../policy-pack/rules/no-shared-secret";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { withCredentialsMarked } from "../../cli/masked-snapshot";
import { readSnapshot, writeSnapshot } from "../../engine/snapshot-file";
import { resource, snapshotOf, urnOf } from "../support/resources";
import { threeForms } from "../support/three-forms";

const detector = createDetector();
const settings = defaultSettings;
const rules = [noLiteralSecret];
const password = "k3ep-1t-Qu1et";
const token = `ghp_${"a1B2c3D4e5F6".repeat(3)}`;

/** What is found, as the property and the verdict. */
async function foundIn(resources: readonly Resource[]): Promise<readonly string[]> {
  const judging = { settings, rules, detector };
  const { findings } = await judgeSnapshot(snapshotOf(resources), judging);
  return findings.map(({ at, verdict }) => `${at.property} ${verdict}`);
}

/** Resources of many packages, each with where it takes a text that is not judged by its name. */
const packages: readonly (readonly [type: string, place: (text: Value) => ValueRecord])[] = [
  [
    "github:index/actionsSecret:ActionsSecret",
    (text) => ({ repository: "desk", secretName: "DEPLOY", plaintextValue: text }),
  ],
  ["command:local:Command", (text) => ({ create: text })],
  [
    "docker:index/container:Container",
    (text) => ({ image: "desk", labels: [{ label: "a", value: text }] }),
  ],
  [
    "gcp:cloudrun/service:Service",
    (text) => ({ template: { spec: { containers: [{ envs: [{ name: "CRM", value: text }] }] } } }),
  ],
  [
    "azure-native:web:WebApp",
    (text) => ({ siteConfig: { appSettings: [{ name: "CRM", value: text }] } }),
  ],
  ["azure-native:app:ContainerApp", (text) => ({ configuration: { values: [text] } })],
  [
    "pulumi-nodejs:dynamic:Resource",
    (text) => ({ __provider: "exports.handler = 1", address: text }),
  ],
  ["cloudflare:index/workersScript:WorkersScript", (text) => ({ content: text })],
  ["datadog:index/monitor:Monitor", (text) => ({ query: text })],
  ["fancy:index:Thing", (text) => ({ nested: { deep: [{ anything: text }] } })],
  ["aws:cloudformation/stack:Stack", (text) => ({ templateBody: text })],
  ["aws:s3/bucketObjectv2:BucketObjectv2", (text) => ({ bucket: "b", content: text })],
  ["aws:lambda/layerVersion:LayerVersion", (text) => ({ licenseInfo: text })],
  [
    "kubernetes:networking.k8s.io/v1:IngressClass",
    (text) => ({ metadata: { labels: { a: text } } }),
  ],
  ["pulumi:providers:fancy", (text) => ({ endpoint: text })],
];

/** Texts that have a credential, by how they have it. */
const carriers: Readonly<Record<string, Value>> = {
  "a known format": token,
  "a known format in a script": `set -e\ncurl -H "X-Auth: ${token}" https://crm.acme.com\n`,
  "a setting in a script": `export DB_PASSWORD=${password}\n./run\n`,
  "JSON in a text": JSON.stringify({ env: { DB_PASSWORD: password } }),
  "JSON in base64": Buffer.from(JSON.stringify({ DB_PASSWORD: password })).toString("base64"),
  "a map": { DB_PASSWORD: password },
  "a list of pairs": [{ name: "DB_PASSWORD", value: password }],
  "a list of settings": [`DB_PASSWORD=${password}`],
  "a field": { user: "app", password },
  "a URL": `postgres://app:${password}@db.acme.com/crm`,
};

/** What looks like one, and is none. */
const nearMisses: Readonly<Record<string, Value>> = {
  "the name of a secret": { password: "db-password", secretName: "crm-token" },
  "the ARN of a secret": {
    password: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-a1b2c3",
  },
  "a place in a store": { password: "projects/acme/secrets/db-password/versions/latest" },
  placeholders: { password: "changeme-now", token: "<your token>", apiKey: "xxxxxxxxxxxx" },
  "a reference": { password: "${DB_PASSWORD}", token: "{{ .Values.token }}" },
  "a reference in a script": `export DB_PASSWORD=$(cat /run/db)\nexport TOKEN="$CRM_TOKEN"\n`,
  "the hash of a password": {
    password: "$2b$12$abcdefghijklmnopqrstuuJrzJxKzq5o9wQ0Ypl7e8O9ZcO3bX5nS",
  },
  "a public key": { publicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKx3cQ2Hn5vQ4m5Zk desk" },
  "a name and a parameter": JSON.stringify({
    Resources: { Db: { Properties: { MasterUserPassword: { Ref: "DbPassword" } } } },
    Parameters: { DbPassword: { Type: "String", NoEcho: true } },
  }),
  "a parameter of YAML": "Db:\n  Properties:\n    MasterUserPassword: !Ref DbPassword\n",
  "an address": "https://crm.acme.com/oauth/token",
  "other nouns": { tokenEndpoint: "crm.acme.com/t", passwordPolicy: "at-least-12-characters" },
  "an example in a description": { description: `set DB_PASSWORD=${password} before` },
};

const source = resource("fancy:index:Database", "db", {});
const endpoint = new Unknown([source.urn], false, "endpoint");
const outputs = new Map([[source.urn, { endpoint: "db.acme.com", password: `${password}-made` }]]);

describe("a literal credential in the inputs of any resource", () => {
  for (const [type, place] of packages) {
    for (const [carrier, text] of Object.entries(carriers)) {
      it(`is reported: ${carrier} in ${type}`, async () => {
        const found = await foundIn([resource(type, "a", place(text))]);
        assert.equal(found.length, 1, JSON.stringify(found));
        assert.match(found[0] ?? "", /^\w.* violated$/);
      });

      it(`is not reported if the program marks it: ${carrier} in ${type}`, async () => {
        const marked = new Secret(text);
        assert.deepEqual(await foundIn([resource(type, "a", place(marked))]), []);
      });
    }

    for (const [nearMiss, text] of Object.entries(nearMisses)) {
      it(`is not taken for ${nearMiss} in ${type}`, async () => {
        assert.deepEqual(await foundIn([resource(type, "a", place(text))]), []);
      });
    }

    it(`is reported beside an unknown in ${type}, in each preview and by state`, async () => {
      const text = new PartialText([`postgres://app:${password}@`, endpoint, "/crm"]);
      const known = `postgres://app:${password}@db.acme.com/crm`;
      const first = await foundIn([source, resource(type, "a", place(text))]);
      assert.equal(first.length, 1, JSON.stringify(first));
      assert.deepEqual(await foundIn([source, resource(type, "a", place(known))]), first);
    });

    it(`is not an output of another resource in ${type}, in each preview and by state`, async () => {
      const made = new Unknown([source.urn], false, "password");
      const top = Object.keys(place("")).at(-1) ?? "";
      const user = resource(type, "a", place({ password: made }), {
        dependencies: [source.urn],
        propertyDependencies: { [top]: [source.urn] },
      });
      for (const [form, resources] of Object.entries(threeForms([source, user], outputs))) {
        const all = resources.map((each) =>
          each.urn === source.urn ? { ...each, outputs: outputs.get(source.urn) ?? {} } : each,
        );
        assert.deepEqual(await foundIn(all), [], form);
      }
    });

    it(`is the same in a saved snapshot: ${type}`, async () => {
      for (const text of [...Object.values(carriers), new Secret(password)]) {
        const snapshot = snapshotOf([resource(type, "a", place(text))]);
        const saved = readSnapshot(writeSnapshot(await withCredentialsMarked(snapshot)));
        assert.ok("snapshot" in saved);
        const found = await foundIn(saved.snapshot.resources);
        assert.deepEqual(found, await foundIn(snapshot.resources));
      }
    });
  }

  it("is found in a property that is called as what every object has", async () => {
    for (const name of ["constructor", "toString", "hasOwnProperty"]) {
      const thing = resource("fancy:index:Thing", "t", { [name]: { password } });
      assert.deepEqual(await foundIn([thing]), [`${name}.password violated`]);
    }
  });

  it("names the property, the kind and the resource", async () => {
    const made = resource("github:index/actionsSecret:ActionsSecret", "deploy", {
      repository: "desk",
      secretName: "DEPLOY_TOKEN",
      plaintextValue: password,
    });
    const judged = await judgeSnapshot(snapshotOf([made]), { settings, rules });
    assert.deepEqual(
      judged.findings.map(({ message, at }) => [at.property, message]),
      [
        [
          "plaintextValue",
          "The program contains the value of DEPLOY_TOKEN for `deploy` in plain text",
        ],
      ],
    );
  });

  it("is the value of a secret store, whatever it is", async () => {
    const type = "gcp:secretmanager/secretVersion:SecretVersion";
    const version = (secretData: Value): Resource =>
      resource(type, "v", { secret: "db", secretData });
    assert.deepEqual(await foundIn([version(password)]), ["secretData violated"]);
    assert.deepEqual(await foundIn([version(new Secret(password))]), []);
    assert.deepEqual(await foundIn([version(new Unknown([source.urn]))]), []);
  });

  it("is found by its format alone where names are of other objects", async () => {
    const policy = (value: string): Resource =>
      resource("kubernetes:kyverno.io/v1:ClusterPolicy", "p", {
        apiVersion: "kyverno.io/v1",
        kind: "ClusterPolicy",
        spec: { rules: [{ validate: { pattern: { data: { password: value } } } }] },
      });
    assert.deepEqual(await foundIn([policy(password)]), []);
    assert.equal((await foundIn([policy(token)])).length, 1);
  });

  it("is shared with a workload that receives it too, and only workloads share", async () => {
    const environment = { variables: { CRM_TOKEN: token } };
    const workload = (name: string): Resource =>
      resource("aws:lambda/function:Function", name, {
        name,
        role: `arn:aws:iam::111122223333:role/${name}`,
        environment,
      });
    const command = resource("command:local:Command", "c", { environment: { CRM_TOKEN: token } });
    const sharing = async (...resources: readonly Resource[]): Promise<number> =>
      (await judgeSnapshot(snapshotOf(resources), { settings, rules: [noSharedSecret] })).findings
        .length;
    assert.equal(await sharing(workload("a"), command), 0);
    assert.ok((await sharing(workload("a"), workload("b"), command)) > 0);
  });

  it("is not judged by the policy pack, to which the engine hands values without their marks", async () => {
    const command = resource("command:local:Command", "c", { create: `echo ${token}` });
    const run = new Run({ settings, rules });
    assert.deepEqual(await run.validate(command), []);
  });

  it("is not looked for in a component, which passes on what it receives", async () => {
    const component = resource("fancy:index:Thing", "t", { password }, { custom: false });
    assert.deepEqual(await foundIn([component]), []);
  });

  it("is reported once where a reader of the type has found it", async () => {
    const made = resource("aws:ssm/parameter:Parameter", "p", {
      name: "crm",
      type: "String",
      value: token,
    });
    assert.equal((await foundIn([made])).length, 1);
    assert.equal(urnOf(made.type, "p"), made.urn);
  });
});
