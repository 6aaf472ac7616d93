import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { Folder } from "./support/folder";
import { job, utilities } from "./support/manifests";
import { runCli } from "./support/run-cli";

const about = ["--owner", "team-crm", "--reason", "one key per customer", "--ticket", "SEC-14"];
const until = ["--expires", "2027-01-15", "--today", "2026-11-25"];

async function waive(folder: Folder, ...more: readonly string[]) {
  const args = ["waive", "report.json", "--file", "desk/waivers.yaml", ...about];
  return await runCli([...args, "--control", "network-policy", ...until, ...more], folder.path);
}

const held = (holder: string) =>
  ["--rule", "no-shared-secret", "--thing", "acme/crm", "--holder", holder] as const;

describe("waivers on the command line", () => {
  let folder: Folder;
  beforeEach(async () => {
    folder = new Folder();
    folder.write({ "desk/desk.yaml": utilities });
    await runCli(["check", "desk", "--report", "json=report.json"], folder.path);
  });
  afterEach(() => folder.remove());

  const check = (...more: readonly string[]) =>
    runCli(["check", "desk", "--today", "2026-11-25", ...more], folder.path);

  it("written from a report, make a blocked program pass, and stay visible", async () => {
    assert.equal((await check()).code, 1);
    const first = await waive(folder, ...held("acme/report"));
    assert.deepEqual(first, {
      code: 0,
      err: "",
      out: "desk/waivers.yaml: waives no-shared-secret of acme/crm affecting acme/report until 2027-01-15, where its controls are met\n",
    });
    const half = await check("--waivers", "desk/waivers.yaml");
    assert.equal(half.code, 1);
    assert.match(half.out, /^desk\/manifests: BLOCKED: 1 finding \(1 critical\) .*, 1 waived$/m);

    assert.equal((await waive(folder, ...held("acme/sync"))).code, 0);
    const { code, out, err } = await check("--waivers", "desk/waivers.yaml");
    assert.deepEqual({ code, err }, { code: 0, err: "" });
    assert.match(out, /^desk\/manifests: passed; .*, 1 waived$/m);
    assert.match(
      out,
      /^ {4}waived until 2027-01-15 by team-crm \(SEC-14\), restricted by network-policy: one key per customer$/m,
    );
    assert.deepEqual(
      (parse(readFileSync(join(folder.path, "desk/waivers.yaml"), "utf8")) as { waivers: object[] })
        .waivers[1],
      {
        rule: "no-shared-secret",
        thing: "acme/crm",
        holder: "acme/sync",
        owner: "team-crm",
        reason: "one key per customer",
        ticket: "SEC-14",
        expires: "2027-01-15",
        controls: ["network-policy"],
      },
    );
  });

  it("of one thing cover in one entry each workload that the report names, and no further one", async () => {
    const { out, err } = await waive(folder, "--rule", "no-shared-secret", "--thing", "acme/crm");
    assert.deepEqual(
      [out, err],
      [
        "desk/waivers.yaml: waives no-shared-secret of acme/crm affecting acme/report, acme/sync until 2027-01-15, where its controls are met\n",
        "",
      ],
    );
    const file = join(folder.path, "desk/waivers.yaml");
    const { waivers } = parse(readFileSync(file, "utf8")) as { waivers: object[] };
    assert.deepEqual(
      waivers.map((each) => "holders" in each && each.holders),
      [["acme/report", "acme/sync"]],
    );
    assert.equal((await check("--waivers", "desk/waivers.yaml")).code, 0);
    folder.write({ "desk/more.yaml": job("third") });
    assert.equal((await check("--waivers", "desk/waivers.yaml")).code, 1);
  });

  it("name by its fingerprint what has no name that is shown", async () => {
    const report = JSON.parse(readFileSync(join(folder.path, "report.json"), "utf8")) as {
      judgement: { findings: { about: { label: string }; fingerprint: string }[] };
    };
    const [finding] = report.judgement.findings;
    if (finding === undefined) throw new Error("nothing was found");
    finding.about.label = "role [secret]";
    folder.write({ "report.json": JSON.stringify(report) });
    assert.equal((await waive(folder, "--fingerprint", finding.fingerprint)).code, 0);
    const written = parse(readFileSync(join(folder.path, "desk/waivers.yaml"), "utf8")) as {
      waivers: object[];
    };
    assert.deepEqual(written.waivers, [
      {
        rule: "no-shared-secret",
        fingerprint: finding.fingerprint,
        owner: "team-crm",
        reason: "one key per customer",
        ticket: "SEC-14",
        expires: "2027-01-15",
        controls: ["network-policy"],
      },
    ]);
  });

  it("are named by the settings too, warn before their end, and block again after it", async () => {
    await waive(folder, ...held("acme/report"));
    await waive(folder, ...held("acme/sync"));
    const sub = folder.write({ "agentid.yaml": "waivers: desk/waivers.yaml\n" });
    const on = (day: string) =>
      runCli(["check", "desk", "--settings", join(sub, "agentid.yaml"), "--today", day], sub);
    assert.match((await on("2026-12-31")).out, /^desk\/manifests: passed; .*, 1 waived$/m);
    const warned = await on("2027-01-01");
    assert.match(warned.out, /^desk\/manifests: passed; .*, 2 advisory, 1 waived$/m);
    assert.match(warned.out, /^low {2}require-valid-waiver: {2}advisory, 2 findings$/m);
    assert.match(warned.out, /^low {2}require-valid-waiver: {2}advisory, 2 findings$/m);
    assert.equal((await on("2027-01-15")).code, 0);
    const after = await on("2027-01-16");
    assert.equal(after.code, 1);
    assert.match(after.out, /^desk\/manifests: BLOCKED: 3 findings \(1 critical, 2 high\) /m);
    assert.match(
      after.out,
      /^high {2}The waiver is not valid: it expired on 2027-01-15 {2}\[require-valid-waiver\]$/m,
    );
  });

  it("are no part of a baseline, nor is what is wrong with them", async () => {
    await waive(folder, ...held("acme/report"));
    const write = async (day: string) =>
      (
        await runCli(
          [
            "baseline",
            "desk",
            "--out",
            "known.json",
            "--waivers",
            "desk/waivers.yaml",
            "--today",
            day,
          ],
          folder.path,
        )
      ).out;
    assert.equal(await write("2026-11-25"), "known.json: 1 known, 1 of them new; 0 gone\n");
    assert.equal(await write("2027-03-01"), "known.json: 2 known, 1 of them new; 0 gone\n");
    const known = await check(
      "--waivers",
      "desk/waivers.yaml",
      "--baseline",
      "known.json",
      "--today",
      "2027-03-01",
    );
    assert.equal(known.code, 1);
    assert.match(known.out, /: BLOCKED: 1 finding \(1 high\) .*, 1 known$/m);
  });

  it("that cannot be read stop the run: exit 2, all mistakes with their places", async () => {
    const missing = await check("--waivers", "no.yaml");
    assert.deepEqual(missing, {
      code: 2,
      out: "",
      err: "agentid: cannot read the waivers `no.yaml`: it does not exist\n",
    });
    folder.write({ "bad.yaml": "waivers:\n  - rule: no-such\n" });
    const { code, out, err } = await check("--waivers", "bad.yaml");
    assert.deepEqual({ code, out }, { code: 2, out: "" });
    assert.match(
      err,
      /^agentid: bad\.yaml has 7 mistakes: bad\.yaml:2:5: waivers\[0\]\.owner: it is missing/,
    );
    assert.match(err, /^ {4}bad\.yaml:2:11: waivers\[0\]\.rule: this is not allowed/m);
  });

  for (const [name, args, sentence] of [
    [
      "a thing that is called otherwise",
      ["--rule", "no-shared-secret", "--thing", "acme/crn"],
      "the report has no finding of `no-shared-secret` about `acme/crn`; did you mean `acme/crm`?",
    ],
    [
      "a holder that is not affected",
      held("acme/other"),
      "`acme/crm` affects `acme/report`, `acme/sync`; name one as `--holder`",
    ],
    [
      "a rule without a finding",
      ["--rule", "no-access-key", "--thing", "x"],
      "the report has no finding of `no-access-key`",
    ],
    [
      "nothing",
      [],
      "give `--fingerprint`, or `--rule` and `--thing`, and `--holder` for one of the affected workloads",
    ],
    [
      "a control that there is not",
      [...held("acme/sync"), "--control", "network-polcy"],
      "no control is called `network-polcy`; give `network-policy`, `permissions-boundary`, `secret-policy` or `secret-rotation`; did you mean `network-policy`?",
    ],
    [
      "an end that is past",
      [...held("acme/sync"), "--expires", "2026-11-24"],
      "`--expires 2026-11-24` is past; give a day to come",
    ],
    [
      "an end too far away",
      [...held("acme/sync"), "--expires", "2027-02-24"],
      "`--expires 2027-02-24` is 91 days away; at most 90 are allowed",
    ],
    [
      "an owner that is empty",
      [...held("acme/sync"), "--owner", " "],
      "`--owner` is empty; a waiver names its owner, its reason and its ticket",
    ],
  ] as const) {
    it(`are not written for ${name}, with one sentence of reason`, async () => {
      assert.deepEqual(await waive(folder, ...args), {
        code: 2,
        out: "",
        err: `agentid: ${sentence}\n`,
      });
    });
  }

  it("are not written for an agent, nor twice", async () => {
    folder.write({
      "desk/desk.yaml": `${job("report")}${job("triage", "agentid.dev/kind: agent")}`,
    });
    await runCli(["check", "desk", "--report", "json=report.json"], folder.path);
    assert.equal(
      (await waive(folder, ...held("acme/triage"))).err,
      "agentid: `acme/triage` is of kind `agent`; only findings of utilities are waived\n",
    );
    assert.equal((await waive(folder, ...held("acme/report"))).code, 0);
    const before = readFileSync(join(folder.path, "desk/waivers.yaml"), "utf8");
    const again = await waive(folder, ...held("acme/report"));
    assert.equal(again.code, 2);
    assert.match(again.err, /`waivers\[0\]` waives the same; keep one\n$/);
    assert.equal(readFileSync(join(folder.path, "desk/waivers.yaml"), "utf8"), before);
  });
});
