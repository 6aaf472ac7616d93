import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { factTableNames } from "../../policy-pack/views/fleet/schema";
import { stackExport, taskOf } from "./support/fleet-exports";
import { Folder } from "./support/folder";
import { runCli, runInShell } from "./support/run-cli";
import { inProgramHost } from "../support/program-host";

describe("facts", () => {
  inProgramHost();

  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  const facts = (...args: readonly string[]) => runCli(["facts", ...args], folder.path);
  const audit = (...args: readonly string[]) => runCli(["audit", ...args], folder.path);
  const digests = (name: string): readonly string[] =>
    factTableNames.map((table) => {
      const path = join(folder.path, name, table, "facts.parquet");
      return createHash("sha256").update(readFileSync(path)).digest("hex");
    });

  it("writes a table of each kind, with equal bytes for equal facts in whatever order", async () => {
    folder.write({
      "a/acme.json": stackExport("acme", [taskOf("acme", "integrations")]),
      "a/globex.json": stackExport("globex", [taskOf("globex", "integrations")]),
    });
    const { code, out, err } = await facts("a", "--out", "one");
    assert.deepEqual([code, out, err], [0, "one: facts of 2 stacks: 2 read, 0 unchanged\n", ""]);
    assert.deepEqual(readdirSync(join(folder.path, "one")).sort(), [
      ...["clusters", "facts.json", "findings", "identities", "namespaces", "permissions"],
      ...["reaches", "resources", "restrictions", "runs_as", "secret_refs", "secret_values"],
      ...["spiffe_ids", "stacks", "tenants", "trusts", "updates", "workloads"],
    ]);
    await facts("a/globex.json", "a/acme.json", "--out", "two");
    assert.deepEqual(digests("two"), digests("one"));
    await facts("a", "--out", "one");
    assert.deepEqual(digests("two"), digests("one"));
  });

  it("keeps stacks that it has, reads only what changed, and is what audit judges", async () => {
    folder.write({ "acme.json": stackExport("acme", [taskOf("acme", "integrations")]) });
    await facts("acme.json", "--out", "all");
    folder.write({ "globex.json": stackExport("globex", [taskOf("globex", "own")]) });
    assert.equal(
      (await facts("globex.json", "--out", "all")).out,
      "all: facts of 2 stacks: 1 read, 0 unchanged\n",
    );
    assert.equal((await audit("all")).code, 0);
    folder.write({ "globex.json": stackExport("globex", [taskOf("globex", "integrations")]) });
    assert.equal(
      (await facts("acme.json", "globex.json", "--out", "all")).out,
      "all: facts of 2 stacks: 1 read, 1 unchanged\n",
    );
    const { code, out } = await audit("all");
    assert.equal(code, 1);
    assert.match(
      out,
      /^critical {2}IAM role `integrations` is shared by 2 workloads in 2 stacks {2}\[no-shared-identity\]$/m,
    );
  });

  it("reads what a self-managed backend keeps of now, and no state of before", async () => {
    const { deployment } = JSON.parse(stackExport("acme", [taskOf("acme", "integrations")])) as {
      readonly deployment: object;
    };
    const checkpoint = JSON.stringify({
      version: 3,
      checkpoint: { stack: "organization/acme-desk/dev", latest: deployment },
    });
    folder.write({
      ".pulumi/stacks/acme-desk/dev.json": checkpoint,
      ".pulumi/stacks/acme-desk/dev.json.bak": "{",
      ".pulumi/history/acme-desk/dev/dev-1.checkpoint.json": "{",
      ".pulumi/stacks/globex-desk/.keep": "",
    });
    const packed = gzipSync(stackExport("globex", [taskOf("globex", "integrations")]));
    writeFileSync(join(folder.path, ".pulumi/stacks/globex-desk/dev.json.gz"), packed);
    assert.equal(
      (await facts(".pulumi", "--out", "all")).out,
      "all: facts of 2 stacks: 2 read, 0 unchanged\n",
    );
  });

  it("names what it cannot read, judges the rest, and exits with 2", async () => {
    folder.write({
      "in/acme.json": stackExport("acme", [taskOf("acme", "integrations")]),
      "in/again.json": stackExport("acme", [taskOf("acme", "own")]),
      "in/cut.json": stackExport("globex", []).slice(0, 60),
      "in/foreign.json": '{"terraform_version": "1.9.0"}',
      "in/newer.json": '{"version": 9, "deployment": {"resources": []}}',
    });
    const { code, out, err } = await facts("in", "--out", "all");
    assert.equal(code, 2);
    assert.equal(out, "all: facts of 1 stack: 1 read, 0 unchanged\n");
    assert.deepEqual(err.trimEnd().split("\n"), [
      "agentid: `in/again.json` and `in/acme.json` are both of stack `acme-desk/dev`; `in/acme.json` was judged",
      "agentid: `in/cut.json` is not JSON from line 1, column 61 on",
      "agentid: `in/foreign.json` is neither a stack export, a checkpoint, a snapshot nor a report of agentid",
      "agentid: `in/newer.json`: the stack export has another version; 3 and 4 are read",
    ]);
  });

  it("passes on nothing of a stack's name that a terminal acts on", async () => {
    const hostile = stackExport("acme", [], "\u001b[31mred");
    folder.write({ "one.json": hostile, "two.json": hostile.replace("3", "3 ") });
    const { code, err } = await facts("one.json", "two.json", "--out", "all");
    assert.equal(code, 2);
    assert.match(err, /red\/dev`; `one\.json` was judged\n$/);
    assert.ok(!err.includes("\u001b"));
  });

  it("refuses facts of another version, keys that can be guessed, and sizes that are none", async () => {
    folder.write({
      "acme.json": stackExport("acme", []),
      "old/facts.json": '{"factsVersion": 0}',
      key: "short",
    });
    const sentence = async (...args: readonly string[]): Promise<string> => {
      const { code, out, err } = await facts(...args);
      assert.deepEqual([code, out], [2, ""]);
      return err;
    };
    assert.match(
      await sentence("acme.json", "--out", "old"),
      /^agentid: the facts in `old` have version 0, and this agentid reads 1/,
    );
    assert.match(
      await sentence("acme.json", "--out", "x", "--key-file", "key"),
      /^agentid: the key `key` has 5 bytes; make one of at least 32/,
    );
    assert.match(
      await sentence("acme.json", "--out", "x", "--memory", "lots"),
      /^agentid: `lots` is no size; write one such as 2GiB\n/,
    );
    assert.match(
      await sentence("none", "--out", "x"),
      /^agentid: cannot read `none`: it does not exist\n/,
    );
  });

  it("compares credentials in plain text by a key, and keeps none of them", async () => {
    const variables = [{ name: "CRM_PASSWORD", value: "Zx9kQ1qLp7vN3wRt" }];
    folder.write({
      "in/acme.json": stackExport("acme", [taskOf("acme", "one", { environment: variables })]),
      "in/globex.json": stackExport("globex", [
        taskOf("globex", "two", { environment: variables }),
      ]),
      key: "k".repeat(32),
    });
    await facts("in", "--out", "without");
    assert.doesNotMatch((await audit("without")).out, /is shared by/);
    await facts("in", "--out", "with", "--key-file", "key");
    assert.match(
      (await audit("with")).out,
      /^critical {2}Value in plain text `value of CRM_PASSWORD` is shared by tenants `acme`, `globex`: 2 workloads in 2 stacks {2}\[no-cross-tenant-secret\]$/m,
    );
    for (const table of factTableNames) {
      const bytes = readFileSync(join(folder.path, "with", table, "facts.parquet"));
      assert.ok(!bytes.includes("Zx9kQ1qLp7vN3wRt"), table);
    }
  });

  it("leaves the facts as they were where there is no room for all of them", async () => {
    folder.write({ "acme.json": stackExport("acme", [taskOf("acme", "integrations")]) });
    await facts("acme.json", "--out", "all");
    const before = digests("all");
    folder.write({ "acme.json": stackExport("acme", [taskOf("acme", "own")]) });
    const limited = 'ulimit -f 1; exec "$@"';
    const args = ["facts", "acme.json", "--out", "all"];
    const { code, out, err } = runInShell(limited, args, folder.path);
    assert.deepEqual([code, out], [2, ""]);
    assert.match(err, /^agentid: cannot write facts to `all`: .*; what was there is unchanged\n/);
    assert.deepEqual(digests("all"), before);
    assert.deepEqual(
      factTableNames.map((table) => readdirSync(join(folder.path, "all", table))),
      factTableNames.map(() => ["facts.parquet"]),
    );
  });

  it("reports in one sentence that facts cannot be read", async () => {
    folder.write({ "acme.json": stackExport("acme", [taskOf("acme", "integrations")]) });
    await facts("acme.json", "--out", "all");
    rmSync(join(folder.path, "all/findings"), { recursive: true });
    const { code, err } = await facts("acme.json", "--out", "all");
    assert.equal(code, 2);
    assert.match(err, /^agentid: cannot read the facts in `all`: .*; write them anew\n$/);
  });
});
