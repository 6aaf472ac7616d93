import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Finding } from "../policy-pack/findings/finding";
import type { Report } from "../policy-pack/views/report";
import { checkout } from "./support/checkout";
import { runCommand } from "./support/command";
import { configurationOf } from "./support/configuration";
import { allowed, differencesBetween, textOf, type Difference } from "./support/differences";
import { builtCheckout, installedTarball, type Installation } from "./support/installation";
import { copyProject } from "./support/project";
import { temporaryFolder } from "./support/temporary";

const examples = programsIn("examples");
const programs = [
  ...examples,
  ...programsIn("test/programs"),
  "test-real/programs/differences",
  "test-real/programs/yaml",
];

/** The answers of the stand-in for AWS, as a user would record them. */
const RECORDED = `
functions:
  - token: aws:index/getCallerIdentity:getCallerIdentity
    result: { accountId: "111122223333", arn: "arn:aws:iam::111122223333:user/x", id: "111122223333", userId: x }
`;

/**
 * Examples are judged offline by the package as users have it, packed and installed into an empty folder: a test here checks
 * that it equals the checkout, file for file. The tests of `examples/` check the checkout's results.
 */
async function judgedByUser(path: string): Promise<Report> {
  if (!examples.includes(path)) return judgedOffline(path, builtCheckout);
  const installation = await installedTarball();
  return judgedOffline(path, installation, installation.modules);
}

describe("the offline preview and the real one", () => {
  const byEngine = judgedOnce((path) => judgedByEngine(path, builtCheckout));
  const offline = judgedOnce(judgedByUser);

  for (const path of programs) {
    const judge = examples.includes(path) ? "the installed package" : "the checkout";
    it(`agree on ${path}, judged offline by ${judge}`, async () => {
      assertAgreement(await byEngine(path), await offline(path));
    });
  }

  it("are of one package: what is installed is what the checkout has built, file for file", async () => {
    const { modules } = await installedTarball();
    for (const [folder, fewest] of [
      ["dist", 100],
      ["policy-pack/dist", 1],
    ] as const) {
      const [installed, built] = [join(modules, "pulumi-agentid"), checkout].map((root) =>
        filesIn(join(root, folder)),
      );
      assert.ok(built !== undefined && built.length >= fewest);
      assert.deepEqual(installed, built);
    }
  });

  for (const path of ["examples/support-desk", "examples/shared-credentials"]) {
    it(`find in ${path}, by the packed package in the engine, what the checkout finds`, async () => {
      const installation = await installedTarball();
      const judged = await judgedByEngine(path, installation, installation.modules);
      assert.deepEqual(
        facts(judged.judgement.findings),
        facts((await byEngine(path)).judgement.findings),
      );
    });
  }

  it("are compared on every example that is a program", () => {
    const folders = readdirSync(join(checkout, "examples"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `examples/${name}`);
    const others = folders.filter((path) => !examples.includes(path));
    // One has manifests, the other runs a broker.
    assert.deepEqual(others, ["examples/plain-kubernetes", "examples/task-broker"]);
  });

  it("may differ in nothing that no program needs", async () => {
    const found: Difference[] = [];
    for (const path of programs) {
      found.push(...differencesIn(await byEngine(path), await offline(path)));
    }
    const needless = allowed.filter(({ allows }) => !found.some(allows));
    assert.deepEqual(
      needless.map(({ name }) => name),
      [],
    );
  });

  it("are equal once what is deployed is known: test/programs/basic with --state", async () => {
    const project = await copyProject("test/programs/basic");
    await project.configure(configurationOf("test/programs/basic"));
    const update = await project.up();
    assert.equal(update.exitCode, 0, update.stdout + update.stderr);
    const files = temporaryFolder();
    const [state, real, offline] = ["state.json", "real.json", "offline.json"].map((name) =>
      join(files, name),
    ) as [string, string, string];
    writeFileSync(state, await project.stackExportText());
    await project.preview({ policyPack: builtCheckout.pack, env: { AGENTID_REPORT: real } });
    project.write({ "agentid.yaml": RECORDED });
    const check = ["check", project.directory, "--stack", "dev", "--state", state];
    const judged = await runCommand(
      process.execPath,
      [builtCheckout.command, ...check, "--report", `json=${offline}`],
      { cwd: project.directory, env: process.env },
    );
    assert.ok(existsSync(offline), judged.stdout + judged.stderr);
    const known = new Set(facts(readReport(real).judgement.findings));
    const found = readReport(offline).judgement.findings;
    const more = found.filter(
      (finding) => !known.has(fact(finding)) && isAllowed({ who: "only offline", finding }),
    );
    assert.deepEqual(facts(found.filter((finding) => !more.includes(finding))), [...known]);
    assert.ok(known.size > 0, "there is something to agree on");
  });

  it("both pass the support desk", async () => {
    const path = "examples/support-desk";
    assert.equal((await byEngine(path)).verdict, "passed");
    assert.equal((await offline(path)).verdict, "passed");
  });

  it("both block the desk with shared credentials", async () => {
    const path = "examples/shared-credentials";
    assert.equal((await byEngine(path)).verdict, "violated");
    assert.equal((await offline(path)).verdict, "violated");
  });
});

function assertAgreement(real: Report, offline: Report): void {
  const refused = differencesIn(real, offline).filter((difference) => !isAllowed(difference));
  assert.deepEqual(refused.map(textOf), []);
}

function differencesIn(real: Report, offline: Report): readonly Difference[] {
  return differencesBetween(real.judgement.findings, offline.judgement.findings);
}

function isAllowed(difference: Difference): boolean {
  return allowed.some(({ allows }) => allows(difference));
}

/** Judges a program at the first call, and returns the same after. */
function judgedOnce(judge: (path: string) => Promise<Report>): (path: string) => Promise<Report> {
  const reports = new Map<string, Promise<Report>>();
  return (path) => {
    const report = reports.get(path) ?? judge(path);
    reports.set(path, report);
    return report;
  };
}

/** Every file of a folder, and a digest of what it has. */
function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => {
      const file = join(parentPath, name);
      const digest = createHash("sha256").update(readFileSync(file)).digest("hex");
      return `${relative(folder, file)} ${digest}`;
    })
    .sort();
}

