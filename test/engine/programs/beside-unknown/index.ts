import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

type Text = pulumi.Output<string>;

const { address: host, port } = new aws.rds.Instance("db", { instanceClass: "db.t3.micro" });

/** Where a workload, or what configures it, receives a text. */
const carriers: Readonly<Record<string, (name: string, value: Text) => void>> = {
  pod: (name, value) => {
    const env = [{ name: "DATABASE_URL", value }];
    const spec = { containers: [{ name: "main", image: "desk", env }] };
    new kubernetes.core.v1.Pod(name, { metadata: { namespace: name }, spec });
  },
  "config-map": (name, value) => {
    const metadata = { namespace: name };
    new kubernetes.core.v1.ConfigMap(name, { metadata, data: { DATABASE_URL: value } });
  },
  lambda: (name, value) => {
    const environment = { variables: { DATABASE_URL: value } };
    new aws.lambda.Function(name, { role: `arn:aws:iam::111122223333:role/${name}`, environment });
  },
  "task-json": (name, value) => {
    const environment = [{ name: "DATABASE_URL", value }];
    const containers = [{ name: "main", image: "desk", environment }];
    const containerDefinitions = pulumi.jsonStringify(containers);
    new aws.ecs.TaskDefinition(name, { family: name, containerDefinitions });
  },
  "task-callback": (name, value) => {
    const containerDefinitions = value.apply((url) =>
      JSON.stringify([
        { name: "main", image: "desk", environment: [{ name: "DATABASE_URL", value: url }] },
      ]),
    );
    new aws.ecs.TaskDefinition(name, { family: name, containerDefinitions });
  },
  parameter: (name, value) => {
    new aws.ssm.Parameter(name, { name: `/${name}/url`, type: "String", value });
  },
  release: (name, value) => {
    const values = { url: value };
    new kubernetes.helm.v3.Release(name, { chart: "desk", namespace: name, values });
  },
  "user-data": (name, value) => {
    const userData = pulumi.interpolate`#!/bin/bash\nexport DATABASE_URL=${value}\n`;
    new aws.ec2.Instance(name, { userData });
  },
};

/** Places of what is not known, and ways to put it there. */
const ways: Readonly<Record<string, () => Text>> = {
  host: () => pulumi.interpolate`postgres://app:k3ep1tQu1etPw9@${host}/desk`,
  port: () => pulumi.interpolate`postgres://app:k3ep1tQu1etPw9@db.internal:${port}/desk`,
  "host and port": () => pulumi.interpolate`postgres://app:k3ep1tQu1etPw9@${host}:${port}/desk`,
  database: () => pulumi.interpolate`postgres://app:k3ep1tQu1etPw9@db.internal:5432/${host}`,
  query: () => pulumi.interpolate`postgres://app:k3ep1tQu1etPw9@db.internal/desk?options=${host}`,
  user: () => pulumi.interpolate`postgres://${host}:k3ep1tQu1etPw9@db.internal:5432/desk`,
  before: () => pulumi.interpolate`${host} postgres://app:k3ep1tQu1etPw9@db.internal:5432/desk`,
  scheme: () => pulumi.interpolate`${host}://app:k3ep1tQu1etPw9@db.internal:5432/desk`,
  after: () => pulumi.interpolate`postgres://app:k3ep1tQu1etPw9@db.internal:5432/desk ${host}`,
  settings: () => pulumi.interpolate`host=${host} user=app password=k3ep1tQu1etPw9 dbname=desk`,
  "query of jdbc": () =>
    pulumi.interpolate`jdbc:postgresql://${host}/desk?user=app&password=k3ep1tQu1etPw9`,
  concat: () => pulumi.concat("postgres://app:k3ep1tQu1etPw9@", host, "/desk"),
  promise: () =>
    pulumi.output(Promise.resolve(pulumi.interpolate`redis://app:k3ep1tQu1etPw9@${host}`)),
  json: () =>
    pulumi.jsonStringify({ url: pulumi.interpolate`postgres://app:k3ep1tQu1etPw9@${host}/desk` }),
  "fields of json": () =>
    pulumi.jsonStringify({ host, username: "app", password: "k3ep1tQu1etPw9" }),
  "callback to json": () =>
    pulumi
      .output({ url: pulumi.interpolate`postgres://app:k3ep1tQu1etPw9@${host}/desk` })
      .apply((made) => JSON.stringify(made)),
  template: () => host.apply((at) => `postgres://app:k3ep1tQu1etPw9@${at}/desk`),
  sum: () => host.apply((at) => "postgres://app:k3ep1tQu1etPw9@" + at + "/desk"),
  function: () =>
    host.apply(function (at) {
      return "postgres://app:k3ep1tQu1etPw9@" + at + "/desk";
    }),
  "concat of a text": () => host.apply((at) => "postgres://app:k3ep1tQu1etPw9@".concat(at)),
  join: () => host.apply((at) => ["postgres://app:k3ep1tQu1etPw9@", at, "/desk"].join("")),
  variable: () =>
    host.apply((at) => {
      let url = "postgres://app:k3ep1tQu1etPw9@" + at;
      url += "/desk";
      return url;
    }),
  log: () =>
    host.apply((at) => {
      console.log("connecting");
      return `postgres://app:k3ep1tQu1etPw9@${at}/desk`;
    }),
  async: () => host.apply(async (at) => `postgres://app:k3ep1tQu1etPw9@${at}/desk`),
  nested: () => host.apply((at) => pulumi.interpolate`postgres://app:k3ep1tQu1etPw9@${at}/desk`),
  encoded: () =>
    host.apply((at) => `postgres://app:${encodeURIComponent("k3ep1tQu1etPw9")}@${at}/desk`),
  all: () =>
    pulumi.all([host, port]).apply(([at, on]) => `postgres://app:k3ep1tQu1etPw9@${at}:${on}/desk`),
  "all by name": () =>
    pulumi
      .all({ host, port })
      .apply((db) => `postgres://app:k3ep1tQu1etPw9@${db.host}:${db.port}/desk`),
  "all with the password": () =>
    pulumi.all([host, "k3ep1tQu1etPw9"]).apply(([at, own]) => `postgres://app:${own}@${at}/desk`),
  chain: () =>
    host
      .apply((at) => `${at}:5432`)
      .apply((endpoint) => `postgres://app:k3ep1tQu1etPw9@${endpoint}/desk`),
  trimmed: () =>
    pulumi.interpolate`postgres://app:k3ep1tQu1etPw9@${host}/desk\n`.apply((url) => url.trim()),
  "marked as a whole": () =>
    pulumi.secret(pulumi.interpolate`postgres://app:k3ep1tQu1etPw9@${host}/desk`),
};

/** What is no credential in the program. */
const nearMisses: Readonly<Record<string, () => Text>> = {
  "its own not known": () => pulumi.interpolate`postgres://app:${host}@db.internal/desk`,
  "its end not known": () => pulumi.interpolate`postgres://app:k3ep1t${host}@db.internal/desk`,
  "a placeholder": () => pulumi.interpolate`postgres://app:changeme@${host}/desk`,
  "a reference": () => pulumi.interpolate`postgres://app:$(DB_PASSWORD)@${host}/desk`,
  "no such part": () => pulumi.interpolate`postgres://app@${host}/desk`,
};

for (const [carrier, declare] of Object.entries(carriers)) {
  for (const [kind, made] of Object.entries({ way: ways, near: nearMisses })) {
    for (const [name, make] of Object.entries(made)) {
      declare(`${kind} ${carrier} ${name}`.replaceAll(" ", "_"), make());
    }
  }
}
