import assert from "node:assert/strict";
import { readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { stackExport, taskOf } from "./support/fleet-exports";
import { Folder } from "./support/folder";
import { runCli, startCli } from "./support/run-cli";
import { inProgramHost } from "../support/program-host";

/** What `pulumi stack export` prints of a tenant's stack with one task. */
const exportOf = (tenant: string, role: string): string =>
  stackExport(tenant, [taskOf(tenant, role)]);

describe("audit", () => {
  inProgramHost();

  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  const audit = (...args: readonly string[]) => runCli(["audit", ...args], folder.path);

  it("finds a role that two stacks share, which each alone does not show", async () => {
    folder.write({
      "acme.json": exportOf("acme", "integrations"),
      "globex.json": exportOf("globex", "integrations"),
    });
    assert.equal((await audit("acme.json")).code, 0);
    assert.equal((await audit("globex.json")).code, 0);
    const { code, out } = await audit("acme.json", "globex.json");
    assert.equal(code, 1);
    assert.match(
      out,
      /^critical {2}IAM role `integrations` is shared by 2 workloads in 2 stacks {2}\[no-shared-identity\]\n {4}affects: acme\/triage in acme-desk\/dev, globex\/triage in globex-desk\/dev$/m,
    );
    assert.match(out, /^acme-desk\/dev \+ globex-desk\/dev: BLOCKED: 2 findings /m);
  });

  it("passes where each stack has a role of its own", async () => {
    folder.write({
      "acme.json": exportOf("acme", "acme-triage"),
      "globex.json": exportOf("globex", "globex-triage"),
    });
    const { code, out } = await audit("acme.json", "globex.json");
    assert.equal(code, 0);
    assert.match(out, /^acme-desk\/dev \+ globex-desk\/dev: passed; 2 workloads/m);
  });

  it("goes by the settings of the current folder", async () => {
    folder.write({
      "stacks/acme.json": exportOf("acme", "integrations"),
      "stacks/globex.json": exportOf("globex", "integrations"),
      "agentid.yaml":
        "levels:\n  no-shared-identity: disabled\n  no-cross-tenant-trust: disabled\n",
    });
    assert.equal((await audit("stacks/acme.json", "stacks/globex.json")).code, 0);
  });

  it("matches findings of a baseline over several stacks, and blocks on further ones", async () => {
    folder.write({
      "acme.json": exportOf("acme", "integrations"),
      "globex.json": exportOf("globex", "integrations"),
    });
    const { out } = await audit("acme.json", "globex.json", "--report", "json");
    const { judgement } = JSON.parse(out) as {
      readonly judgement: { readonly findings: readonly Readonly<Record<string, unknown>>[] };
    };
    const known = judgement.findings.map(({ fingerprint, rule, severity, evidenceParts }) => ({
      ...{ fingerprint, rule, severity },
      ...(evidenceParts !== undefined && { evidenceParts }),
    }));
    folder.write({ "baseline.json": JSON.stringify({ formatVersion: 1, findings: known }) });
    const again = (...more: readonly string[]) =>
      audit("acme.json", "globex.json", ...more, "--baseline", "baseline.json");
    assert.equal((await again()).code, 0);
    folder.write({ "initech.json": exportOf("initech", "integrations") });
    assert.equal((await again("initech.json")).code, 1);
  });

  it("keeps facts for the next run, and reads anew only what changed", async () => {
    folder.write({
      "in/acme.json": exportOf("acme", "integrations"),
      "in/globex.json": exportOf("globex", "integrations"),
    });
    assert.equal((await audit("in", "--facts", "kept")).code, 1);
    assert.match((await audit("in", "--facts", "kept")).out, /BLOCKED: 2 findings/);
    folder.write({ "in/globex.json": exportOf("globex", "globex-triage") });
    assert.equal((await audit("in", "--facts", "kept")).code, 0);
    folder.write({ "in/globex.json": exportOf("globex", "integrations") });
    rmSync(join(folder.path, "in/acme.json"));
    assert.match(
      (await audit("in", "--facts", "kept")).out,
      /^globex-desk\/dev: passed; 1 workload/m,
    );
  });

  it("leaves nothing behind where it is interrupted, and the facts of before as they were", async () => {
    const stacks = Array.from({ length: 150 }, (_, at): [string, string] => [
      `in/${at}.json`,
      exportOf(`t${at}`, `triage-${at}`),
    ]);
    folder.write({ "tmp/.keep": "", "in/acme.json": exportOf("acme", "acme-triage") });
    assert.equal((await audit("in", "--facts", "kept")).code, 0);
    const before = readFileSync(join(folder.path, "kept/stacks/facts.parquet"));
    folder.write(Object.fromEntries(stacks));
    const temporary = join(folder.path, "tmp");
    const running = startCli(["audit", "in", "--facts", "kept"], folder.path, {
      TMPDIR: temporary,
    });
    while (readdirSync(temporary).length === 1) await setTimeout(10);
    running.process.kill("SIGINT");
    assert.deepEqual(await running.ended, {
      code: 2,
      out: "",
      err: "agentid: stopped by SIGINT, so there is no verdict\n",
    });
    assert.deepEqual(readdirSync(temporary), [".keep"]);
    assert.deepEqual(readdirSync(join(folder.path, "kept/stacks")), ["facts.parquet"]);
    assert.deepEqual(readFileSync(join(folder.path, "kept/stacks/facts.parquet")), before);
  });

  it("does not run where a stack is missing, and names what is listed twice or no export", async () => {
    folder.write({
      "acme.json": exportOf("acme", "acme-triage"),
      "again.json": exportOf("acme", "integrations"),
      "globex.yaml": "kind: Pod\n",
    });
    const missing = await audit("acme.json", "globex.json");
    assert.deepEqual([missing.code, missing.out], [2, ""]);
    assert.equal(missing.err, "agentid: cannot read `globex.json`: it does not exist\n");
    const twice = await audit("acme.json", "again.json");
    assert.equal(twice.code, 2);
    assert.match(twice.out, /both of stack `acme-desk\/dev`; `acme.json` was judged/);
    const foreign = await audit("acme.json", "globex.yaml");
    assert.equal(foreign.code, 2);
    assert.match(foreign.out, /^not judged: globex.yaml:1: `globex.yaml` is not JSON$/m);
  });
});
