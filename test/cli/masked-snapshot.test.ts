import assert from "node:assert/strict";
import fc from "fast-check";
import { credentialOf, withCredentialsMarked } from "../../cli/masked-snapshot";
import { fakes } from "../policy-pack/read/credentials/fakes";
import { writeSnapshot } from "../../engine/snapshot-file";
import type { Resource } from "../../core/snapshot/resource";
import { Secret, Unknown, type ValueRecord } from "../../core/snapshot/value";

const password = "k3Vn8Qz1Lw7Rt5Yx";
const base64 = (text: string): string => Buffer.from(text).toString("base64");

function resourceWith(inputs: ValueRecord): Resource {
  return {
    urn: "urn:pulumi:dev::desk::example:index:Thing::thing",
    type: "example:index:Thing",
    name: "thing",
    custom: true,
    inputs,
    dependencies: [],
    propertyDependencies: {},
  };
}

/** A resource of Kubernetes, of some name and kind. */
function kube(kind: string, name: string, more: ValueRecord): Resource {
  const version = kind.endsWith("Store") || kind === "Fake" ? "external-secrets.io/v1" : "v1";
  const type = `kubernetes:${version.includes("/") ? version : "core/v1"}:${kind}`;
  const metadata = { name, namespace: "acme", ...(more["metadata"] as ValueRecord | undefined) };
  const inputs = { apiVersion: version, kind, ...more, metadata };
  return {
    ...resourceWith(inputs),
    urn: `urn:pulumi:dev::desk::${type}::acme/${name}`,
    type,
    name,
  };
}

function pod(name: string, container: ValueRecord): Resource {
  return kube("Pod", name, {
    spec: { containers: [{ name: "main", image: "acme/app:1", ...container }] },
  });
}

function aws(type: string, inputs: ValueRecord): Resource {
  return { ...resourceWith(inputs), urn: `urn:pulumi:dev::desk::${type}::thing`, type };
}

const curl = (secret: string): string => `curl -fsS -u desk:${secret} https://crm.example/api`;
const task = (env: ValueRecord): string =>
  JSON.stringify([{ name: "main", image: "i", environment: [env] }]);

/** Places in which the judge, or a reader of the resource, finds a credential. */
const places: readonly (readonly [where: string, (secret: string) => Resource])[] = [
  ["a variable of a pod", (secret) => pod("a", { env: [{ name: "CRM_API_KEY", value: secret }] })],
  [
    "a connection string",
    (secret) =>
      pod("a", {
        env: [{ name: "DB", value: `postgres://desk:${encodeURIComponent(secret)}@db/desk` }],
      }),
  ],
  [
    "a header",
    (secret) => pod("a", { env: [{ name: "HEADERS", value: `Authorization: Bearer ${secret}` }] }),
  ],
  ["an option", (secret) => pod("a", { args: ["--token", secret] })],
  ["an option and its value", (secret) => pod("a", { args: [`--token=${secret}`] })],
  [
    "words of curl",
    (secret) => pod("a", { command: ["curl", "-u", `desk:${secret}`, "https://crm.example"] }),
  ],
  ["a script", (secret) => pod("a", { command: ["sh", "-c", curl(secret)] })],
  [
    "a server's own option",
    (secret) => pod("a", { command: ["sh", "-c", `redis-server --requirepass ${secret}`] }),
  ],
  [
    "a hook of a container",
    (secret) =>
      pod("a", { lifecycle: { postStart: { exec: { command: ["sh", "-c", curl(secret)] } } } }),
  ],
  ["a ConfigMap", (secret) => kube("ConfigMap", "a", { data: { "app.env": `API_KEY=${secret}` } })],
  [
    "a Secret, in clear",
    (secret) => kube("Secret", "a", { stringData: { password: new Secret(secret, true) } }),
  ],
  [
    "a Secret, marked, under a name that says nothing",
    (secret) => kube("Secret", "a", { data: { crm: new Secret(base64(secret)) } }),
  ],
  [
    "an annotation",
    (secret) => kube("Pod", "a", { metadata: { annotations: { "acme.com/apiKey": secret } } }),
  ],
  [
    "a fake store of secrets",
    (secret) =>
      kube("ClusterSecretStore", "a", {
        spec: { provider: { fake: { data: [{ key: "/crm", value: secret, version: "v1" }] } } },
      }),
  ],
  [
    "a map of a fake store of secrets",
    (secret) =>
      kube("SecretStore", "a", {
        spec: { provider: { fake: { data: [{ key: "/crm", valueMap: { desk: secret } }] } } },
      }),
  ],
  [
    "a generator of fake values",
    (secret) => kube("Fake", "a", { spec: { data: { crm: secret } } }),
  ],
  [
    "a variable of a function",
    (secret) =>
      aws("aws:lambda/function:Function", { environment: { variables: { API_TOKEN: secret } } }),
  ],
  [
    "a variable of a task",
    (secret) =>
      aws("aws:ecs/taskDefinition:TaskDefinition", {
        containerDefinitions: task({ name: "API_TOKEN", value: secret }),
      }),
  ],
  [
    "user data",
    (secret) =>
      aws("aws:ec2/instance:Instance", { userData: base64(`export DB_PASSWORD=${secret}\n`) }),
  ],
  [
    "a parameter",
    (secret) => aws("aws:ssm/parameter:Parameter", { type: "String", value: `password=${secret}` }),
  ],
  [
    "values of a chart",
    (secret) => aws("kubernetes:helm.sh/v3:Release", { values: { db: { password: secret } } }),
  ],
  ["a text that a program marks", (secret) => resourceWith({ note: new Secret(secret) })],
];

