import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { formats } from "../../cli/report/formats";
import { Canaries } from "./support/canaries";
import { Folder } from "./support/folder";
import { runCli } from "./support/run-cli";
import { inProgramHost } from "../support/program-host";

/** Every output that one check can give: all formats to files, text with everything on standard output, a snapshot. */
async function allOutputs(
  folder: Folder,
  path: string,
  more: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const reports = formats.flatMap((format) => ["--report", `${format}=out.${format}`]);
  const saved = ["--save-snapshot", "out.snapshot"];
  const run = await runCli(
    ["check", path, "--verbose", ...reports, "--report", "text", ...saved, ...more],
    folder.path,
  );
  assert.equal(run.code, 1, run.err);
  const baseline = await runCli(["baseline", path, "--out", "out.baseline", ...more], folder.path);
  assert.equal(baseline.code, 0);
  const files = readdirSync(folder.path).filter((name) => name.startsWith("out."));
  assert.equal(files.length, formats.length + 2);
  return new Map([
    ["standard output", run.out + baseline.out],
    ["standard error", run.err + baseline.err],
    ...files.map((name) => [name, readFileSync(join(folder.path, name), "utf8")] as const),
  ]);
}

describe("no output has a secret's value", () => {
  inProgramHost();

  let folder: Folder;
  let canaries: Canaries;
  beforeEach(() => {
    folder = new Folder();
    canaries = new Canaries();
  });
  afterEach(() => folder.remove());

  function assertNone(outputs: ReadonlyMap<string, string>): void {
    const found = [...outputs].map(([name, text]) => [name, canaries.foundIn(text)]);
    assert.deepEqual(
      found,
      [...outputs.keys()].map((name) => [name, []]),
    );
  }

  it("of a Pulumi program", async function () {
    const plant = (place: string): string => JSON.stringify(canaries.plant(place));
    const slack = canaries.plantToken(
      `xoxb-${"7".repeat(11)}-${"8".repeat(11)}-AbCdEfGhIjKlMnOpQrStUvWx`,
    );
    folder.program(
      `
const pulumi = require("@pulumi/pulumi");
const aws = require("@pulumi/aws");
const k8s = require("@pulumi/kubernetes");
const config = new pulumi.Config();
console.log("program prints", ${plant("output")});
console.error("program complains", ${plant("error output")});
pulumi.log.info("program logs " + ${plant("log")});

const cloud = new aws.Provider("cloud", { region: "eu-west-1", accessKey: ${plant("provider access key")}, secretKey: ${plant("provider secret key")} });
const cluster = new k8s.Provider("cluster", { kubeconfig: "apiVersion: v1\\nusers: [{ user: { token: " + ${plant("kubeconfig")} + " } }]" });
const metadata = (name) => ({ name, namespace: "acme" });

new k8s.core.v1.Secret("plain", { metadata: metadata("plain"), stringData: { password: ${plant("stringData")} }, data: { token: Buffer.from(${plant("data")}).toString("base64") } });
new k8s.core.v1.Secret("marked", { metadata: metadata("marked"), stringData: { password: pulumi.secret(${plant("marked secret")}) } }, { provider: cluster });
new k8s.core.v1.Secret("configured", { metadata: metadata("configured"), stringData: { password: config.requireSecret("password") } });
new k8s.core.v1.ConfigMap("settings", { metadata: { ...metadata("settings"), annotations: { "example.com/apiKey": ${plant("annotation")} } }, data: { "app.env": "API_KEY=" + ${plant("configmap")}, SLACK_TOKEN: ${JSON.stringify(slack)} } });
for (const name of ["triage", "refunds"]) {
  new k8s.apps.v1.Deployment(name, { metadata: metadata(name), spec: {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { serviceAccountName: "desk", containers: [{ name: "main", image: "example.com/main:1",
      command: ["run", "--password=" + ${plant("command")}], args: ["--token", ${plant("args")}],
      env: [
        { name: "CRM_API_KEY", value: ${plant("env")} },
        { name: "DB_PASSWORD", value: pulumi.secret(${plant("marked env")}) },
        { name: "DATABASE_URL", value: "postgres://app:" + ${plant("url")} + "@db.example.com/app" },
        { name: "CONFIGURED_TOKEN", value: config.require("token") },
        { name: "PLAIN_KEY", valueFrom: { secretKeyRef: { name: "plain", key: "password" } } },
      ],
    }] } },
  } });
}
new aws.secretsmanager.SecretVersion("version", { secretId: "crm", secretString: ${plant("secret version")} }, { provider: cloud });
new aws.ssm.Parameter("parameter", { type: "String", value: ${plant("parameter")} }, { provider: cloud });
new aws.ssm.Parameter("secure", { type: "SecureString", value: ${plant("secure parameter")} }, { provider: cloud });
const role = new aws.iam.Role("function", { assumeRolePolicy: JSON.stringify({ Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }] }) }, { provider: cloud });
new aws.lambda.Function("function", { role: role.arn, environment: { variables: { API_TOKEN: ${plant("lambda")}, OTHER_TOKEN: pulumi.secret(${plant("marked lambda")}) } } }, { provider: cloud });
new aws.ecs.TaskDefinition("task", { family: "task", containerDefinitions: JSON.stringify([{ name: "main", image: "i", environment: [{ name: "API_TOKEN", value: ${plant("task")} }] }]) }, { provider: cloud });
new aws.ec2.Instance("instance", { userData: "#!/bin/sh\\nexport API_TOKEN=" + ${plant("user data")} }, { provider: cloud });
new aws.ec2.LaunchTemplate("template", { userData: Buffer.from("#!/bin/sh\\nexport DB_PASSWORD=" + ${plant("encoded user data")}).toString("base64") }, { provider: cloud });
new aws.rds.Instance("database", { instanceClass: "db.t4g.micro", password: ${plant("database")} }, { provider: cloud });
new aws.iam.AccessKey("key", { user: "bot" }, { provider: cloud });
const component = new pulumi.ComponentResource("acme:index:Desk", "desk", { apiKey: ${plant("component")} });
component.registerOutputs({ apiKey: ${plant("component output")} });
exports.token = ${plant("stack output")};
exports.marked = pulumi.secret(${plant("marked stack output")});
`,
      {
        "Pulumi.yaml": "name: desk\nruntime: nodejs\nconfig:\n  desk:password: { secret: true }\n",
        "Pulumi.dev.yaml": `config:\n  desk:token: ${canaries.plant("stack file")}\n  desk:other: { secure: ${canaries.plant("ciphertext")} }\n`,
      },
    );
    const config = ["--config", `password=${canaries.plant("--config")}`];
    assertNone(await allOutputs(folder, ".", config));
  });

  it("of Kubernetes YAML", async function () {
    const plant = (place: string): string => canaries.plant(place);
    const encoded = Buffer.from(plant("data")).toString("base64");
    folder.write({
      "desk/desk.yaml": `
apiVersion: v1
kind: Secret
metadata:
  name: crm
  namespace: acme
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: '{"stringData":{"password":"${plant("last applied")}"}}'
stringData: { password: ${plant("stringData")} }
data: { token: ${encoded} }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: acme }
data:
  API_KEY: ${plant("configmap")}
  app.properties: |
    db.password=${plant("properties")}
binaryData: { api-key: ${Buffer.from(plant("binary data")).toString("base64")} }
---
${["triage", "refunds"]
  .map(
    (name) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: acme }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      serviceAccountName: desk
      containers:
        - name: main
          image: example.com/main:1
          command: [run, --password=${plant("command")}]
          args: ["--token", "${plant("args")}"]
          env:
            - { name: CRM_API_KEY, value: ${plant("env")} }
            - { name: SHARED, valueFrom: { secretKeyRef: { name: crm, key: password } } }
`,
  )
  .join("---\n")}
---
apiVersion: example.com/v1
kind: Broken
metadata: { name: other, namespace: acme }
spec: { token: ${plant("custom resource")} }
`,
      "desk/other.json": JSON.stringify({ token: plant("another file") }),
    });
    assertNone(await allOutputs(folder, "desk", []));
  });

  it("and the search would find one, however spelled", () => {
    const value = canaries.plant("here");
    for (const spelled of [
      `x${value}y`,
      Buffer.from(`password=${value}`).toString("base64"),
      Buffer.from(`p=${value}`).toString("base64"),
      Buffer.from(value).toString("hex"),
      value.slice(0, 14),
    ]) {
      assert.deepEqual(canaries.foundIn(spelled), [value], spelled);
    }
    assert.deepEqual(canaries.foundIn("nothing"), []);
  });
});
