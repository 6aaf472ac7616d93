import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Folder } from "./support/folder";
import { separate } from "./support/manifests";
import { runInShell, startCli } from "./support/run-cli";

/** A program that prints its id and then hangs, with a child that hangs too. */
const hanging = `
  const { spawn } = require("node:child_process");
  const { writeFileSync } = require("node:fs");
  const { pid } = spawn("sleep", ["60"]);
  writeFileSync("running", [process.pid, pid].join(" "));
  setInterval(() => {}, 1000);
`;

describe("agentid, stopped while a program runs,", () => {
  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    it(`reports ${signal}, answers 2, leaves no report, and ends the program with its children`, async () => {
      folder.program(hanging, { "report.json": "### agentid: old" });
      const args = ["check", ".", "--report", "json=report.json", "--save-snapshot", "seen.json"];
      const running = startCli(args, folder.path);
      const pids = (await appears(join(folder.path, "running"))).split(" ").map(Number);
      running.process.kill(signal);
      assert.deepEqual(await running.ended, {
        code: 2,
        out: "",
        err: `agentid: stopped by ${signal}, so there is no verdict\n`,
      });
      assert.deepEqual(readdirSync(folder.path).sort(), [
        "Pulumi.yaml",
        "index.js",
        "node_modules",
        "running",
      ]);
      for (const pid of pids) await ends(pid);
    });
  }

  it("takes the program along also where it is killed itself", async () => {
    folder.program(hanging);
    const running = startCli(["check", "."], folder.path);
    const [program = 0] = (await appears(join(folder.path, "running"))).split(" ").map(Number);
    running.process.kill("SIGKILL");
    assert.equal((await running.ended).out, "");
    await ends(program);
  });
});

describe("a command that ends its own work once it is stopped", () => {
  it("receives a signal that arrives while it replaces what else would end the process", () => {
    const script = `
      const { endClearly, endWith, stopSignal } = require("./cli/end-clearly");
      endClearly();
      process.kill(process.pid, "SIGTERM");
      void stopSignal().then((signal) => { console.log(signal); endWith(0); });
      setTimeout(() => endWith(1), 500_000);
    `;
    const args = ["--require", "./test/support/from-source.cjs", "-e", script];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      encoding: "utf8",
      // What runs here is no worker of the tests: its counts would be merged with theirs.
      env: { ...process.env, NODE_V8_COVERAGE: undefined },
    });
    assert.deepEqual([status, stdout, stderr], [0, "SIGTERM\n", ""]);
  });
});

describe("agentid, where its own code fails out of sight,", () => {
  it("answers 2 and not 1, which would be a verdict", () => {
    const folder = new Folder();
    try {
      folder.write({
        "ok/desk.yaml": separate,
        "fails.cjs": `
          process.on("newListener", (event) => {
            if (event !== "uncaughtException") return;
            process.nextTick(() => {
              throw new Error("nobody looks");
            });
          });
        `,
      });
      const script = 'NODE_OPTIONS="--require ./fails.cjs" exec "$@"';
      assert.deepEqual(runInShell(script, ["check", "ok"], folder.path), {
        code: 2,
        out: "",
        err: "agentid: agentid itself failed: nobody looks; run again with --verbose and report what it prints\n",
      });
    } finally {
      folder.remove();
    }
  });
});

describe("agentid, with a help whose output is closed early,", () => {
  it("ends as if it had been read", () => {
    const script = '{ "$@"; echo "ended by $?" >&2; } | true';
    assert.equal(runInShell(script, ["check", "--help"], ".").err, "ended by 0\n");
  });

  it("reports why it cannot be written, and answers 2", () => {
    assert.deepEqual(runInShell('"$@" > /dev/full', ["--help"], "."), {
      code: 2,
      out: "",
      err: "agentid: cannot write the output: its disk is full\n",
    });
  });
});

/** The text of a file, as soon as it is there. */
async function appears(file: string): Promise<string> {
  while (!existsSync(file) || readFileSync(file, "utf8") === "") await setTimeout(20);
  return readFileSync(file, "utf8");
}

/** Waits until a process has ended, even before its parent has noticed. */
async function ends(pid: number): Promise<void> {
  for (;;) {
    const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
    if (/^\s*(?:Z.*)?$/.test(stdout)) return;
    await setTimeout(20);
  }
}
