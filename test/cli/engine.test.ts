import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { checkPath, type Outcome } from "../../cli/check";
import { pathFrom } from "../../cli/source-paths";
import { check as checkCommand, type CheckFlags } from "../../cli/commands/check";
import { checkOptionsOf } from "../../cli/program-options";
import { CouldNotRun } from "../../cli/failure";
import { holdingReport, sampleReport } from "./report/sample-report";
import { Folder } from "./support/folder";
import { runInShell } from "./support/run-cli";

/** Replaces the Pulumi CLI: records its arguments, writes the pack's output, prints and ends as configured. */
const cli = `#!${process.execPath}
  const { readFileSync, writeFileSync } = require("node:fs");
  process.chdir(require("node:path").join(__dirname, ".."));
  const args = process.argv.slice(2);
  const option = (name) => args[args.indexOf(name) + 1];
  const { AGENTID_REPORT: report, PULUMI_SKIP_UPDATE_CHECK: quiet } = process.env;
  const configuration = JSON.parse(readFileSync(option("--policy-pack-config"), "utf8"));
  writeFileSync("asked.json", JSON.stringify({ pid: process.pid, args, report, quiet, configuration }));
  const { writes, prints = "", code = 0, hangs } = JSON.parse(readFileSync("plan.json", "utf8"));
  if (writes) writeFileSync(report, JSON.stringify(writes));
  process.stdout.write(prints);
  if (hangs) setInterval(() => {}, 1000);
  else process.exitCode = code;
`;

/** What the CLI is to do. */
interface Plan {
  readonly writes?: object;
  readonly prints?: string;
  readonly code?: number;
  readonly hangs?: true;
}

interface Requested {
  readonly pid: number;
  readonly args: readonly string[];
  readonly report: string;
  readonly quiet: string;
  readonly configuration: unknown;
}

