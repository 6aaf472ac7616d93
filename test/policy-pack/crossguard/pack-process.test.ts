import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { EnforcementLevel } from "@pulumi/pulumi/proto/analyzer_pb";
import type { Report } from "../../../policy-pack/views/report";
import { rules } from "../../../policy-pack/rules/index";
import { levelOf } from "../../../policy-pack/findings/define-rule";
import { PackProcess, type SentConfiguration } from "./support/pack-process";
import type { Given, Stated } from "./support/wire";
import manifest from "../../../package.json";
import packManifest from "../../../policy-pack/package.json";

const things: readonly Given[] = [
  { name: "a", inputs: { key: "k" } },
  { name: "b", inputs: { key: "k" } },
  { name: "c" },
];

function brief(stated: readonly Stated[]): readonly string[] {
  return stated.map(
    ({ policy, level, urn }) => `${policy} ${level} ${urn.split("::").at(-1) ?? ""}`,
  );
}

describe("the pack in a process of its own", () => {
  let pack: PackProcess | undefined;
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "agentid-report-"));
  });

  afterEach(() => {
    pack?.stop();
    pack = undefined;
    rmSync(folder, { recursive: true });
  });

  /** The reports of a whole run under a configuration: on the resources, then at the end. */
  async function run(configuration: SentConfiguration): Promise<readonly string[]> {
    pack = await PackProcess.start("keys");
    await pack.configure(configuration);
    const stated: Stated[] = [];
    for (const given of things) stated.push(...(await pack.analyze(given)));
    stated.push(...(await pack.analyzeStack(things)));
    return brief(stated);
  }

  const own = { level: "mandatory" } as const;

  for (const { what, configuration, stated } of [
    {
      what: "each rule's own levels",
      configuration: { agentid: own, "no-twin-keys": own, "require-key": own },
      stated: ["no-twin-keys mandatory b", "no-twin-keys mandatory c", "require-key mandatory c"],
    },
    {
      what: "one rule made advisory, one disabled",
      configuration: {
        agentid: own,
        "no-twin-keys": { level: "advisory" },
        "require-key": { level: "disabled" },
      },
      stated: ["no-twin-keys advisory b", "no-twin-keys advisory c"],
    },
    {
      what: "all disabled",
      configuration: {
        agentid: { level: "disabled" },
        "no-twin-keys": { level: "disabled" },
        "require-key": { level: "disabled" },
      },
      stated: [],
    },
    {
      what: "one to be remediated, which is refused where nothing is changed",
      configuration: { agentid: own, "no-twin-keys": { level: "remediate" } },
      stated: ["no-twin-keys mandatory b", "no-twin-keys mandatory c", "require-key mandatory c"],
    },
    {
      what: "all made advisory",
      configuration: {
        agentid: { level: "advisory" },
        "no-twin-keys": { level: "advisory" },
        "require-key": { level: "advisory" },
      },
      stated: ["no-twin-keys advisory b", "no-twin-keys advisory c", "require-key advisory c"],
    },
    {
      what: "what cannot be told made advisory",
      configuration: {
        agentid: { level: "mandatory", properties: { undetermined: "advisory" } },
        "no-twin-keys": own,
        "require-key": own,
      },
      stated: ["no-twin-keys mandatory b", "no-twin-keys advisory c", "require-key mandatory c"],
    },
  ] satisfies {
    what: string;
    configuration: SentConfiguration;
    stated: readonly string[];
  }[]) {
    it(`goes by the engine's configuration: ${what}`, async () => {
      assert.deepEqual(await run(configuration), stated);
    });
  }

  it("blocks on a configuration that cannot be used, though all is configured advisory", async () => {
    pack = await PackProcess.start("keys");
    await pack.configure({
      agentid: { level: "advisory", properties: { baseline: "missing.txt" } },
      "no-twin-keys": { level: "advisory" },
    });
    const [stated] = await pack.analyze(things[0]!);
    assert.deepEqual([stated?.policy, stated?.level], ["agentid", "mandatory"]);
    assert.match(stated!.message, /`baseline` names `missing\.txt`, which cannot be read/u);
  });

  it("writes the levels that are configured into its report", async () => {
    const report = join(folder, "report.json");
    pack = await PackProcess.start("keys", { AGENTID_REPORT: report });
    await pack.configure({
      agentid: own,
      "no-twin-keys": { level: "advisory" },
      "require-key": own,
    });
    for (const given of things.slice(0, 2)) await pack.analyze(given);
    await pack.analyzeStack(things.slice(0, 2));
    const { verdict, judgement } = JSON.parse(readFileSync(report, "utf8")) as Report;
    assert.equal(verdict, "passed");
    assert.deepEqual(
      judgement.findings.map(({ rule, level }) => ({ rule, level })),
      [{ rule: "no-twin-keys", level: "advisory" }],
    );
  });

  it("writes the rules that are disabled or made advisory into its report", async () => {
    const report = join(folder, "report.json");
    pack = await PackProcess.start("keys", { AGENTID_REPORT: report });
    await pack.configure({
      agentid: own,
      "no-twin-keys": { level: "advisory" },
      "require-key": { level: "disabled" },
    });
    await pack.analyzeStack(things);
    const { silenced } = JSON.parse(readFileSync(report, "utf8")) as Report;
    assert.deepEqual(
      silenced?.map(({ kind, subject }) => `${kind} ${subject}`),
      ["advisory no-twin-keys", "disabled require-key"],
    );
  });

  it("has a name, and the version of the package.json in its folder", async () => {
    pack = await PackProcess.start("../../../../policy-pack/crossguard/pack");
    const info = await pack.info();
    assert.deepEqual(
      [info.getName(), info.getDisplayname(), info.getVersion(), info.getDescription()],
      [
        "agentid",
        "agentid",
        "1.0.0",
        "Every orchestrator, agent and tool has an identity of its own, without shared static secrets.",
      ],
    );
    assert.deepEqual(
      info.getPoliciesList().map((policy) => policy.getName()),
      ["agentid", ...rules.map((rule) => rule.id)],
    );
  });

  it("is mixed into a user's own pack, beside the user's rules", async () => {
    pack = await PackProcess.start("mixed");
    const info = await pack.info();
    const policies = info.getPoliciesList();
    assert.deepEqual(
      policies.map((policy) => policy.getName()),
      ["agentid", ...rules.map((rule) => rule.id), "own-rule"],
    );
    assert.deepEqual(brief(await pack.analyze(things[0]!)), ["own-rule advisory "]);
    assert.deepEqual(await pack.analyzeStack(things), []);
  });

  it("registers for each rule its level, severity, fix and standards with the engine", async () => {
    pack = await PackProcess.start("mixed");
    const policies = (await pack.info()).getPoliciesList();
    const reported = policies.slice(1, -1).map((policy) => ({
      id: policy.getName(),
      title: [policy.getDescription(), policy.getDisplayname()],
      mandatory: policy.getEnforcementlevel() === EnforcementLevel.MANDATORY,
      cure: policy.getRemediationSteps(),
      tags: policy.getTagsList(),
      standard: policy.getFramework()?.getReference(),
    }));
    assert.deepEqual(
      reported,
      rules.map((rule) => ({
        id: rule.id,
        title: [rule.title, rule.title],
        mandatory: levelOf(rule, rule.severity, undefined) === "mandatory",
        cure: rule.remediation,
        tags: [rule.family, ...rule.standards],
        standard: rule.standards.find((standard) => standard.startsWith("NHI")),
      })),
    );
    const schema = policies[0]?.getConfigschema()?.getProperties()?.toJavaScript() ?? {};
    assert.deepEqual(Object.keys(schema).sort(), [
      "baseline",
      "maxSession",
      "maxToken",
      "scope",
      "strict",
      "tenants",
      "undetermined",
      "waivers",
    ]);
  });
});