/** What may repeat a credential where nothing marks it as one. */
const copies: readonly (readonly [where: string, (secret: string) => Resource])[] = [
  ["as it is", (secret) => resourceWith({ note: secret })],
  ["within a text", (secret) => resourceWith({ note: `the desk uses ${secret}, since May` })],
  ["in a list", (secret) => resourceWith({ notes: [["x", secret]] })],
  ["in base64", (secret) => resourceWith({ note: base64(secret) })],
  ["in a text in base64", (secret) => resourceWith({ note: base64(`one two ${secret} three`) })],
  ["escaped for a URL", (secret) => resourceWith({ note: `a?b=${encodeURIComponent(secret)}` })],
  [
    "as kubectl keeps it beside a Secret",
    (secret) =>
      kube("Secret", "b", {
        metadata: {
          annotations: {
            "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify({
              kind: "Secret",
              data: { crm: base64(secret) },
            }),
          },
        },
      }),
  ],
  [
    "as kubectl keeps it beside a pod",
    (secret) =>
      kube("Pod", "b", {
        metadata: {
          annotations: {
            "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify({
              spec: { containers: [{ args: ["--note", secret] }] },
            }),
          },
        },
      }),
  ],
  [
    "in outputs",
    (secret) => ({ ...resourceWith({ note: "x" }), outputs: { result: [{ text: secret }] } }),
  ],
];

/** What a file has of a snapshot of such resources. */
async function saved(resources: readonly Resource[]): Promise<string> {
  const snapshot = { project: "desk", stack: "dev", resources, notes: [] };
  return writeSnapshot(await withCredentialsMarked(snapshot), credentialOf);
}

function spellings(secret: string): readonly string[] {
  return [secret, base64(secret).replace(/=+$/, ""), encodeURIComponent(secret)];
}

