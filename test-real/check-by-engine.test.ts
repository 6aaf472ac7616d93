import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../policy-pack/views/report";
import { runCommand, type CommandResult } from "./support/command";
import { builtCheckout } from "./support/installation";
import { newProject, type Project } from "./support/project";
import { temporaryFolder } from "./support/temporary";

/** Two pods of one Secret; with two, each has its own. */
const pods = (secrets: 1 | 2): string => `
  import * as k8s from "@pulumi/kubernetes";
  for (const [index, name] of ["triage", "billing"].entries()) {
    new k8s.core.v1.Pod(name, {
      metadata: { name, namespace: "acme" },
      spec: {
        automountServiceAccountToken: false,
        serviceAccountName: name,
        containers: [{
          name,
          image: "registry.example/agent",
          env: [{ name: "CRM_KEY", valueFrom: { secretKeyRef: { name: "crm-" + (index % ${secrets}), key: "key" } } }],
        }],
      },
    });
  }
`;

describe("agentid check --engine pulumi", () => {
  it("finds what the pack finds in a preview, and answers 1", async () => {
    const project = await newProject({ "index.ts": pods(1) });
    const [byPack, byCheck] = reportFiles();
    await project.preview({ policyPack: builtCheckout.pack, env: { AGENTID_REPORT: byPack } });
    const run = await check(project, `json=${byCheck}`);
    assert.equal(run.exitCode, 1, run.stdout + run.stderr);
    assert.deepEqual(read(byCheck), read(byPack));
    const rules = read(byCheck).judgement.findings.map(({ rule }) => rule);
    assert.ok(rules.includes("no-shared-secret"), rules.join(" "));
  });

  it("judges by the settings beside the program, and answers 0", async () => {
    const project = await newProject({
      "index.ts": pods(1),
      "agentid.yaml": "levels:\n  no-shared-secret: disabled\n",
    });
    const run = await check(project, "text");
    assert.equal(run.exitCode, 0, run.stdout + run.stderr);
    assert.match(run.stdout, /demo\/dev: passed/);
  });

  it("reports the output of the CLI for a program that fails, and exits with 2", async () => {
    const project = await newProject({ "index.ts": 'throw new Error("no region is set");\n' });
    const run = await check(project, "text");
    assert.equal(run.exitCode, 2, run.stdout + run.stderr);
    assert.equal(run.stdout, "");
    assert.match(run.stderr, /^agentid: `pulumi preview` ended with exit code \d+: .*\n$/);
  });
});

function check(project: Project, report: string): Promise<CommandResult> {
  const args = ["check", project.directory, "--engine", "pulumi", "--stack", "dev"];
  return runCommand(process.execPath, [builtCheckout.command, ...args, "--report", report], {
    cwd: project.directory,
    env: project.environment,
  });
}

function reportFiles(): readonly [string, string] {
  const folder = temporaryFolder();
  return [join(folder, "by-pack.json"), join(folder, "by-check.json")];
}

function read(file: string): Report {
  return JSON.parse(readFileSync(file, "utf8")) as Report;
}
