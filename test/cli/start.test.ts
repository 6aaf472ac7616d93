import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";

/** Runs `npm start`'s script on what `npm install` has built. */
function start(...args: readonly string[]): { readonly code: number | null; readonly out: string } {
  const { status, stdout } = spawnSync(process.execPath, ["scripts/start.mjs", ...args], {
    encoding: "utf8",
  });
  return { code: status, out: stdout };
}

describe("npm start", () => {
  it("shows that the example passes, every workload with its identity and tenant, and what to try next", () => {
    const { code, out } = start();
    assert.equal(code, 0);
    assert.match(out, /^acme\/triage +agent \(Agent\) +acme\/triage, .+ +IRSA +acme$/m);
    assert.match(out, /^globex\/refunds +tool \(Tool\) +globex\/refunds, .+ +IRSA +globex$/m);
    assert.match(
      out,
      /^support-desk\/dev: passed; 14 workloads, .*, no finding\nnext: npm start -- examples\/shared-credentials\n$/m,
    );
  });

  it("blocks the same desk done the common way, with file and line", () => {
    const { code, out } = start("examples/shared-credentials");
    assert.equal(code, 1);
    assert.match(
      out,
      /^critical {2}Secret `acme\/integration-key` is shared by 5 workloads {2}\[no-shared-secret\]\n.*\n {4}examples\/shared-credentials\/index\.ts:\d+:\d+ \| /m,
    );
    assert.match(
      out,
      /^shared-credentials\/dev: BLOCKED: 7 findings \(6 critical, 1 high\) in 8 workloads; .+\n$/m,
    );
    assert.doesNotMatch(out, /^next:/m);
  });
});