describe("a saved snapshot", () => {
  /** Made by a machine: of characters of which none has to be escaped in a URL, or some have to. */
  const secrets = fc
    .tuple(fc.stringMatching(/^[A-Za-z0-9]{14,30}$/), fc.constantFrom("", "/", "+", "%", "!"))
    .map(([text, mark]) => `${text.slice(0, 5)}${mark}7q${text.slice(5)}Z9`);

  for (const [where, planted] of places) {
    it(`has no credential of ${where}, nor a copy of it`, async () => {
      await fc.assert(
        fc.asyncProperty(secrets, async (secret) => {
          const file = await saved([...copies.map(([, copy]) => copy(secret)), planted(secret)]);
          for (const spelling of spellings(secret)) assert.ok(!file.includes(spelling), spelling);
          assert.ok(!decodedTexts(file).some((text) => text.includes(secret)));
        }),
        { numRuns: 5 },
      );
    });
  }

  it("has the texts in which nothing is secret", async () => {
    for (const [where, copy] of copies) {
      const file = await saved([copy("acme-desk-note-1")]);
      const isThere = spellings("acme-desk-note-1").some((one) => file.includes(one));
      assert.ok(isThere || where.includes("text in base64"), where);
    }
  });

  it("has names and ids that a program marks as secret in another place, and words that are passwords", async () => {
    const names = [
      "acme-triage",
      "111122223333",
      "arn:aws:iam::111122223333:role/desk",
      "postgres",
    ];
    const file = await saved([
      ...names.map((name) => resourceWith({ marked: new Secret(name), open: name })),
      pod("a", { env: [{ name: "DB_PASSWORD", value: "postgres" }], image: "postgres:16" }),
    ]);
    for (const name of [...names, "postgres:16"]) assert.ok(file.includes(`"${name}"`), name);
  });

  it("shows which credentials are equal, whatever is around them", async () => {
    const url = (name: string): string => `postgres://desk:${password}@db/${name}`;
    const values = [url("desk"), url("crm"), password, `postgres://desk:${password}1@db/desk`];
    const file = await saved(
      values.map((value, at) => pod(`a${at}`, { env: [{ name: "DB_PASSWORD", value }] })),
    );
    const ordinals = [...file.matchAll(/"ordinal":\s*(\d+)/g)].map(([, ordinal]) => ordinal);
    assert.deepEqual(ordinals, ["1", "1", "1", "2"]);
  });

  it("has no part of a private key that is laid out anew", async () => {
    const lines = fakes.privateKey.split("\n").filter((line) => line.length > 40);
    const file = await saved([
      kube("Secret", "a", { stringData: { "tls.key": new Secret(fakes.privateKey) } }),
      resourceWith({ note: `key: ${lines.join(" ")}`, json: JSON.stringify(fakes.privateKey) }),
    ]);
    for (const line of lines) assert.ok(!file.includes(line));
  });
});

/** The base64 in a file. */
function decodedTexts(file: string): readonly string[] {
  return [...file.matchAll(/[A-Za-z0-9+/]{16,}={0,2}/g)].map(([text]) =>
    Buffer.from(text, "base64").toString(),
  );
}

async function marked(inputs: ValueRecord): Promise<ValueRecord | undefined> {
  const snapshot = { project: "desk", stack: "dev", resources: [resourceWith(inputs)], notes: [] };
  const { resources } = await withCredentialsMarked(snapshot);
  return resources[0]?.inputs;
}

describe("marking credentials in a snapshot", () => {
  const credentials: readonly (readonly [string, ValueRecord, ValueRecord])[] = [
    ["under a name that says so", { dbPassword: password }, { dbPassword: new Secret(password) }],
    [
      "in a pair of name and value",
      { env: [{ name: "CRM_API_KEY", value: password }] },
      { env: [{ name: "CRM_API_KEY", value: new Secret(password) }] },
    ],
    ["after a flag", { args: ["--token", password] }, { args: ["--token", new Secret(password)] }],
    ["in a flag", { args: [`--token=${password}`] }, { args: [new Secret(`--token=${password}`)] }],
    [
      "in base64",
      { userData: base64(`export DB_PASSWORD=${password}\n`) },
      { userData: new Secret(base64(`export DB_PASSWORD=${password}\n`)) },
    ],
    [
      "in JSON",
      {
        containerDefinitions: JSON.stringify([
          { environment: [{ name: "API_TOKEN", value: password }] },
        ]),
      },
      {
        containerDefinitions: new Secret(
          JSON.stringify([{ environment: [{ name: "API_TOKEN", value: password }] }]),
        ),
      },
    ],
  ];
  for (const [where, before, after] of credentials) {
    it(`marks one ${where}`, async () => {
      const found = await marked(before);
      assert.deepEqual(reveal(found), reveal(after));
    });
  }

  it("leaves everything else as it is", async () => {
    const inputs: ValueRecord = {
      name: "triage",
      env: [{ name: "LOG_LEVEL", value: "debug" }],
      args: ["--verbose", "serve"],
      policy: JSON.stringify({ Statement: [{ Effect: "Allow", Action: "s3:GetObject" }] }),
      notJson: "{broken",
      replicas: 2,
      ready: true,
      none: null,
      arn: new Unknown(["urn:x"]),
      hidden: new Secret("x"),
    };
    assert.deepEqual(reveal(await marked(inputs)), reveal(inputs));
  });
});

/** Secrets by their content, so that they can be compared. */
function reveal(value: unknown): unknown {
  if (value instanceof Secret) return { secret: reveal(value.revealForComparison()) };
  if (Array.isArray(value)) return value.map(reveal);
  if (typeof value !== "object" || value === null || value instanceof Unknown) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, reveal(one)]));
}
