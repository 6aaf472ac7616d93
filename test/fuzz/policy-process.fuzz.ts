import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";

/** Decides some thousand calls, so that V8 optimises the calls into WebAssembly while it runs. */
const decidesMuch = `
const { cedarDecider } = require("./broker/policy/decider");
const party = (name) => ({ tenant: "acme", name });
const grant = { tenant: "acme", caller: "a", tool: "b", intents: ["c"], sensitivity: "public", conditions: [], approval: "none", maxSeconds: 60 };
const { decide } = cedarDecider([grant]);
for (let now = 0; now < 1_000; now += 1) {
  const { kind } = decide({ caller: party("a"), tool: party("b"), actors: [], intent: "c", sensitivity: "public", seconds: 1, now, task: { ended: false, until: 9_000 }, context: {} });
  if (kind !== "allow") throw new Error(kind);
}
`;

describe("a process that decides by Cedar", () => {
  it("never ends by itself, however often it is started under load", async () => {
    const waves = 10;
    for (let wave = 0; wave < waves; wave += 1) {
      const started = Array.from({ length: 2 * availableParallelism() }, async () => {
        const child = spawn(process.execPath, ["--require", "tsx/cjs", "--eval", decidesMuch], {
          stdio: ["ignore", "ignore", "pipe"],
        });
        const written: Buffer[] = [];
        child.stderr.on("data", (part: Buffer) => written.push(part));
        const ended = await once(child, "close");
        return [...(ended as unknown[]), Buffer.concat(written).toString()];
      });
      for (const ended of await Promise.all(started)) assert.deepEqual(ended, [0, null, ""]);
    }
  });
});
