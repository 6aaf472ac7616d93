import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fingerprintsOf, type Finding } from "../policy-pack/findings/finding";
import type { Report } from "../policy-pack/views/report";
import { runCommand } from "./support/command";
import { configurationOf } from "./support/configuration";
import { builtCheckout } from "./support/installation";
import { mustUp, onCluster } from "./support/on-cluster";
import { copyProject, type Project } from "./support/project";
import { startApiServer, type ApiServer } from "./support/servers/api-server";
import { define, spireKinds } from "./support/servers/definitions";
import { temporaryFolder } from "./support/temporary";

/** Programs that between them refer to roles, gateways, providers, associations, secrets and clusters by output. */
const programs = [
  "examples/agentcore-gateway",
  "examples/fleet",
  "examples/mixed-federations",
  "examples/shared-credentials",
  "examples/support-desk-yaml",
  "test/programs/basic",
];

describe("a program that is deployed", () => {
  let cluster: ApiServer;

  beforeEach(async () => {
    cluster = await startApiServer("https://issuer.example");
    await define(cluster, spireKinds);
  });

  afterEach(() => cluster.stop());

  for (const path of programs) {
    it(`is judged as in its first preview: ${path}`, async () => {
      const project = await copyProject(path);
      await project.configure(configurationOf(path));
      const [, name = ""] =
        /^name: *(\S+)/m.exec(readFileSync(join(project.directory, "Pulumi.yaml"), "utf8")) ?? [];
      project.write(onCluster(name));
      const env = { KUBECONFIG: cluster.kubeconfig };
      const first = { engine: await previewed(project, env), offline: await checked(project, env) };
      await mustUp(project, cluster);
      const state = join(temporaryFolder(), "state.json");
      writeFileSync(state, await project.stackExportText());
      const later = {
        engine: await previewed(project, env),
        offline: await checked(project, env, "--state", state),
      };
      assert.deepEqual(
        [between(first.engine, later.engine), between(first.offline, later.offline)],
        [[], []],
      );
      if (first.engine.verdict !== "passed") return;
      assert.deepEqual([later.engine.verdict, later.offline.verdict], ["passed", "passed"]);
    });
  }
});

async function previewed(project: Project, env: Readonly<Record<string, string>>): Promise<Report> {
  const file = join(temporaryFolder(), "report.json");
  const { stdout, stderr } = await project.preview({
    policyPack: builtCheckout.pack,
    env: { ...env, AGENTID_REPORT: file },
  });
  assert.ok(existsSync(file), stdout + stderr);
  return readReport(file);
}

async function checked(
  project: Project,
  env: Readonly<Record<string, string>>,
  ...more: readonly string[]
): Promise<Report> {
  const file = join(temporaryFolder(), "report.json");
  const args = ["check", project.directory, "--stack", "dev", ...more];
  const { stdout, stderr } = await runCommand(
    process.execPath,
    [builtCheckout.command, ...args, "--report", `json=${file}`],
    { cwd: project.directory, env: { ...process.env, ...env } },
  );
  assert.ok(existsSync(file), stdout + stderr);
  return readReport(file);
}

function readReport(file: string): Report {
  return JSON.parse(readFileSync(file, "utf8")) as Report;
}

/**
 * Violations of only one of two runs on a stack, by any spelling. Those that the first left open may come, since a first
 * preview has nothing of a document with an unknown part.
 */
function between(first: Report, later: Report): readonly string[] {
  const [before, after] = [violations(first), violations(later)];
  const open = first.judgement.findings.filter(({ verdict }) => verdict === "undetermined");
  const lost = before.filter((one) => !after.some((it) => same(one, it)));
  const come = after.filter(
    (one) =>
      ![...before, ...open].some((it) => same(one, it)) && !open.some((it) => leftOpen(it, one)),
  );
  return [
    ...lost.map(({ rule, message }) => `lost ${rule}: ${message}`),
    ...come.map(({ rule, message }) => `come ${rule}: ${message}`),
  ];
}

/** Whether an undetermined finding names the property at which something is violated later. */
function leftOpen({ at, open = [] }: Finding, later: Finding): boolean {
  return [at, ...open].some(
    ({ urn, property }) => urn === later.at.urn && property === later.at.property,
  );
}

function violations({ judgement }: Report): readonly Finding[] {
  return judgement.findings.filter(({ verdict }) => verdict === "violated");
}

function same(a: Finding, b: Finding): boolean {
  const others = fingerprintsOf(b);
  return fingerprintsOf(a).some((one) => others.includes(one));
}
