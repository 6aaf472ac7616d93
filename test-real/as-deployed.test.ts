import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "../core/finding";
import type { Report } from "../core/report";
import { runCommand } from "./support/command";
import { configurationOf } from "./support/configuration";
import { builtCheckout } from "./support/installation";
import { mustUp, onCluster } from "./support/on-cluster";
import { copyProject, type Project } from "./support/project";
import { startApiServer, type ApiServer } from "./support/servers/api-server";
import { temporaryFolder } from "./support/temporary";

/** Programs that between them refer to roles, gateways, providers, associations, secrets and clusters by output. */
const programs = [
  "examples/agentcore-gateway",
  "examples/mixed-federations",
  "examples/shared-credentials",
  "examples/support-desk-yaml",
  "test/programs/basic",
];

/** What a first preview cannot see, or a state does not keep, by the rule that says it. */
const meant: readonly { readonly rule: string; readonly program: string; readonly why: string }[] =
  [];

describe("a program that is deployed", () => {
  let cluster: ApiServer;

  before(async () => {
    cluster = await startApiServer("https://issuer.example");
  });

  after(() => cluster.stop());

  for (const path of programs) {
    it(`is judged as in its first preview: ${path}`, async () => {
      const project = await copyProject(path);
      await project.configure(configurationOf(path));
      const [, name = ""] =
        /^name: *(\S+)/m.exec(readFileSync(join(project.directory, "Pulumi.yaml"), "utf8")) ?? [];
      project.write(onCluster(name));
      const env = { KUBECONFIG: cluster.kubeconfig };
      const first = await previewed(project, env);
      await mustUp(project, cluster);
      const views = { preview: await previewed(project, env), state: await byState(project, env) };
      const differences = Object.entries(views).flatMap(([view, report]) =>
        between(first, report)
          .filter(({ rule }) => !meant.some((one) => one.rule === rule && one.program === path))
          .map(({ is, rule, message }) => `${view}: ${is} ${rule}: ${message}`),
      );
      assert.deepEqual(differences, []);
      // What nothing is left open of is proven.
      if (first.verdict === "holds") {
        assert.deepEqual([views.preview.verdict, views.state.verdict], ["holds", "holds"]);
      }
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

async function byState(project: Project, env: Readonly<Record<string, string>>): Promise<Report> {
  const [state, file] = ["state.json", "report.json"].map((name) => join(temporaryFolder(), name));
  assert.ok(state !== undefined && file !== undefined);
  writeFileSync(state, await project.stackExportText());
  const args = ["check", project.directory, "--stack", "dev", "--state", state];
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

/** Violations that one look at a stack has and the other has not, by any spelling. */
function between(
  first: Report,
  later: Report,
): readonly { readonly is: string; readonly rule: string; readonly message: string }[] {
  const lost = violations(first).filter((one) => !violations(later).some((it) => same(one, it)));
  const come = violations(later).filter((one) => !violations(first).some((it) => same(one, it)));
  return [
    ...lost.map((finding) => ({ is: "lost", ...finding })),
    ...come.map((finding) => ({ is: "come", ...finding })),
  ];
}

function violations({ judgement }: Report): readonly Finding[] {
  return judgement.findings.filter(({ verdict }) => verdict === "violated");
}

function same(a: Finding, b: Finding): boolean {
  const spellings = [b.fingerprint, ...(b.aliases ?? [])];
  return [a.fingerprint, ...(a.aliases ?? [])].some((one) => spellings.includes(one));
}
