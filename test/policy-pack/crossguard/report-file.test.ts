import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Report } from "../../../core/report";
import { createPolicies } from "../../../policy-pack/crossguard/policies";
import { noTwinKeys, requireKey, thingReader } from "./support/keys";
import { Served } from "./support/served";
import { unknownString } from "./support/wire";
import manifest from "../../../package.json";

const twins = [
  { name: "a", inputs: { key: "k" } },
  { name: "b", inputs: { key: "k" } },
];

describe("the report that the pack writes", () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "agentid-report-"));
    file = join(folder, "report.json");
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function serve(report: string = file): Served {
    return new Served(
      createPolicies({
        rules: [noTwinKeys, requireKey],
        readers: [thingReader],
        environment: { AGENTID_REPORT: report, PULUMI_DRY_RUN: "true" },
      }),
    );
  }

  function written(): Report {
    return JSON.parse(readFileSync(file, "utf8")) as Report;
  }

  it("holds the whole judgement at the end, and nothing else is left in the folder", async () => {
    const pack = serve();
    await pack.analyzeAll(twins);
    await pack.analyzeStack([...twins, { name: "c" }]);
    const { judgement, ...report } = written();
    assert.deepEqual(report, {
      formatVersion: 1,
      tool: { name: "agentid", version: manifest.version },
      project: "shop",
      stack: "dev",
      verdict: "violated",
    });
    assert.deepEqual(
      judgement.findings.map(({ rule, verdict, level }) => `${rule} ${verdict} ${level}`),
      [
        "no-twin-keys violated mandatory",
        "no-twin-keys undetermined mandatory",
        "require-key violated mandatory",
      ],
    );
    assert.deepEqual([judgement.resources, judgement.rules], [3, 2]);
    assert.deepEqual(readdirSync(folder), ["report.json"]);
  });

  it("is there as soon as something is found, for an update that is stopped", async () => {
    const pack = serve();
    await pack.analyzeAll(twins);
    const { verdict, project, stack, judgement } = written();
    assert.deepEqual([verdict, project, stack], ["violated", "shop", "dev"]);
    assert.deepEqual(
      judgement.findings.map(({ rule, at }) => ({ rule, at })),
      [{ rule: "no-twin-keys", at: { urn: judgement.findings[0]!.at.urn, property: "key" } }],
    );
    assert.deepEqual([judgement.resources, judgement.rules], [2, 2]);
  });

  it("says not proven of what a preview cannot tell, though the preview passes", async () => {
    const pack = new Served(
      createPolicies({
        rules: [noTwinKeys],
        readers: [thingReader],
        environment: { AGENTID_REPORT: file, PULUMI_DRY_RUN: "true" },
      }),
    );
    const waiting = { name: "a", inputs: { key: unknownString } };
    await pack.analyze(waiting);
    const said = await pack.analyzeStack([waiting]);
    assert.deepEqual(
      [said.map(({ level }) => level), written().verdict],
      [["advisory"], "not proven"],
    );
  });

  it("holds when there is nothing to say", async () => {
    const pack = serve();
    const one = twins.slice(0, 1);
    await pack.analyzeAll(one);
    assert.deepEqual(await pack.analyzeStack(one), []);
    assert.equal(written().verdict, "holds");
  });

  it("makes a baseline that turns what it knows advisory, and no further holder", async () => {
    await serve().analyzeAll(twins);
    const baseline = join(folder, "baseline.json");
    writeFileSync(baseline, JSON.stringify({ findings: written().judgement.findings }));
    const pack = new Served(
      createPolicies({ rules: [noTwinKeys], readers: [thingReader], configuration: { baseline } }),
    );
    const said = await pack.analyzeAll([...twins, { name: "c", inputs: { key: "k" } }]);
    assert.deepEqual(
      said.map(({ level, message }) => ({ level, last: message.split("\n").at(-1) })),
      [
        { level: "advisory", last: "known to the baseline, so it does not block" },
        { level: "mandatory", last: "fix: give each thing a key of its own" },
      ],
    );
  });

  it("of an earlier run is gone with the first resource", async () => {
    writeFileSync(file, "old");
    await serve().analyze(twins[0]!);
    assert.equal(existsSync(file), false);
  });

  it("keeps a finding that was said though its resource is not listed at the end", async () => {
    const pack = serve();
    await pack.analyzeAll(twins);
    await pack.analyzeStack(twins.slice(0, 1));
    assert.deepEqual(
      written().judgement.findings.map(({ rule }) => rule),
      ["no-twin-keys"],
    );
  });

  it("that cannot be written blocks with one sentence", async () => {
    const pack = serve(join(folder, "missing", "report.json"));
    const said = await pack.analyzeStack(twins);
    assert.deepEqual(
      said.map(({ policy, level, message }) => ({ policy, level, message })),
      [
        {
          policy: "agentid",
          level: "mandatory",
          message: `agentid could not judge this: AGENTID_REPORT names \`${join(folder, "missing", "report.json")}\`, which cannot be written; give the path of a file in a folder that exists`,
        },
      ],
    );
  });

  it("is not written when no file is named", async () => {
    await serve("").analyzeAll(twins);
    assert.deepEqual(readdirSync(folder), []);
  });
});
