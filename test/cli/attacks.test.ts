import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { inProgramHost } from "../support/program-host";
import { Folder } from "./support/folder";
import { separate } from "./support/manifests";
import { runCli, runInShell, startCli } from "./support/run-cli";

/** A program with a finding, which does something as well. */
function violating(attack: string): string {
  return `
    const { Secret } = require("@pulumi/kubernetes/core/v1");
    new Secret("legacy", {
      type: "kubernetes.io/service-account-token",
      metadata: { name: "legacy", annotations: { "kubernetes.io/service-account.name": "desk" } },
    });
    ${attack}
  `;
}

/** A program without a finding, which does something as well. */
const holding = (attack: string): string => `require("@pulumi/pulumi");\n${attack}`;

/** Leaves a process behind in a session of its own, which has the program's output open. */
const leavesBehind = `
  const { spawn } = require("node:child_process");
  const left = spawn("sleep", ["60"], { detached: true, stdio: "inherit" });
  require("node:fs").writeFileSync("left", String(left.pid));
  left.unref();
`;

describe("a program that would switch off its judge", () => {
  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  it("opens no debugger in it by SIGUSR1, and is judged as without", async () => {
    folder.program(
      violating(`
        for (let times = 0; times < 5; times++) process.kill(process.ppid, "SIGUSR1");
        setTimeout(() => {}, 500);
      `),
    );
    const { code, out, err } = await startCli(["check", "."], folder.path).ended;
    assert.deepEqual({ code, err }, { code: 1, err: "" });
    assert.match(out, /^critical {2}.* {2}\[no-legacy-token-secret\]$/m);
  });

  it("gets no verdict where it kills its judge", async () => {
    folder.program(violating(`process.kill(process.ppid, "SIGKILL"); setTimeout(() => {}, 5000);`));
    const { code, out } = await startCli(["check", "."], folder.path).ended;
    assert.deepEqual({ code, out }, { code: null, out: "" });
  });

  it("gets no verdict where it closes the descriptor of its reports", async () => {
    folder.program(holding(`require("node:fs").closeSync(3);`));
    assert.deepEqual(await runCli(["check", "."], folder.path), {
      code: 2,
      out: "",
      err: "agentid: the program closed descriptor 3, by which agentid learns what was left out; leave that open\n",
    });
  });

  it("drives no report of its own away by others", async () => {
    folder.program(
      holding(`
        const { writeSync } = require("node:fs");
        writeSync(3, JSON.stringify({ kind: "skipped", stack: "" }) + "\\n");
        for (let line = 0; line < 300; line++) writeSync(3, "x".repeat(1023) + "\\n");
      `),
    );
    const { code, out, err } = await runCli(["check", "."], folder.path);
    assert.deepEqual({ code, err }, { code: 3, err: "" });
    assert.match(
      out,
      /^not judged: the program wrote to descriptor 3, .+\nnot judged: a callback was not called for want of an answer that a real preview has, and it has a text that cannot be read; /m,
    );
  });

  it("gets no verdict where it reports without end", async () => {
    folder.program(
      holding(`
        const { writeSync } = require("node:fs");
        for (;;) writeSync(3, "x".repeat(1048575) + "\\n");
      `),
    );
    const { code, out, err } = await runCli(["check", "."], folder.path);
    assert.deepEqual({ code, out }, { code: 2, out: "" });
    assert.match(err, /^agentid: the program wrote more than 64 MiB to descriptor 3, /);
  });

  it("leaves nothing behind that could continue, and passes", async () => {
    folder.program(holding(leavesBehind));
    const { code, err } = await runCli(["check", "."], folder.path);
    assert.deepEqual({ code, err }, { code: 0, err: "" });
    await ends(Number(readFileSync(join(folder.path, "left"), "utf8")));
  });

  it("leaves nothing behind when its time is up", async () => {
    folder.program(holding(`${leavesBehind} setInterval(() => {}, 1000);`));
    const { code, out, err } = await runCli(["check", ".", "--timeout", "20s"], folder.path);
    assert.deepEqual({ code, out }, { code: 2, out: "" });
    assert.match(err, /^agentid: the program did not end within 20 s; /);
    await ends(Number(readFileSync(join(folder.path, "left"), "utf8")));
  });

  it("gets no verdict where a leftover process keeps its output open", async () => {
    folder.program(
      holding(
        leavesBehind.replace('"sleep", ["60"]', '"sh", ["-c", "sleep 60 & echo $! > hidden"]') +
          "setTimeout(() => {}, 500);",
      ).replace('stdio: "inherit"', 'stdio: "inherit", env: { PATH: process.env.PATH }'),
    );
    const { code, out, err } = await runCli(["check", "."], folder.path);
    assert.deepEqual(
      { code, out, err },
      {
        code: 2,
        out: "",
        err: "agentid: the program left a process behind that has its output open and could not be ended, so nothing is proven\n",
      },
    );
    process.kill(Number(readFileSync(join(folder.path, "hidden"), "utf8")));
  });
});

describe("a report that a program writes itself", () => {
  inProgramHost();

  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  for (const line of [
    "null",
    "[]",
    '"threw"',
    '{"kind":"stand-in"}',
    '{"kind":"skipped","text":{},"stack":7}',
    '{"kind":"unset","key":[]}{"kind":"drained"}',
    '{"kind":"another"}',
    // Without its end, it takes in the report that follows.
    '{"kind":"',
  ]) {
    it(`proves nothing: ${line}`, async () => {
      const end = line === '{"kind":"' ? "" : "\n";
      folder.program(holding(`require("node:fs").writeSync(3, ${JSON.stringify(line + end)});`));
      const { code, out, err } = await runCli(["check", "."], folder.path);
      assert.deepEqual({ code, err }, { code: 3, err: "" });
      assert.match(out, /^not judged: /m);
    });
  }
});

describe("agentid, where something else ends it,", () => {
  for (const { how, code } of [
    { how: "says that all is well", code: "process.stdout.write = () => process.exit(0);" },
    { how: "takes away what it waits for", code: "process.stdout.write = () => true;" },
  ]) {
    it(`answers 2 where that ${how}`, () => {
      const folder = new Folder();
      try {
        folder.write({
          "ok/desk.yaml": separate,
          "ends.cjs": `
            ${code}
          `,
        });
        const script = 'NODE_OPTIONS="--require ./ends.cjs" exec "$@"';
        const run = runInShell(script, ["check", "ok"], folder.path);
        assert.deepEqual(
          { code: run.code, err: run.err },
          {
            code: 2,
            err: "agentid: agentid ended before its last word, so there is no verdict; please report this\n",
          },
        );
      } finally {
        folder.remove();
      }
    });
  }
});

/** Waits until a process has ended, even before its parent has noticed. */
async function ends(pid: number): Promise<void> {
  for (;;) {
    const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
    if (/^\s*(?:Z.*)?$/.test(stdout)) return;
    await setTimeout(20);
  }
}
