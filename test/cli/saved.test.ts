import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Log } from "sarif";
import { checkPath, type CheckOptions } from "../../cli/check";
import { check } from "../../cli/commands/check";
import { CouldNotRun } from "../../cli/failure";
import type { Report } from "../../policy-pack/views/report";
import { Folder } from "./support/folder";
import { shared } from "./support/manifests";
import { runCli } from "./support/run-cli";
import { inProgramHost } from "../support/program-host";

const options: CheckOptions = {
  config: {},
  today: "2026-11-25",
  verbose: false,
  version: "0.1.0",
  onProgress: () => {},
};

const urn = (type: string, name: string): string => `urn:pulumi:dev::desk::${type}::${name}`;

/** What `pulumi stack export` prints of a stack with one role. */
const stackExport = JSON.stringify({
  version: 3,
  deployment: {
    resources: [
      { urn: urn("pulumi:pulumi:Stack", "desk-dev"), custom: false, type: "pulumi:pulumi:Stack" },
      {
        urn: urn("aws:iam/role:Role", "deployer"),
        custom: true,
        id: "deployer",
        type: "aws:iam/role:Role",
        inputs: { assumeRolePolicy: "{}" },
        outputs: { assumeRolePolicy: "{}", arn: "arn:aws:iam::111122223333:role/deployer" },
      },
    ],
  },
});

const everyone = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" }],
};

async function reasonFor(path: string): Promise<string> {
  const outcome = await checkPath(path, options);
  return outcome.kind === "could not run" ? outcome.reason : outcome.report.verdict;
}

describe("saved input", () => {
  inProgramHost();

  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  it("is judged as what it was saved from", async () => {
    folder.write({ "bad/desk.yaml": shared });
    const run = async (...args: readonly string[]): Promise<void> => {
      assert.equal((await runCli(["check", ...args], folder.path)).code, 1);
    };
    await run("bad", "--save-snapshot", "saved.json", "--report", "json=first.json");
    await run("saved.json", "--report", "json=second.json");
    const findings = ["first.json", "second.json"].map((name) => {
      const report = JSON.parse(readFileSync(join(folder.path, name), "utf8")) as Report;
      return report.judgement.findings.map(({ fingerprint, message }) => ({
        fingerprint,
        message,
      }));
    });
    assert.equal(findings[0]?.length, 2);
    assert.deepEqual(findings[1], findings[0]);
  });

  it("is distinguished from a stack export and from a manifest in JSON", async () => {
    folder.write({
      "export.json": stackExport,
      "account.json": JSON.stringify({
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { name: "triage", namespace: "acme" },
      }),
    });
    const deployed = await checkPath(join(folder.path, "export.json"), options);
    assert.ok(deployed.kind === "judged");
    assert.deepEqual([deployed.report.project, deployed.report.stack], ["desk", "dev"]);
    const manifest = await checkPath(join(folder.path, "account.json"), options);
    assert.ok(manifest.kind === "judged");
    assert.equal(manifest.report.judgement.resources, 1);
  });

  it("that only looks like a stack export is judged as manifests, and a stack export of manifests as one", async () => {
    const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "triage" } };
    const looks = { version: 3, deployment: { resources: [] }, checkpoint: {}, formatVersion: 1 };
    const state = JSON.parse(stackExport) as { deployment: { resources: object[] } };
    state.deployment.resources.push({
      urn: urn("kubernetes:core/v1:ServiceAccount", "triage"),
      custom: true,
      type: "kubernetes:core/v1:ServiceAccount",
      inputs: account,
    });
    folder.write({
      "both.json": JSON.stringify({ ...looks, ...account }),
      "later.json": `{}\n---\n${JSON.stringify(account)}`,
      "escaped.json": '{"\\u0061piVersion":"v1","\\u006bind":"ServiceAccount","deployment":{}}',
      "list.json": JSON.stringify({ kind: "List", items: [account], deployment: {} }),
      "yaml.json": "apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: triage }\n",
      "export.json": JSON.stringify(state),
    });
    const judged = async (name: string): Promise<unknown> => {
      const outcome = await checkPath(join(folder.path, name), options);
      assert.ok(outcome.kind === "judged", JSON.stringify(outcome));
      return [outcome.report.stack, outcome.report.judgement.resources];
    };
    for (const name of ["both.json", "later.json", "escaped.json", "list.json", "yaml.json"]) {
      assert.deepEqual(await judged(name), ["manifests", 1], name);
    }
    assert.deepEqual(await judged("export.json"), ["dev", 3]);
  });

  it("is what a finding points at that has no place in a file", async () => {
    const open = stackExport.replaceAll(
      '"assumeRolePolicy":"{}"',
      `"assumeRolePolicy":${JSON.stringify(JSON.stringify(everyone))}`,
    );
    folder.write({ "stack.json": open });
    await runCli(["check", "stack.json", "--report", "sarif=out.sarif"], folder.path);
    const { runs } = JSON.parse(readFileSync(join(folder.path, "out.sarif"), "utf8")) as Log;
    assert.deepEqual(
      runs[0]?.results?.map(({ ruleId, locations }) => [
        ruleId,
        locations?.[0]?.physicalLocation?.artifactLocation?.uri,
      ]),
      [["no-public-trust", "stack.json"]],
    );
  });

  it("that is none of these is refused in one sentence", async () => {
    folder.write({
      "a.json": "{",
      "b.json": '{"Version":"2012-10-17","Statement":[]}',
      "c.json": '{"deployment": { "resources": 1 }}',
    });
    const names = ["a.json", "b.json", "c.json"].map((name) => join(folder.path, name));
    const reasons = await Promise.all(names.map(reasonFor));
    reasons.forEach((reason, index) =>
      assert.ok(reason.startsWith(`\`${names[index] ?? ""}\`: `), reason),
    );
    assert.ok(reasons[1]?.endsWith(": it is no saved snapshot, stack export or Kubernetes object"));
  });

  it("of what is deployed makes its outputs known to the program", async () => {
    const script = `
      const aws = require("@pulumi/aws");
      const k8s = require("@pulumi/kubernetes");
      const role = new aws.iam.Role("deployer", { assumeRolePolicy: "{}" });
      new k8s.core.v1.ServiceAccount("triage", { metadata: { name: "triage", namespace: "acme", annotations: { arn: role.arn } } });
    `;
    const path = folder.program(script, { "export.json": stackExport, "broken.json": "[]" });
    const state = join(path, "export.json");
    const outcome = await checkPath(path, { ...options, state });
    assert.ok(outcome.kind === "judged");
    const account = outcome.snapshot?.resources.find((one) => one.type.endsWith(":ServiceAccount"));
    assert.deepEqual(
      (account?.inputs["metadata"] as { readonly annotations?: unknown }).annotations,
      {
        arn: "arn:aws:iam::111122223333:role/deployer",
      },
    );
    const broken = await checkPath(path, { ...options, state: join(path, "broken.json") });
    assert.ok(broken.kind === "could not run");
    assert.match(broken.reason, /broken\.json`: the stack export /);
  });

  it("goes to one file, so from one program", async () => {
    await assert.rejects(
      check(["a", "b"], { saveSnapshot: "x.json" }),
      new CouldNotRun("`--save-snapshot` names one file, so it takes one program at a time"),
    );
  });
});
