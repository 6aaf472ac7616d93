import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "..", "..");
const folder = "policy-pack/read/catalogue/kubernetes";

describe("npm run new-reader", () => {
  let copy = "";

  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), "agentid-new-reader-"));
    mkdirSync(join(copy, folder), { recursive: true });
    for (const file of [
      "scripts/new-reader.ts",
      "scripts/catalogue-index.ts",
      `${folder}/index.ts`,
      `${folder}/ray.ts`,
    ]) {
      cpSync(join(root, file), join(copy, file));
    }
  });

  afterEach(() => rmSync(copy, { recursive: true, force: true }));

  const text = (path: string): string => readFileSync(join(copy, path), "utf8");

  function run(...args: readonly string[]): { status: number | null; stated: string } {
    const loader = ["--require", require.resolve("tsx/cjs")];
    const script = join(copy, "scripts/new-reader.ts");
    const { status, stdout, stderr } = spawnSync(process.execPath, [...loader, script, ...args], {
      encoding: "utf8",
    });
    return { status, stated: stdout + stderr };
  }

  it("writes the product's file and its test, and lists the product", () => {
    assert.equal(run("k8s.desk.dev", "Desk").status, 0);
    assert.match(text(`${folder}/desk.ts`), /product\("k8s\.desk\.dev", \{\n {2}Desk: \{/);
    assert.match(
      text("test/policy-pack/read/catalogue/desk.test.ts"),
      /kind: "k8s\.desk\.dev\/v1 Desk"/,
    );
    assert.match(text(`${folder}/index.ts`), /as desk \} from "\.\/desk";\n.*as ray \} from/);
  });

  it("names the file of a group that the catalogue has", () => {
    const { status, stated } = run("ray.io", "RayCluster");
    assert.equal(status, 2);
    assert.equal(
      stated,
      "`ray.io` is in `policy-pack/read/catalogue/kubernetes/ray.ts` already; add `RayCluster` there\n",
    );
  });

  it("overwrites nothing", () => {
    assert.equal(run("desk.dev", "Desk").status, 0);
    const { status, stated } = run("desk.example.com", "Desk");
    assert.equal(status, 2);
    assert.equal(
      stated,
      "`policy-pack/read/catalogue/kubernetes/desk.ts` exists already; add `Desk` there\n",
    );
  });

  for (const args of [[], ["desk.dev"], ["desk", "Desk"], ["desk.dev", "desk"], ["../a.b", "A"]]) {
    it(`refuses ${JSON.stringify(args)}`, () => {
      const { status, stated } = run(...args);
      assert.equal(status, 2);
      assert.match(stated, /^usage: npm run new-reader -- GROUP KIND, [^\n]*\n$/);
    });
  }
});
