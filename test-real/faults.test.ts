import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { runCommand, type CommandResult } from "./support/command";
import { gatedProgram, halfWay } from "./support/gate";
import { builtCheckout } from "./support/installation";
import { startedBy } from "./support/processes";
import type { Files } from "./support/files";
import { newProject, type RunOptions, type RunResult } from "./support/project";
import { startApiServer } from "./support/servers/api-server";
import { temporaryFolder } from "./support/temporary";

/** Two functions on one role, and when it is let go a third on another. */
const program: Files = gatedProgram(
  `import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
const functionOn = (name: string, role: string, ...dependsOn: pulumi.Resource[]) =>
  new aws.lambda.Function(name, {
    role: "arn:aws:iam::111122223333:role/" + role, runtime: "nodejs20.x", handler: "index.handler",
    code: new pulumi.asset.AssetArchive({
      "index.js": new pulumi.asset.StringAsset("exports.handler = async () => 0;"),
    }),
  }, { dependsOn });
const last = functionOn("second", "desk", functionOn("first", "desk"));`,
  'functionOn("late", "late");',
);

/** A namespace, and when it is let go an account in it. */
const onNamespace: Files = gatedProgram(
  `import * as k8s from "@pulumi/kubernetes";
const last = new k8s.core.v1.Namespace("acme", { metadata: { name: "acme" } });`,
  'new k8s.core.v1.ServiceAccount("late", { metadata: { name: "late", namespace: "acme" } });',
);

const policyPack = builtCheckout.pack;

/** What the two functions share is reported before the gate, and does not block. */
const policyPackConfig = { "no-shared-identity": "advisory" };

/** What an earlier run left: its verdict must not outlive a run that breaks off. */
const anOldReport = JSON.stringify(
  { formatVersion: 1, tool: { name: "agentid" }, verdict: "passed" },
  null,
  2,
);

describe("a run of the real engine in which something breaks off", () => {
  let report: string;
  let options: RunOptions;

  beforeEach(() => {
    report = join(temporaryFolder(), "report.json");
    writeFileSync(report, anOldReport);
    options = { policyPack, policyPackConfig, env: { AGENTID_REPORT: report } };
  });

  for (const run of ["preview", "up"] as const) {
    it(`fails pulumi ${run} when the policy pack is killed, and its report proves nothing`, async () => {
      const project = await newProject(program);
      const { pid, goOn } = await halfWay(project, run, options);
      process.kill(startedBy(pid, "run-policy-pack"), "SIGKILL");
      const result = await goOn();
      failed(result, /policy|analyz/i);
      assert.ok(!result.created.some((urn) => urn.endsWith("::late")), stated(result));
      await provesNothing();
    });

    it(`fails pulumi ${run} when a provider's plugin dies, and its report proves nothing`, async () => {
      const project = await newProject(program);
      const { pid, goOn } = await halfWay(project, run, options);
      process.kill(startedBy(pid, "pulumi-resource-aws"), "SIGKILL");
      const result = await goOn();
      failed(result, /late/);
      await provesNothing();
    });
  }

  it("blocks when there is no room for the report, and leaves no half of it", async () => {
    const project = await newProject(program);
    const { pid, goOn } = await halfWay(project, "preview", options);
    const pack = startedBy(pid, "run-policy-pack");
    // No file may have more bytes: the next report breaks off in the middle, as on a disk that fills.
    execFileSync("prlimit", ["--pid", String(pack), "--fsize=100"]);
    const result = await goOn();
    failed(
      result,
      /\[mandatory\][^]*agentid could not write its report: AGENTID_REPORT names `[^`]+`, which cannot be written: it would be larger than a file may be here/,
    );
    await provesNothing();
  });

  it("removes an old report also when the program fails before it declares anything", async () => {
    const project = await newProject({ "index.ts": 'throw new Error("no such tenant");' });
    const result = await project.preview(options);
    failed(result, /no such tenant/);
    assert.equal(existsSync(report), false);
  });

  it("blocks the second of two previews that write one report; the first one's stays whole", async () => {
    const [slow, quick] = [await newProject(program), await newProject({ "index.ts": "" })];
    const { goOn } = await halfWay(slow, "preview", options);
    const passed = await quick.preview(options);
    assert.equal(passed.exitCode, 0, stated(passed));
    const whole = readFileSync(report, "utf8");
    failed(
      await goOn(),
      /which cannot be written: another run writes it too; give each run a file/,
    );
    assert.equal(readFileSync(report, "utf8"), whole);
    assert.deepEqual(readdirSync(dirname(report)), ["report.json"]);
  });

  for (const run of ["preview", "up"] as const) {
    it(`fails pulumi ${run} when the API server is gone, and its report proves nothing`, async () => {
      const cluster = await startApiServer("https://issuer.example");
      const project = await newProject(onNamespace);
      const env = { ...options.env, KUBECONFIG: cluster.kubeconfig };
      const { goOn } = await halfWay(project, run, { ...options, env });
      await cluster.kill();
      failed(await goOn(), /late/);
      assert.equal(existsSync(report), false);
    });
  }

  /** That the rest is whole, names the reported finding, and is no proof. */
  async function provesNothing(): Promise<void> {
    assert.deepEqual(readdirSync(dirname(report)), ["report.json"]);
    const written = JSON.parse(readFileSync(report, "utf8")) as {
      readonly verdict: string;
      readonly unfinished?: boolean;
      readonly judgement: { readonly findings: readonly { readonly rule: string }[] };
    };
    assert.deepEqual([written.verdict, written.unfinished], ["not proven", true]);
    assert.ok(written.judgement.findings.some(({ rule }) => rule === "no-shared-identity"));
    const shown = await agentid("report", report);
    assert.equal(shown.exitCode, 0, shown.stderr);
    assert.match(
      shown.stdout,
      /^demo\/dev: NOT PROVEN: the run did not end, so what came later was not judged; /m,
    );
  }
});

function agentid(...args: readonly string[]): Promise<CommandResult> {
  return runCommand(process.execPath, [builtCheckout.command, ...args], {
    cwd: temporaryFolder(),
    env: process.env,
  });
}

function failed(result: RunResult, expected: RegExp): void {
  assert.notEqual(result.exitCode, 0, stated(result));
  assert.match(stated(result), expected);
}

function stated(result: RunResult): string {
  return result.stdout + result.stderr;
}
