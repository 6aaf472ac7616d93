import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";

describe("the process of the pack", () => {
  for (const [pack, what] of [
    ["../../../../policy-pack/crossguard/pack", "the pack of this package"],
    ["mixed", "a pack of the user's own"],
  ] as const) {
    it(`opens no debugger by SIGUSR1: ${what}`, async () => {
      const file = join(__dirname, "packs", `${pack}.ts`);
      const child = spawn(
        process.execPath,
        ["--require", resolve("test/support/from-source.cjs"), file],
        { stdio: ["ignore", "pipe", "pipe"] },
      );
      try {
        let err = "";
        child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
        await new Promise((onPort) => child.stdout.once("data", onPort));
        for (let times = 0; times < 3; times++) {
          child.kill("SIGUSR1");
          await setTimeout(200);
        }
        assert.deepEqual([err, child.exitCode, child.signalCode], ["", null, null]);
      } finally {
        child.kill();
      }
    });
  }
});