function programsIn(folder: string): readonly string[] {
  return readdirSync(join(checkout, folder))
    .map((name) => `${folder}/${name}`)
    .filter((path) => existsSync(join(checkout, path, "Pulumi.yaml")));
}

async function judgedByEngine(
  path: string,
  installation: Installation,
  modules?: string,
): Promise<Report> {
  const project = await copyProject(path, modules);
  await project.configure(configurationOf(path));
  const file = join(temporaryFolder(), "report.json");
  const result = await project.preview({
    policyPack: installation.pack,
    env: { AGENTID_REPORT: file },
  });
  assert.ok(existsSync(file), result.stdout + result.stderr);
  const report = readReport(file);
  // What is not proven blocks in the preview or, where the update will decide, in the update.
  if (report.verdict !== "not proven") {
    assert.equal(result.exitCode === 0, report.verdict === "passed", result.stdout + result.stderr);
  }
  return report;
}

async function judgedOffline(
  path: string,
  installation: Installation,
  modules?: string,
): Promise<Report> {
  const { directory } = await copyProject(path, modules);
  const file = join(temporaryFolder(), "report.json");
  const settings = Object.entries(configurationOf(path)).flatMap(([key, { value }]) => [
    "--config",
    `${key}=${value}`,
  ]);
  const result = await runCommand(
    process.execPath,
    [
      installation.command,
      ...["check", directory, "--stack", "dev", "--report", `json=${file}`],
      ...settings,
    ],
    { cwd: directory, env: process.env },
  );
  assert.ok(existsSync(file), result.stdout + result.stderr);
  return readReport(file);
}

function readReport(file: string): Report {
  return JSON.parse(readFileSync(file, "utf8")) as Report;
}

function facts(findings: readonly Finding[]): readonly string[] {
  return findings.map(fact);
}

function fact({ rule, verdict, fingerprint }: Finding): string {
  return `${rule} ${verdict} ${fingerprint}`;
}
