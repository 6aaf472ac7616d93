import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Folder } from "./support/folder";
import { separate, utilities } from "./support/manifests";
import { runCli, runInShell } from "./support/run-cli";

/** A file may have at most 512 bytes: a longer one breaks off in the middle, as on a disk that fills. */
const limited = 'ulimit -f 1; exec "$@"';
/** No file may have any byte more. */
const full = 'ulimit -f 0; exec "$@"';
const tooLarge = "it would be larger than a file may be here";

describe("agentid, where nothing more can be written,", () => {
  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  it("answers 2, gives no verdict, and takes back what it had written", () => {
    folder.write({ "ok/desk.yaml": separate, "old.json": "### agentid: old" });
    const reports = ["--report", "text=new.txt", "--report", "json=old.json"];
    assert.deepEqual(runInShell(limited, ["check", "ok", ...reports], folder.path), {
      code: 2,
      out: "",
      err: `agentid: cannot write the report \`old.json\`: ${tooLarge}\n`,
    });
    assert.deepEqual(readdirSync(folder.path), ["ok"]);
  });

  it("leaves no report beside an output that broke off", () => {
    folder.write({ "ok/desk.yaml": separate });
    const script = `${full} > out.txt`;
    const args = ["check", "ok", "--report", "text", "--report", "json=/dev/null"];
    assert.deepEqual(runInShell(script, args, folder.path), {
      code: 2,
      out: "",
      err: `agentid: cannot write the output: ${tooLarge}\n`,
    });
    assert.equal(readFileSync(join(folder.path, "out.txt"), "utf8"), "");
  });

  it("answers 2 also where it cannot print why", () => {
    const script = `${full} 2> err.txt`;
    assert.equal(runInShell(script, ["check", "nowhere"], folder.path).code, 2);
    assert.equal(readFileSync(join(folder.path, "err.txt"), "utf8"), "");
  });

  it("leaves a baseline and a waivers file as they were", async () => {
    const waivers = `waivers: []\n# ${"kept ".repeat(200)}\n`;
    const known = '{ "formatVersion": 1, "findings": [] }';
    folder.write({ "bad/desk.yaml": utilities, "known.json": known, "waivers.yaml": waivers });
    await runCli(["check", "bad", "--report", "json=report.json"], folder.path);
    const baseline = runInShell(full, ["baseline", "bad", "--out", "known.json"], folder.path);
    const waive = runInShell(full, ["waive", "report.json", ...answering], folder.path);
    assert.deepEqual(
      [baseline, waive],
      [
        {
          code: 2,
          out: "",
          err: `agentid: cannot write the baseline \`known.json\`: ${tooLarge}\n`,
        },
        {
          code: 2,
          out: "",
          err: `agentid: cannot write the waivers \`waivers.yaml\`: ${tooLarge}\n`,
        },
      ],
    );
    assert.equal(readFileSync(join(folder.path, "known.json"), "utf8"), known);
    assert.equal(readFileSync(join(folder.path, "waivers.yaml"), "utf8"), waivers);
    assert.deepEqual(readdirSync(folder.path).sort(), [
      "bad",
      "known.json",
      "report.json",
      "waivers.yaml",
    ]);
  });

  it("leaves nothing of a starter project", () => {
    assert.deepEqual(runInShell(limited, ["init", "a/b"], folder.path), {
      code: 2,
      out: "",
      err: `agentid: cannot write the project in \`a/b\`: ${tooLarge}\n`,
    });
    assert.deepEqual(readdirSync(folder.path), []);
  });
});

const answering = [
  ...["--file", "waivers.yaml", "--rule", "no-shared-secret", "--thing", "acme/crm"],
  ...["--holder", "acme/report", "--owner", "team-crm", "--reason", "one key per customer"],
  ...["--ticket", "SEC-14", "--expires", "2027-01-15", "--today", "2026-11-25"],
  ...["--control", "network-policy"],
];
