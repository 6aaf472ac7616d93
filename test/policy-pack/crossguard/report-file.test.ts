import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Report } from "../../../policy-pack/views/report";
import type { Configuration } from "../../../policy-pack/crossguard/configuration";
import { createPolicies } from "../../../policy-pack/crossguard/policies";
import type { Reader } from "../../../policy-pack/read/resource/reader";
import { asOrdinaryUserAsync } from "../../cli/support/as-ordinary-user";
import { noTwinKeys, requireKey, thingReader } from "./support/keys";
import { Served } from "./support/served";
import { unknownString } from "./support/wire";
import manifest from "../../../package.json";

const duplicates = [
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

  function cannotWrite(named: string, reason: string) {
    const message = `agentid could not write its report: AGENTID_REPORT names \`${named}\`, which cannot be written: ${reason}`;
    return { policy: "agentid", level: "mandatory", message };
  }

  function written(): Report {
    return JSON.parse(readFileSync(file, "utf8")) as Report;
  }

  it("has the settings that silence, and none by the defaults", async () => {
    const by = "the configuration of the policy pack";
    const baseline = join(folder, "known.json");
    await serve().analyzeAll(duplicates);
    writeFileSync(baseline, JSON.stringify({ findings: written().judgement.findings }));
    const silencing: Configuration = {
      ...{ undetermined: "advisory", scope: "declared", maxToken: "2h", baseline },
    };
    for (const configuration of [{}, silencing]) {
      const pack = new Served(
        createPolicies({
          ...{ configuration, rules: [noTwinKeys], readers: [thingReader] },
          environment: { AGENTID_REPORT: file, AGENTID_FILES: baseline },
        }),
      );
      await pack.analyzeAll(duplicates);
      await pack.analyzeStack(duplicates);
      assert.deepEqual(
        written().silenced,
        configuration === silencing
          ? [
              { kind: "unknown", subject: "undetermined", by },
              { kind: "scope", subject: "scope", by },
              { kind: "limit", subject: "maxToken", count: 7200, by },
              { kind: "baseline", subject: baseline, by },
            ]
          : undefined,
      );
    }
  });

  it("has the whole judgement at the end, and nothing else is left in the folder", async () => {
    const pack = serve();
    await pack.analyzeAll(duplicates);
    await pack.analyzeStack([...duplicates, { name: "c" }]);
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
    await pack.analyzeAll(duplicates);
    const { verdict, project, stack, unfinished, judgement } = written();
    assert.deepEqual([verdict, project, stack, unfinished], ["violated", "shop", "dev", true]);
    assert.deepEqual(
      judgement.findings.map(({ rule, at }) => ({ rule, at })),
      [{ rule: "no-twin-keys", at: { urn: judgement.findings[0]!.at.urn, property: "key" } }],
    );
    assert.deepEqual([judgement.resources, judgement.rules], [2, 2]);
  });

  it("reports not proven for an unknown in a preview, though the preview passes", async () => {
    const pack = new Served(
      createPolicies({
        rules: [noTwinKeys],
        readers: [thingReader],
        environment: { AGENTID_REPORT: file, PULUMI_DRY_RUN: "true" },
      }),
    );
    const waiting = { name: "a", inputs: { key: unknownString } };
    await pack.analyze(waiting);
    const stated = await pack.analyzeStack([waiting]);
    assert.deepEqual(
      [stated.map(({ level }) => level), written().verdict],
      [["advisory"], "not proven"],
    );
  });

  it("passes when there is nothing to report", async () => {
    const pack = serve();
    const one = duplicates.slice(0, 1);
    await pack.analyzeAll(one);
    assert.deepEqual(await pack.analyzeStack(one), []);
    assert.equal(written().verdict, "passed");
  });

  it("leaves alone what agentid did not write, and blocks", async () => {
    for (const text of ["kind: ConfigMap\n", "{}", "// a program"]) {
      writeFileSync(file, text);
      const stated = await serve().analyze({ name: "a" });
      assert.deepEqual(
        stated.map(({ policy, level, message }) => ({ policy, level, message })),
        [cannotWrite(file, "agentid did not write what is there; name another file")],
      );
      assert.equal(readFileSync(file, "utf8"), text);
    }
  });

  it("makes a baseline that turns known findings advisory, and no further consumer", async () => {
    await serve().analyzeAll(duplicates);
    const baseline = join(folder, "baseline.json");
    writeFileSync(baseline, JSON.stringify({ findings: written().judgement.findings }));
    const pack = new Served(
      createPolicies({ rules: [noTwinKeys], readers: [thingReader], configuration: { baseline } }),
    );
    const stated = await pack.analyzeAll([...duplicates, { name: "c", inputs: { key: "k" } }]);
    assert.deepEqual(
      stated.map(({ level, message }) => ({ level, last: message.split("\n").at(-1) })),
      [
        { level: "advisory", last: "known to the baseline, so it does not block" },
        { level: "mandatory", last: "fix: give each thing a key of its own" },
      ],
    );
  });

  it("never reports `passed` for a run that was interrupted after an advisory finding", async () => {
    await serve().analyzeAll(duplicates);
    const baseline = join(folder, "baseline.json");
    writeFileSync(baseline, JSON.stringify({ findings: written().judgement.findings }));
    const pack = new Served(
      createPolicies({
        rules: [noTwinKeys],
        readers: [thingReader],
        configuration: { baseline },
        environment: { AGENTID_REPORT: file, PULUMI_DRY_RUN: "true" },
      }),
    );
    const stated = await pack.analyzeAll(duplicates);
    assert.deepEqual(
      stated.map(({ level }) => level),
      ["advisory"],
    );
    assert.deepEqual([written().verdict, written().unfinished], ["not proven", true]);
    assert.deepEqual(
      written().silenced?.map(({ kind, subject }) => [kind, subject]),
      [["baseline", baseline]],
    );
    await pack.analyzeStack(duplicates);
    assert.deepEqual([written().verdict, written().unfinished], ["passed", undefined]);
  });

  it("never reports `passed` for a run in which a resource could not be judged", async () => {
    const readers: readonly Reader[] = [
      {
        ...thingReader,
        types: [],
        matchesType: () => true,
        matches: ({ name, outputs }) => {
          if (name === "bad" && outputs === undefined) throw new TypeError("only at first");
          return true;
        },
      },
    ];
    const environment = { AGENTID_REPORT: file, PULUMI_DRY_RUN: "true" };
    const pack = new Served(createPolicies({ rules: [noTwinKeys], readers, environment }));
    const things = [{ name: "bad", inputs: { key: "k" } }];
    assert.deepEqual(
      (await pack.analyzeAll(things)).map(({ policy, level }) => `${policy} ${level}`),
      ["agentid mandatory"],
    );
    assert.deepEqual(await pack.analyzeStack(things), []);
    assert.deepEqual([written().verdict, written().unfinished], ["not proven", true]);
  });

  it("of an earlier run is gone when the pack starts, before any resource", () => {
    writeFileSync(file, "### agentid: old");
    serve();
    assert.equal(existsSync(file), false);
  });

  it("of an earlier run that cannot be removed is emptied, and blocks once", async () => {
    writeFileSync(file, "### agentid: old");
    chmodSync(file, 0o666);
    chmodSync(folder, 0o555);
    const stated = await asOrdinaryUserAsync(async () =>
      serve().analyzeAll(duplicates.slice(0, 1)),
    );
    chmodSync(folder, 0o755);
    assert.deepEqual(
      stated.map(({ policy, level, message }) => ({ policy, level, message })),
      [cannotWrite(file, "permission is denied")],
    );
    assert.equal(readFileSync(file, "utf8"), "");
  });

  it("that another run writes too blocks, whichever comes first, and the other's stays whole", async () => {
    const [first, second] = [serve(), serve()];
    const one = duplicates.slice(0, 1);
    await first.analyzeAll(one);
    await second.analyzeAll(one);
    assert.deepEqual(await first.analyzeStack(one), []);
    const before = readFileSync(file, "utf8");
    const reason = "another run writes it too; give each run a file of its own";
    assert.deepEqual(
      (await second.analyzeStack(one)).map(({ policy, level, message }) => ({
        policy,
        level,
        message,
      })),
      [cannotWrite(file, reason)],
    );
    assert.equal(readFileSync(file, "utf8"), before);
    assert.deepEqual(readdirSync(folder), ["report.json"]);
  });

  it("that another run has removed blocks what had begun to write it", async () => {
    const first = serve();
    await first.analyzeAll(duplicates);
    const second = serve();
    const stated = await first.analyzeStack(duplicates);
    assert.deepEqual(
      stated.filter(({ policy }) => policy === "agentid").map(({ message }) => message),
      [cannotWrite(file, "another run writes it too; give each run a file of its own").message],
    );
    assert.deepEqual(await second.analyzeStack(duplicates.slice(0, 1)), []);
    assert.equal(written().verdict, "passed");
  });

  it("keeps a reported finding whose resource is not listed at the end", async () => {
    const pack = serve();
    await pack.analyzeAll(duplicates);
    await pack.analyzeStack(duplicates.slice(0, 1));
    assert.deepEqual(
      written().judgement.findings.map(({ rule }) => rule),
      ["no-twin-keys"],
    );
  });

  const unwritable: readonly (readonly [string, (folder: string) => string, string])[] = [
    [
      "in a folder that is not there",
      (folder) => join(folder, "missing", "report.json"),
      "its folder does not exist; give the path of a file in a folder that does",
    ],
    ["on a full disk", () => "/dev/full", "its disk is full"],
  ];
  for (const [where, fileIn, reason] of unwritable) {
    it(`${where} blocks with one sentence, and other findings are reported all the same`, async () => {
      const pack = serve(fileIn(folder));
      const stated = await pack.analyzeAll(duplicates);
      assert.deepEqual(
        stated.map(({ policy, level }) => `${policy} ${level}`),
        ["no-twin-keys mandatory", "agentid mandatory"],
      );
      const atEnd = await pack.analyzeStack(duplicates);
      assert.deepEqual(
        atEnd.map(({ policy, level, message }) => ({ policy, level, message })),
        [cannotWrite(fileIn(folder), reason)],
      );
      assert.equal(stated[1]?.message, atEnd[0]?.message);
      assert.deepEqual(readdirSync(folder), []);
    });
  }

  it("is not written when no file is named", async () => {
    await serve("").analyzeAll(duplicates);
    assert.deepEqual(readdirSync(folder), []);
  });
});
