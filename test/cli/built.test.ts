import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { Folder } from "./support/folder";

/** Runs `agentid` as it is built. */
function agentid(...args: readonly string[]): {
  readonly code: number | null;
  readonly err: string;
} {
  const { status, stderr } = spawnSync(process.execPath, ["dist/cli/main.js", ...args], {
    encoding: "utf8",
  });
  return { code: status, err: stderr };
}

describe("agentid as it is built", () => {
  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  it("reports in one sentence why a command could not run, not as a crash", () => {
    const missing = `${folder.path}/missing.json`;
    assert.deepEqual(agentid("report", missing), {
      code: 2,
      err: `agentid: cannot read the report \`${missing}\`: it does not exist\n`,
    });
    assert.deepEqual(agentid("check", "examples/support-desk", "--engine", "terraform"), {
      code: 2,
      err: "agentid: `--engine` takes `offline` or `pulumi`\n",
    });
  });
});
