import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { reporters } from "../../cli/report";
import { sampleOptions, sampleReport } from "./report/sample-report";
import { Folder } from "./support/folder";
import { separate } from "./support/manifests";
import { runCli } from "./support/run-cli";

describe("agentid graph", () => {
  let folder: Folder;
  const saved = reporters.json([sampleReport], sampleOptions);
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  it("draws a program as Mermaid on standard output, unless options name more", async () => {
    folder.write({ "k8s/desk.yaml": separate });
    const { code, out, err } = await runCli(["graph", "k8s"], folder.path);
    assert.deepEqual([code, err], [0, ""]);
    assert.match(out, /^flowchart LR\n {2}%% agentid graph\n/);
    assert.match(out, /-->\|"runs as"\|/);
  });

  it("draws what one finding of a saved report is about, to a file that it may write anew", async () => {
    folder.write({ "report.json": saved });
    const [, , crossing] = sampleReport.judgement.findings;
    for (const format of ["svg", "dot"]) {
      const args = ["graph", "report.json", "--format", format, "--out", "out"];
      const ran = await runCli([...args, "--finding", crossing?.fingerprint ?? ""], folder.path);
      assert.deepEqual(ran, { code: 0, out: "", err: "" });
    }
    const dot = readFileSync(join(folder.path, "out"), "utf8");
    assert.match(dot, /n0 -> n4 \[label="runs as"\];\n {2}n4 -> n5/);
    assert.doesNotMatch(dot, /crm-key/);
  });

  it("reports in one sentence what it cannot draw", async () => {
    const old = { ...sampleReport, judgement: { ...sampleReport.judgement } };
    delete (old.judgement as { identityGraph?: unknown }).identityGraph;
    folder.write({ "report.json": saved, "old.json": JSON.stringify(old) });
    for (const [args, problem] of [
      [
        ["report.json", "--format", "svgg"],
        "no format of a graph is called `svgg`; did you mean `svg`?",
      ],
      [
        ["report.json", "--finding", "abc"],
        "no finding has the fingerprint `abc`; `--report json` lists them",
      ],
      [
        ["old.json"],
        "`old.json` has no identity graph, since an earlier version wrote it; judge the program again",
      ],
    ] as const) {
      assert.deepEqual(await runCli(["graph", ...args], folder.path), {
        ...{ code: 2, out: "" },
        err: `agentid: ${problem}\n`,
      });
    }
  });
});
