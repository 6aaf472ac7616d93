import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { checkPath, type CheckOptions, type Outcome } from "../../cli/check";
import { endingOf, exitCodeOf } from "../../cli/exit-code";
import { textReporter } from "../../cli/report/text";
import { Folder, type Files } from "./support/folder";
import { inProgramHost } from "../support/program-host";

const options: CheckOptions = {
  config: {},
  today: "2026-11-25",
  verbose: false,
  version: "0.1.0",
  onProgress: () => {},
};

const fine = `
const k8s = require("@pulumi/kubernetes");
new k8s.core.v1.ServiceAccount("triage", { metadata: { name: "triage", namespace: "acme" } });
`;

const openRole = `name: opened
runtime: yaml
resources:
  open:
    type: aws:iam:Role
    properties:
      assumeRolePolicy:
        fn::toJSON:
          Version: 2012-10-17
          Statement: [{ Effect: Allow, Principal: { AWS: "*" }, Action: "sts:AssumeRole" }]
`;

function reasonOf(outcome: Outcome): string {
  return outcome.kind === "could not run" ? outcome.reason : `judged: ${outcome.report.verdict}`;
}

describe("check", () => {
  inProgramHost();

  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  it("judges an unmodified Pulumi program, with its configuration", async () => {
    const script = `
      const pulumi = require("@pulumi/pulumi");
      const k8s = require("@pulumi/kubernetes");
      const name = new pulumi.Config().require("name") + "-" + new pulumi.Config("aws").require("region");
      new k8s.apps.v1.Deployment("triage", { metadata: { name, namespace: "acme" }, spec: { template: { spec: { containers: [] } } } });
    `;
    const path = folder.program(script, { "Pulumi.prod.yaml": "config: { desk:name: triage }\n" });
    const config = { "aws:region": "eu" };
    const outcome = await checkPath(path, { ...options, stack: "prod", config });
    assert.ok(outcome.kind === "judged", reasonOf(outcome));
    const { project, stack, judgement } = outcome.report;
    assert.deepEqual([project, stack], ["desk", "prod"]);
    assert.deepEqual(
      judgement.workloads.map((workload) => workload.label),
      ["acme/triage-eu"],
    );
  });

  it("answers functions from recordings in the settings", async () => {
    const script = `
      const aws = require("@pulumi/aws");
      const k8s = require("@pulumi/kubernetes");
      const { accountId } = aws.getCallerIdentityOutput();
      new k8s.core.v1.ServiceAccount("triage", { metadata: { name: accountId, namespace: "acme" } });
    `;
    const path = folder.program(script, {
      "agentid.yaml":
        'functions:\n  - token: aws:index/getCallerIdentity:getCallerIdentity\n    result: { accountId: "111122223333" }\n',
    });
    const outcome = await checkPath(path, options);
    assert.ok(outcome.kind === "judged", reasonOf(outcome));
    assert.deepEqual(outcome.report.judgement.notes, []);
    const account = outcome.snapshot?.resources.find((one) => one.type.endsWith(":ServiceAccount"));
    assert.equal((account?.inputs["metadata"] as { readonly name?: unknown }).name, "111122223333");
  });

  const programs: readonly (readonly [string, Files, RegExp])[] = [
    ["broken YAML in Pulumi.yaml", { "Pulumi.yaml": "name: [desk\n" }, /Pulumi\.yaml:\d+:\d+: /],
    [
      "a runtime that is not nodejs",
      { "Pulumi.yaml": "name: desk\nruntime: python\n" },
      /runtime `python`/,
    ],
    [
      "a program that throws",
      { "index.js": "throw new Error('no such tenant');" },
      /no such tenant/,
    ],
    ["a program that exits", { "index.js": "process.exit(7);" }, /exit/],
    ["a program that exits as if all were well", { "index.js": "process.exit(0);" }, /exit/],
    ["a program that cannot be parsed", { "index.js": "const = ;" }, /./],
    [
      "a missing program file",
      { "Pulumi.yaml": "name: desk\nruntime: nodejs\nmain: nowhere.js\n" },
      /nowhere/,
    ],
    ["a missing package", { "index.js": 'require("@acme/missing");' }, /@acme\/missing/],
    [
      "a rejected promise",
      { "index.js": "Promise.reject(new Error('nobody listens'));" },
      /nobody listens/,
    ],
    ["broken settings", { "agentid.yaml": "scope: [\n" }, /agentid\.yaml:\d+:\d+: /],
    [
      "a baseline that is not there",
      { "agentid.yaml": "baseline: gone.json\n" },
      /cannot read the baseline/,
    ],
    ["a broken stack file", { "Pulumi.dev.yaml": "config: [\n" }, /Pulumi\.dev\.yaml:\d+:\d+: /],
  ];
  for (const [what, files, expected] of programs) {
    it(`reports in one sentence what is wrong with ${what}`, async () => {
      const path = folder.program(files["index.js"] ?? fine, files);
      assertSentence(reasonOf(await checkPath(path, options)), expected);
    });
  }

  it("names a resource that is not read, and proves nothing with it where settings are strict", async () => {
    const script = `
      const pulumi = require("@pulumi/pulumi");
      class Dynamic extends pulumi.CustomResource {}
      new Dynamic("github:index/team:Team", "people", { name: "people" });
    `;
    const path = folder.program(script);
    const lenient = await checkPath(path, options);
    assert.ok(lenient.kind === "judged", reasonOf(lenient));
    assert.equal(exitCodeOf([endingOf(lenient.report)]), 0);
    assert.deepEqual(lenient.report.judgement.notRead, [
      { type: "github:index/team:Team", count: 1 },
    ]);
    folder.write({ "agentid.yaml": "strict: true\n" });
    const strict = await checkPath(path, options);
    assert.ok(strict.kind === "judged", reasonOf(strict));
    assert.equal(exitCodeOf([endingOf(strict.report)]), 3);
    const text = textReporter([strict.report], { rules: [] });
    assert.match(text, /^desk\/\w+: NOT PROVEN: 1 resource not read;/m);
    assert.match(text, /^not read: 1 resource of github \(github:index\/team:Team\)$/m);
  });

  it("reports what is missing in a folder with nothing to judge", async () => {
    folder.write({ "notes.txt": "x", "agentid.yaml": "scope: all\n" });
    assert.equal(
      reasonOf(await checkPath(folder.path, options)),
      `\`${folder.path}\` has neither a Pulumi.yaml nor Kubernetes YAML; name the folder of a Pulumi program or of manifests`,
    );
    folder.write({ "values.yaml": "replicas: 1\n" });
    assertSentence(reasonOf(await checkPath(folder.path, options)), /no Kubernetes object/);
  });

  it("reports that dependencies are not installed", async () => {
    const path = folder.write({ "Pulumi.yaml": "name: desk\nruntime: nodejs\n", "index.js": fine });
    assertSentence(reasonOf(await checkPath(path, options)), /npm install/);
  });

  it("ends a program that never ends, when its time is up", async () => {
    const path = folder.program("setInterval(() => {}, 1000);");
    assertSentence(
      reasonOf(await checkPath(path, { ...options, timeoutMs: 1500 })),
      /1\.5|2s|time/,
    );
  });

  it("is not disturbed by a program that prints a megabyte", async () => {
    const path = folder.program(
      `console.log("x".repeat(1024 * 1024)); console.error("y".repeat(1024 * 1024));${fine}`,
    );
    assert.equal(reasonOf(await checkPath(path, options)), "judged: passed");
  });

  it("returns a finding, and never crashes, for unreadable policy documents", async () => {
    const path = folder.program(`
      const aws = require("@pulumi/aws");
      const documents = {
        "not-json": "{ nope",
        empty: "",
        long: JSON.stringify({ Version: "2012-10-17", Statement: [], Id: "x".repeat(10 * 1024 * 1024) }),
        "deep-list": "[".repeat(10000) + "]".repeat(10000),
        "deep-object": '{"Statement":'.repeat(10000) + "1" + "}".repeat(10000),
        prototype: '{"__proto__":{"Statement":[]},"Statement":[{"__proto__":{"Effect":"Deny"},"Effect":"Allow"}]}',
      };
      for (const [name, assumeRolePolicy] of Object.entries(documents)) new aws.iam.Role(name, { assumeRolePolicy });
    `);
    const outcome = await checkPath(path, options);
    assert.ok(outcome.kind === "judged", reasonOf(outcome));
    const { findings } = outcome.report.judgement;
    assert.deepEqual(findings.map((finding) => finding.about.label).sort(), [
      "deep-list",
      "deep-object",
      "empty",
      "long",
      "not-json",
      "prototype",
    ]);
    assert.equal(outcome.report.verdict, "not proven");
  });

  it("shows the output of a failing program only on request", async () => {
    const path = folder.program("console.log('about to fail'); throw new Error('failed');");
    const quiet = await checkPath(path, options);
    const loud = await checkPath(path, { ...options, verbose: true });
    assert.ok(quiet.kind === "could not run" && loud.kind === "could not run");
    assert.equal(quiet.details, undefined);
    assert.match(loud.details ?? "", /index\.js[^]*about to fail/);
  });

  it("refuses a path that is nothing, and a file that is neither YAML nor JSON", async () => {
    const gone = join(folder.path, "gone");
    assert.equal(
      reasonOf(await checkPath(gone, options)),
      `cannot read \`${gone}\`: it does not exist; name a folder of a Pulumi program or of Kubernetes YAML`,
    );
    folder.write({ "README.md": "# Desk\n" });
    const file = join(folder.path, "README.md");
    assert.equal(
      reasonOf(await checkPath(file, options)),
      `\`${file}\` is neither YAML nor JSON; name a folder of a Pulumi program, Kubernetes YAML or a saved snapshot`,
    );
  });

  it("refuses a named pipe, and does not wait for it", async () => {
    execFileSync("mkfifo", [join(folder.path, "pipe.yaml")]);
    const outcome = await checkPath(join(folder.path, "pipe.yaml"), options);
    assert.deepEqual(outcome, {
      kind: "could not run",
      reason: `cannot read \`${folder.path}/pipe.yaml\`: it is a named pipe; give a regular file`,
    });
  });

  it("judges as manifests what kubectl applies, though it has the runtime of a program", async () => {
    folder.write({
      "a.yaml": 'name: desk\nruntime: yaml\n"apiVersion": v1\n"kind": Pod\nmetadata: { name: a }\n',
    });
    const outcome = await checkPath(join(folder.path, "a.yaml"), options);
    assert.ok(outcome.kind === "judged", JSON.stringify(outcome));
    assert.equal(outcome.report.stack, "manifests");
  });

  it("judges a program in YAML whatever its file is called, and no manifest beside it", async () => {
    const path = folder.write({
      "open.yaml": openRole,
      "Pulumi.yaml": "name: other\nruntime: yaml\nresources: {}\n",
      "secret.yaml": "apiVersion: v1\nkind: Secret\nmetadata: { name: a }\nruntime: yaml\n",
    });
    const program = await checkPath(join(path, "open.yaml"), options);
    assert.ok(program.kind === "judged");
    assert.equal(program.report.project, "opened");
    assert.deepEqual(
      program.report.judgement.findings.map(({ rule, source }) => [rule, source?.line]),
      [["no-public-trust", 4]],
    );
    const manifest = await checkPath(join(path, "secret.yaml"), options);
    assert.ok(manifest.kind === "judged");
    assert.equal(manifest.snapshot?.resources[0]?.type, "kubernetes:core/v1:Secret");
  });

  it("judges what services of Crosswalk run, though their plugin is not run", async () => {
    const service = (name: string, more = "") => `
  ${name}:
    type: awsx:ecs:FargateService
    properties:
      taskDefinitionArgs:
        container:
          image: acme/${name}${more}
          secrets: [{ name: CRM, valueFrom: "\${crm.arn}" }]`;
    const program = (...services: readonly string[]) =>
      folder.write({
        "Pulumi.yaml": `name: desk
runtime: yaml
resources:
  crm: { type: aws:secretsmanager:Secret }${services.join("")}
`,
      });
    const password = `
          environment: [{ name: DB_PASSWORD, value: hunter2-Kq9vTz4 }]`;
    const shared = await checkPath(
      program(service("triage", password), service("billing")),
      options,
    );
    assert.ok(shared.kind === "judged", reasonOf(shared));
    const { findings, notes, notRead } = shared.report.judgement;
    assert.deepEqual(
      findings
        .filter(({ level }) => level === "mandatory")
        .map(({ rule, verdict, about, holder }) => [rule, verdict, about.label, holder?.label]),
      [
        [
          "no-literal-secret",
          "violated",
          "triage: containerDefinitions[0].environment.DB_PASSWORD",
          "triage",
        ],
        ["no-shared-secret", "violated", "crm", "billing"],
        ["no-shared-secret", "violated", "crm", "triage"],
      ],
    );
    assert.deepEqual([notes, notRead], [[], []]);
    assert.equal(reasonOf(await checkPath(program(service("triage")), options)), "judged: passed");
  });

  it("takes Pulumi.yaml itself for its folder", async () => {
    const path = folder.program(fine);
    assert.equal(reasonOf(await checkPath(join(path, "Pulumi.yaml"), options)), "judged: passed");
  });

  it("reports which configuration is missing, where, and how to set it", async () => {
    const path = folder.program('new (require("@pulumi/pulumi").Config)().require("region");');
    assertSentence(
      reasonOf(await checkPath(path, options)),
      /index\.js:1:\d+: configuration `desk:region` is missing; give it with --config desk:region=VALUE or in the stack's file$/,
    );
  });

  it("refuses a file where a folder of settings would be", async () => {
    folder.program(fine);
    mkdirSync(join(folder.path, "agentid.yaml"));
    assert.match(
      reasonOf(await checkPath(folder.path, options)),
      /cannot read the settings `.+`: it is a folder/,
    );
  });
});

function assertSentence(reason: string, expected: RegExp): void {
  assert.match(reason, expected);
  assert.doesNotMatch(reason, /\n| at .+:\d+:\d+\)|^judged/, reason);
  assert.ok(reason.length < 400, reason);
}
