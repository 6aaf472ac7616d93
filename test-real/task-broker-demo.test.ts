import assert from "node:assert/strict";
import { checkout } from "./support/checkout";
import { runCommand } from "./support/command";

describe("the demonstration of the task broker", () => {
  it("shows calls that are allowed, wait and are refused, and who acted", async () => {
    const { exitCode, stdout, stderr } = await runCommand(
      process.execPath,
      ["scripts/start.mjs", "examples/task-broker"],
      { cwd: checkout, env: { PATH: process.env["PATH"] } },
    );
    assert.equal(exitCode, 0, `${stdout}\n${stderr}`);
    const outcomes = stdout
      .split("\n")
      .map((line) => /^(allowed|waits|refused) {2,}(.*?)(?: {2,}|: a person|: more|$)/.exec(line))
      .flatMap((found) => (found === null ? [] : [`${found[1]} ${found[2]}`]));
    assert.deepEqual(outcomes, [
      ...["allowed reads the order", "allowed writes a note", "waits refunds 49.00"],
      ...["allowed refunds 49.00, once ann has approved", "refused another order"],
      ...["refused an intent that no grant has", "refused data that is more sensitive"],
      ...["waits refunds 48.00", "refused refunds 51.00", "refused for a user of another tenant"],
      "refused reads the order, after the end of the task",
    ]);
    const [, trail = ""] = stdout.split("who acted, by the trail:");
    const lines = trail.trim().split("\n");
    assert.ok(lines.length > 12 && lines.length < 25, `${lines.length} lines`);
    const events = lines.map((line) => line.split(/ +/)[1]);
    assert.deepEqual(
      [...new Set(events)],
      ["issued", "approval-asked", "approved", "refused", "revoked"],
    );
    assert.ok(stdout.split("\n").length < 45, "one screen");
    assert.equal(stderr, "");
  });
});
