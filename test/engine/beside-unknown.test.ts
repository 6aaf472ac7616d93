import assert from "node:assert/strict";
import type { Snapshot } from "../../core/snapshot/resource";
import { credentialOf, withCredentialsMarked } from "../../cli/masked-snapshot";
import { readSnapshot, writeSnapshot } from "../../engine/snapshot-file";
import noLiteralSecret from "../../policy-pack/rules/no-literal-secret";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { resource, snapshotOf as stateOf } from "../support/resources";
import { inProgramHost } from "../support/program-host";
import { snapshotOf } from "./support/programs";
import { previewed } from "./support/yaml";

/** The names of what is judged, and how: those of a kind, by the start of their names. */
async function verdictsOf(
  snapshot: Snapshot,
  isJudged: (name: string) => boolean,
): Promise<Readonly<Record<string, string>>> {
  const judging = { settings: defaultSettings, rules: [noLiteralSecret] };
  const { findings } = await judgeSnapshot(snapshot, judging);
  const names = snapshot.resources.map(({ name }) => name).filter(isJudged);
  return Object.fromEntries(
    names.map((name) => {
      const own = findings.filter(({ at }) => at.urn.endsWith(`::${name}`));
      return [name, [...new Set(own.map(({ verdict }) => verdict))].join()];
    }),
  );
}

/** The same snapshot once it was saved and is read again. */
async function saved(snapshot: Snapshot): Promise<Snapshot> {
  const written = writeSnapshot(await withCredentialsMarked(snapshot), credentialOf);
  for (const text of ["k3ep1tQu1etPw9", Buffer.from("k3ep1tQu1etPw9").toString("base64")]) {
    assert.ok(!written.includes(text.slice(0, 12)));
  }
  const read = readSnapshot(written);
  assert.ok("snapshot" in read, JSON.stringify(read));
  return read.snapshot;
}

const ways = (name: string): boolean => name.startsWith("way_");
const all = (names: Readonly<Record<string, string>>, verdict: string): object =>
  Object.fromEntries(Object.keys(names).map((name) => [name, verdict]));

describe("a credential beside an unknown part, in a program in Node", () => {
  inProgramHost();

  it("is reported wherever a workload receives it and however it is put together", async () => {
    const found = await verdictsOf(await snapshotOf("beside-unknown"), ways);
    assert.equal(Object.keys(found).length, 8 * 32);
    assert.deepEqual(found, all(found, "violated"));
  });

  it("is reported the same through a saved snapshot", async () => {
    const snapshot = await snapshotOf("beside-unknown");
    const isJudged = (name: string): boolean => ways(name) || name.startsWith("near_");
    const found = await verdictsOf(await saved(snapshot), isJudged);
    assert.deepEqual(found, await verdictsOf(snapshot, isJudged));
  });

  it("is reported the same once all is known", async () => {
    const db = "urn:pulumi:dev::beside-unknown::aws:rds/instance:Instance::db";
    const deployed = {
      ...resource("aws:rds/instance:Instance", "db", {}),
      urn: db,
      outputs: { id: "db", address: "db.acme.internal", port: 5432 },
    };
    const state = stateOf([deployed]);
    const found = await verdictsOf(await snapshotOf("beside-unknown", { state }), ways);
    assert.deepEqual(found, all(found, "violated"));
  });

  it("is none where no password is written; in user data an unknown one may be", async () => {
    const snapshot = await snapshotOf("beside-unknown");
    const found = await verdictsOf(snapshot, (name) => name.startsWith("near_"));
    assert.equal(Object.keys(found).length, 8 * 5);
    const expected = Object.keys(found).map((name) => [
      name,
      /user-data_its_(own|end)_not_known/.test(name) ? "undetermined" : "",
    ]);
    assert.deepEqual(found, Object.fromEntries(expected));
  });
});