describe("agentid check --engine pulumi", () => {
  const { PATH, TMPDIR } = process.env;
  let folder: Folder;
  let program: string;
  let temporary: string;
  beforeEach(() => {
    folder = new Folder();
    program = join(folder.path, "infra");
    temporary = join(folder.path, "tmp");
    mkdirSync(temporary);
    folder.write({
      "infra/Pulumi.yaml": "name: desk\nruntime: nodejs\n",
      "bin/pulumi": cli,
    });
    chmodSync(join(folder.path, "bin/pulumi"), 0o755);
    process.env["PATH"] = [join(folder.path, "bin"), PATH].join(delimiter);
    process.env["TMPDIR"] = temporary;
  });
  afterEach(() => {
    Object.assign(process.env, { PATH });
    if (TMPDIR === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = TMPDIR;
    folder.remove();
  });

  /** Judges the program where the CLI does as planned. */
  const check = (plan: Plan, flags: CheckFlags = {}): Promise<Outcome> => {
    folder.write({ "plan.json": JSON.stringify(plan) });
    return checkPath(
      program,
      checkOptionsOf({ engine: "pulumi", ...flags }, () => {}),
    );
  };
  const requested = (): Requested =>
    JSON.parse(readFileSync(join(folder.path, "asked.json"), "utf8")) as Requested;

  it("has the CLI preview the program with our pack, and takes what that wrote", async () => {
    const outcome = await check({ writes: holdingReport }, { stack: "prod" });
    assert.deepEqual(outcome, { kind: "judged", report: asJson(holdingReport) });
    const { args, report, quiet, configuration } = requested();
    assert.ok(report.startsWith(`${temporary}/agentid-`), report);
    assert.deepEqual(args, [
      ...["preview", "--non-interactive", "--color", "never", "--cwd", program],
      ...["--policy-pack", resolve("policy-pack")],
      ...["--policy-pack-config", report.replace("report.json", "pack.json")],
      ...["--stack", "prod"],
    ]);
    assert.equal(quiet, "true");
    assert.deepEqual(configuration, {
      agentid: { scope: "all", tenants: {}, maxToken: "1h", undetermined: "rule" },
    });
    assert.deepEqual(readdirSync(temporary), []);
  });

  it("judges by the settings beside the program, and leaves the stack to the CLI where none is named", async () => {
    folder.write({
      "infra/agentid.yaml": "maxSession: 30m\nlevels:\n  no-access-key: advisory\n",
    });
    const outcome = await check({ writes: holdingReport });
    assert.deepEqual(outcome.kind === "judged" && outcome.report.silenced, [
      {
        ...{ kind: "advisory", subject: "no-access-key" },
        by: pathFrom(join(program, "agentid.yaml"), ".", "."),
        source: {
          file: pathFrom(join(program, "agentid.yaml"), ".", "."),
          ...{ line: 3, column: 18 },
        },
      },
    ]);
    const { args, configuration } = requested();
    assert.ok(!args.includes("--stack"), args.join(" "));
    assert.deepEqual(configuration, {
      agentid: {
        ...{ scope: "all", tenants: {}, maxSession: "30m", maxToken: "1h", undetermined: "rule" },
      },
      "no-access-key": "advisory",
    });
  });

  it("reports the stacks that have files and are not judged, whatever the language", async () => {
    folder.write({
      "infra/Pulumi.yaml": "name: desk\nruntime: python\n",
      "infra/Pulumi.dev.yaml": "",
      "infra/Pulumi.prod.yaml": "",
    });
    const outcome = await check({ writes: holdingReport });
    assert.deepEqual(outcome.kind === "judged" && outcome.report.silenced, [
      { kind: "stacks", subject: "prod", count: 1, by: "--stack" },
    ]);
  });

  it("takes a finding for the reason why the preview failed", async () => {
    assert.deepEqual(await check({ writes: sampleReport, code: 255 }), {
      kind: "judged",
      report: asJson(sampleReport),
    });
  });

  const broken = [
    [
      "whose program fails, and tells what the CLI said first",
      {
        prints: "Diagnostics:\n    error: no region is set\n    error: preview failed\n",
        code: 255,
      },
      "`pulumi preview` ended with exit code 255: no region is set",
    ],
    [
      "that another pack refuses, though ours holds",
      { writes: holdingReport, prints: "error: preview failed\n", code: 255 },
      "`pulumi preview` ended with exit code 255: run again with --verbose to see what it printed",
    ],
    [
      "that broke off after findings",
      { writes: { ...sampleReport, unfinished: true }, prints: "error: broken pipe\n", code: 1 },
      "`pulumi preview` ended with exit code 1: broken pipe",
    ],
    [
      "whose pack wrote nothing",
      {},
      "`pulumi preview` ended well, yet the policy pack wrote no whole report; run again with --verbose",
    ],
  ] as const;
  for (const [what, plan, reason] of broken) {
    it(`has no verdict on a preview ${what}`, async () => {
      const { prints = "" } = plan as Plan;
      assert.deepEqual(await check(plan), {
        kind: "could not run",
        reason,
        details: prints.trimEnd(),
      });
      assert.deepEqual(readdirSync(temporary), []);
    });
  }

  it("reports how to run without the CLI", async () => {
    process.env["PATH"] = temporary;
    assert.deepEqual(await check({}), {
      kind: "could not run",
      reason:
        "there is no `pulumi` on the PATH; install the Pulumi CLI, or leave out `--engine pulumi` for a preview that needs none",
    });
  });

  it("ends the CLI after its timeout", async () => {
    assert.deepEqual(await check({ hangs: true }, { timeout: "15s" }), {
      kind: "could not run",
      reason:
        "`pulumi preview` was ended after 15s: run again with --verbose to see what it printed",
      details: "",
    });
    await ends(requested().pid);
  });

  it("ends the CLI and leaves nothing behind when it is stopped", async () => {
    folder.write({ "plan.json": JSON.stringify({ hangs: true }) });
    const script = `PATH="$PWD/bin:$PATH" TMPDIR="$PWD/tmp" "$@" & agentid=$!
      until [ -s asked.json ]; do sleep 0.1; done; kill $agentid; wait $agentid`;
    const args = ["check", "infra", "--engine", "pulumi"];
    assert.deepEqual(runInShell(script, args, folder.path), {
      code: 2,
      out: "",
      err: "agentid: stopped by SIGTERM, so there is no verdict\n",
    });
    assert.deepEqual(readdirSync(temporary), []);
    await ends(requested().pid);
  });

  it("takes programs alone, and keeps no snapshot", async () => {
    folder.write({ "k8s/pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: { name: a }\n" });
    const manifests = join(folder.path, "k8s");
    assert.deepEqual(
      await checkPath(
        manifests,
        checkOptionsOf({ engine: "pulumi" }, () => {}),
      ),
      {
        kind: "could not run",
        reason: `\`${manifests}\` has no Pulumi program, and the engine previews nothing else; leave out \`--engine pulumi\``,
      },
    );
    const saveSnapshot = join(folder.path, "s.json");
    await assert.rejects(
      checkCommand([program], { engine: "pulumi", saveSnapshot }),
      new CouldNotRun(
        "`--save-snapshot` is not for `--engine pulumi`: the policy pack judges and keeps nothing",
      ),
    );
    assert.ok(!existsSync(saveSnapshot));
  });
});

function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

async function ends(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await setTimeout(50);
  }
}
