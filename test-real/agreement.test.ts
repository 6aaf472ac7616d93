import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "../core/finding";
import type { Report } from "../core/report";
import { checkout } from "./support/checkout";
import { runCommand } from "./support/command";
import { builtCheckout } from "./support/installation";
import { copyProject } from "./support/project";
import { temporaryFolder } from "./support/temporary";

const programs = ["examples", "test/programs"].flatMap((folder) =>
  readdirSync(join(checkout, folder))
    .map((name) => `${folder}/${name}`)
    .filter((path) => existsSync(join(checkout, path, "Pulumi.yaml"))),
);

/** Configuration that is not kept beside a program. */
const CONFIGURATION: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "test/programs/config": { tenant: "acme", token: "a-made-up-token", limits: '{"seconds":3600}' },
};

describe("the offline preview and the real one", () => {
  for (const path of programs) {
    it(`agree on ${path}`, async () => {
      const real = await judgedByEngine(path);
      const offline = await judgedOffline(path);
      assert.deepEqual(disagreements(real.judgement.findings, offline.judgement.findings), []);
    });
  }
});

async function judgedByEngine(path: string): Promise<Report> {
  const project = await copyProject(path);
  for (const [key, value] of Object.entries(CONFIGURATION[path] ?? {})) {
    await project.setConfig(key, value, { secret: key === "token" });
  }
  const file = join(temporaryFolder(), "report.json");
  const result = await project.preview({
    policyPack: builtCheckout.pack,
    env: { AGENTID_REPORT: file },
  });
  assert.ok(existsSync(file), result.stdout + result.stderr);
  const report = readReport(file);
  assert.equal(result.exitCode === 0, report.verdict === "holds", result.stdout + result.stderr);
  return report;
}

async function judgedOffline(path: string): Promise<Report> {
  const file = join(temporaryFolder(), "report.json");
  const config = Object.entries(CONFIGURATION[path] ?? {}).flatMap(([key, value]) => [
    "--config",
    `${key}=${value}`,
  ]);
  const result = await runCommand(
    process.execPath,
    [
      join(checkout, "dist/cli/main.js"),
      ...["check", join(checkout, path), "--stack", "dev", "--report", `json=${file}`],
      ...config,
    ],
    { cwd: checkout, env: process.env },
  );
  assert.ok(existsSync(file), result.stdout + result.stderr);
  return readReport(file);
}

function readReport(file: string): Report {
  return JSON.parse(readFileSync(file, "utf8")) as Report;
}

/**
 * What one of the two says and the other contradicts.
 *
 * The offline preview may leave undetermined what the engine's provider completes; it never says the opposite. Only a
 * value that stands in clear in a Secret's manifest is seen offline alone: the engine shows it as it shows secrets.
 */
function disagreements(real: readonly Finding[], offline: readonly Finding[]): readonly string[] {
  const realOnes = new Map(real.map((finding) => [finding.fingerprint, finding]));
  const offlineOnes = new Map(offline.map((finding) => [finding.fingerprint, finding]));
  const undetermined = new Set(
    offline.flatMap(({ verdict, rule }) => (verdict === "undetermined" ? [rule] : [])),
  );
  return [
    ...real
      .filter(({ verdict, fingerprint, rule }) =>
        verdict === "violated"
          ? !offlineOnes.has(fingerprint) && !undetermined.has(rule)
          : offlineOnes.get(fingerprint)?.verdict === "violated",
      )
      .map((finding) => `only the engine: ${finding.verdict} ${finding.rule}: ${finding.message}`),
    ...offline
      .filter(({ verdict, fingerprint }) => verdict === "violated" && !realOnes.has(fingerprint))
      .filter((finding) => !isClearInSecret(finding))
      .map((finding) => `only offline: ${finding.verdict} ${finding.rule}: ${finding.message}`),
  ];
}

function isClearInSecret({ rule, at }: Finding): boolean {
  return rule === "no-literal-secret" && at.urn.includes("kubernetes:core/v1:Secret::");
}
