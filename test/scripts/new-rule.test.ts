import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rules } from "../../policy-pack/rules/index";

const root = join(__dirname, "..", "..");

describe("npm run new-rule", () => {
  let folder = "";

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "agentid-new-rule-"));
    for (const place of ["policy-pack/rules", "test/policy-pack/rules", "docs/rules", "scripts"]) {
      mkdirSync(join(folder, place), { recursive: true });
    }
    for (const file of ["scripts/new-rule.ts", "policy-pack/rules/index.ts"]) {
      cpSync(join(root, file), join(folder, file));
    }
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const text = (path: string): string => readFileSync(join(folder, path), "utf8");

  function run(...ids: readonly string[]): { status: number | null; stated: string } {
    const loader = ["--require", require.resolve("tsx/cjs")];
    const script = join(folder, "scripts/new-rule.ts");
    const { status, stdout, stderr } = spawnSync(process.execPath, [...loader, script, ...ids], {
      encoding: "utf8",
    });
    return { status, stated: stdout + stderr };
  }

  it("writes the rule, its test and its page, and lists the rule among the others", () => {
    assert.equal(run("no-demo-thing").status, 0);
    assert.match(text("policy-pack/rules/no-demo-thing.ts"), /id: "no-demo-thing"/);
    assert.match(text("test/policy-pack/rules/no-demo-thing.test.ts"), /ruleTester\(rule,/);
    assert.match(text("docs/rules/no-demo-thing.md"), /## Exceptions[^]*## Not covered/);
    const listed = [...text("policy-pack/rules/index.ts").matchAll(/from "\.\/([\w-]+)"/g)];
    assert.deepEqual(
      listed.map((match) => match[1]),
      [...rules.map(({ id }) => id), "no-demo-thing"].sort(),
    );
  });

  it("overwrites nothing", () => {
    assert.equal(run("no-demo-thing").status, 0);
    const before = text("policy-pack/rules/index.ts");
    const again = run("no-demo-thing");
    assert.equal(again.status, 2);
    assert.equal(
      again.stated,
      "`policy-pack/rules/no-demo-thing.ts` exists already; choose another id\n",
    );
    assert.equal(text("policy-pack/rules/index.ts"), before);
  });

  for (const ids of [[], ["Something"], ["../escape"], ["no-"], ["no-Upper"]]) {
    it(`refuses the id ${JSON.stringify(ids)}`, () => {
      const { status, stated } = run(...ids);
      assert.equal(status, 2);
      assert.match(stated, /^usage: npm run new-rule -- ID/);
    });
  }
});
