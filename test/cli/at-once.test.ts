import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { parse } from "yaml";
import { Folder } from "./support/folder";
import { separate, utilities } from "./support/manifests";
import { runCli, startCli } from "./support/run-cli";

/** A program that runs until its release. */
const waiting = `
  const { existsSync, writeFileSync } = require("node:fs");
  writeFileSync("running", "");
  const looking = setInterval(() => existsSync("go") && clearInterval(looking), 20);
`;

describe("two runs of agentid at once", () => {
  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  const read = (name: string): string => readFileSync(join(folder.path, name), "utf8");

  it("on one report: the second to end answers 2, and the report is the first one's, whole", async () => {
    folder.program(waiting, { "ok/desk.yaml": separate });
    const report = ["--report", "json=report.json"];
    const slow = startCli(["check", ".", ...report], folder.path);
    while (!existsSync(join(folder.path, "running"))) await setTimeout(20);
    assert.equal((await runCli(["check", "ok", ...report], folder.path)).code, 0);
    const first = read("report.json");
    writeFileSync(join(folder.path, "go"), "");
    assert.deepEqual(await slow.ended, {
      code: 2,
      out: "",
      err: "agentid: cannot write the report `report.json`: another run has written it meanwhile; give each run a file of its own\n",
    });
    assert.equal(read("report.json"), first);
    assert.deepEqual(partials(), []);
  });

  it("on one waivers file: both entries are in it", async () => {
    folder.write({ "desk/desk.yaml": utilities });
    await runCli(["check", "desk", "--report", "json=report.json"], folder.path);
    const runs = ["acme/report", "acme/sync"].map((holder) =>
      startCli(
        [
          ...["waive", "report.json", "--file", "waivers.yaml", "--rule", "no-shared-secret"],
          ...["--thing", "acme/crm", "--holder", holder, "--owner", "team-crm"],
          ...["--reason", "one key per customer", "--ticket", "SEC-14"],
          ...["--expires", "2027-01-15", "--today", "2026-11-25", "--control", "network-policy"],
        ],
        folder.path,
      ),
    );
    const ended = await Promise.all(runs.map((run) => run.ended));
    assert.deepEqual(
      ended.map(({ code, err }) => ({ code, err })),
      [
        { code: 0, err: "" },
        { code: 0, err: "" },
      ],
    );
    const { waivers } = parse(read("waivers.yaml")) as { waivers: { holder: string }[] };
    assert.deepEqual(waivers.map(({ holder }) => holder).sort(), ["acme/report", "acme/sync"]);
    assert.deepEqual(partials(), []);
  });

  it("on one baseline: it is whole, as either would have written it", async () => {
    folder.write({ "desk/desk.yaml": utilities });
    const runs = [1, 2].map(() =>
      startCli(["baseline", "desk", "--out", "known.json"], folder.path),
    );
    for (const run of runs) assert.equal((await run.ended).code, 0);
    const { findings } = JSON.parse(read("known.json")) as { findings: { holder: string }[] };
    assert.deepEqual(findings.map(({ holder }) => holder).sort(), ["acme/report", "acme/sync"]);
    assert.deepEqual(partials(), []);
  });

  /** What should not be there when all have ended. */
  function partials(): readonly string[] {
    return readdirSync(folder.path).filter((name) => name.startsWith("."));
  }
});