describe("the folder that `pulumi preview --policy-pack` loads", () => {
  const folder = resolve(__dirname, "../../../policy-pack");

  it("starts what the pack's source is built to", () => {
    const build = readFileSync(resolve(folder, "../scripts/build.mjs"), "utf8");
    const built = `"dist/policy-pack/crossguard/pack.js", "policy-pack/${packManifest.main}"`;
    assert.ok(build.includes(built), built);
    assert.equal(existsSync(join(folder, "crossguard/pack.ts")), true);
  });

  it("has the package's version, under which the engine shows it", () => {
    assert.equal(packManifest.version, manifest.version);
  });

  it("needs what the package needs for it, since it is published without the package", () => {
    const all: Readonly<Record<string, string>> = {
      ...manifest.dependencies,
      ...manifest.peerDependencies,
    };
    for (const [name, version] of Object.entries(packManifest.dependencies)) {
      assert.equal(version, all[name], name);
    }
  });

  it("is in the package", () => {
    assert.deepEqual(
      manifest.files.filter((file) => file.startsWith("policy-pack/")),
      ["policy-pack/dist", "policy-pack/PulumiPolicy.yaml", "policy-pack/package.json"],
    );
    assert.match(readFileSync(join(folder, "PulumiPolicy.yaml"), "utf8"), /^runtime:/mu);
  });
});