const carriers: Readonly<Record<string, (value: string) => readonly string[]>> = {
  pod: (value) => [
    "type: kubernetes:core/v1:Pod",
    `properties: { metadata: { namespace: desk }, spec: { containers: [ { name: main, image: desk, env: [ { name: DATABASE_URL, value: ${value} } ] } ] } }`,
  ],
  "config-map": (value) => [
    "type: kubernetes:core/v1:ConfigMap",
    `properties: { metadata: { namespace: desk }, data: { DATABASE_URL: ${value} } }`,
  ],
  secret: (value) => [
    "type: kubernetes:core/v1:Secret",
    `properties: { metadata: { namespace: desk }, stringData: { DATABASE_URL: ${value} } }`,
  ],
  lambda: (value) => [
    "type: aws:lambda:Function",
    `properties: { role: 'arn:aws:iam::111122223333:role/desk', environment: { variables: { DATABASE_URL: ${value} } } }`,
  ],
  task: (value) => [
    "type: aws:ecs:TaskDefinition",
    `properties: { family: desk, containerDefinitions: { fn::toJSON: [ { name: main, image: desk, environment: [ { name: DATABASE_URL, value: ${value} } ] } ] } }`,
  ],
  parameter: (value) => [
    "type: aws:ssm:Parameter",
    `properties: { name: /desk/url, type: String, value: ${value} }`,
  ],
  "secure-parameter": (value) => [
    "type: aws:ssm:Parameter",
    `properties: { name: /desk/url, type: SecureString, value: ${value} }`,
  ],
  version: (value) => [
    "type: aws:secretsmanager:SecretVersion",
    `properties: { secretId: desk, secretString: ${value} }`,
  ],
  release: (value) => [
    "type: kubernetes:helm.sh/v3:Release",
    `properties: { chart: desk, namespace: desk, values: { url: ${value} } }`,
  ],
  "user-data": (value) => [
    "type: aws:ec2:Instance",
    `properties: { userData: { fn::join: [ '', [ "#!/bin/bash\\nexport DATABASE_URL=", ${value} ] ] } }`,
  ],
};

const put: Readonly<Record<string, (host: string) => string>> = {
  text: (host) => `'postgres://app:k3ep1tQu1etPw9@${host}/desk'`,
  port: (host) => `'postgres://app:k3ep1tQu1etPw9@db.internal:${host}/desk'`,
  user: (host) => `'postgres://${host}:k3ep1tQu1etPw9@db.internal/desk'`,
  query: (host) => `'postgres://app:k3ep1tQu1etPw9@db.internal/desk?options=${host}'`,
  join: (host) => `{ fn::join: [ '', [ 'postgres://app:k3ep1tQu1etPw9@', '${host}' ] ] }`,
  unsecret: (host) =>
    `{ fn::unsecret: { fn::secret: 'postgres://app:k3ep1tQu1etPw9@${host}/desk' } }`,
  json: (host) => `{ fn::toJSON: { url: 'redis://app:k3ep1tQu1etPw9@${host}' } }`,
};

const missed: Readonly<Record<string, (host: string) => string>> = {
  password: (host) => `'postgres://app:${host}@db.internal/desk'`,
  placeholder: (host) => `'postgres://app:changeme@${host}/desk'`,
  reference: (host) => `'postgres://app:$(DB_PASSWORD)@${host}/desk'`,
};

/** A program that declares a resource for each carrier and text. */
function programOf(texts: typeof put, host: string): string {
  return [
    "resources:",
    "  db: { type: aws:rds:Instance, properties: { instanceClass: db.t3.micro } }",
    ...Object.entries(carriers).flatMap(([carrier, declared]) =>
      Object.entries(texts).flatMap(([name, text]) => [
        `  ${carrier}_${name}:`,
        ...declared(text(host)).map((line) => `    ${line}`),
      ]),
    ),
    "",
  ].join("\n");
}

async function inYaml(
  texts: typeof put,
  host: string,
  change: (snapshot: Snapshot) => Promise<Snapshot> = (snapshot) => Promise.resolve(snapshot),
): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  const snapshots: Snapshot[] = [];
  await previewed(programOf(texts, host), (snapshot) => void snapshots.push(snapshot));
  for (const snapshot of snapshots) {
    Object.assign(found, await verdictsOf(await change(snapshot), (name) => name.includes("_")));
  }
  return found;
}

describe("a credential beside an unknown part, in a program in YAML", () => {
  for (const [what, host] of [
    ["not known", "${db.address}"],
    ["known", "db.acme.internal"],
  ] as const) {
    it(`is reported where the rest is ${what}`, async () => {
      const found = await inYaml(put, host);
      assert.equal(Object.keys(found).length, 10 * 7);
      assert.deepEqual(found, all(found, "violated"));
    });
  }

  it("is reported the same through a saved snapshot", async () => {
    for (const texts of [put, missed]) {
      const found = await inYaml(texts, "${db.address}", saved);
      assert.deepEqual(found, await inYaml(texts, "${db.address}"));
    }
  });

  it("is none where no password is written; in user data an unknown one may be", async () => {
    const found = await inYaml(missed, "${db.address}");
    const expected = Object.keys(found).map((name) => [
      name,
      name === "user-data_password" ? "undetermined" : "",
    ]);
    assert.deepEqual(found, Object.fromEntries(expected));
  });
});
