import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";

const script = resolve(__dirname, "../../scripts/drawing-tests.mjs");

const files = {
  "by-itself.test.ts": 'import fc from "fast-check";\n',
  "by-all.test.ts": 'import * as fc from "fast-check";\n',
  "by-seed.fuzz.ts": 'const seed = Number(process.env["FUZZ_SEED"]);\n',
  "deep/by-support.test.ts": 'import {\n  drawn,\n} from "../support/drawn";\n',
  "deep/by-reexport.test.ts": 'import { drawn } from "../support";\n',
  "in-a-circle.test.ts": 'import "./circle";\n',
  "plain.test.ts": 'import { plain } from "./support/plain";\n',
  "in-a-plain-circle.test.ts": 'import "./plain-circle";\n',
  "more-often.fuzz.ts": 'import "./many";\nimport "./by-itself.test";\n',
  "support/drawn.ts": 'import fc from "fast-check";\nexport const drawn = fc.nat();\n',
  "support/index.ts": 'export * from "./drawn";\n',
  "support/plain.ts": "export const plain = 1;\n",
  "circle.ts": 'import "./in-a-circle.test";\nimport "./support/drawn";\n',
  "plain-circle.ts": 'import "./plain-circle";\n',
  "many.ts": "export {};\n",
};

describe("the list of tests that draw", () => {
  let folder = "";

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "agentid-drawing-"));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const listed = (of: string) => {
    const { status, stdout } = spawnSync(process.execPath, [script, of], {
      encoding: "utf8",
      env: { ...process.env, NODE_V8_COVERAGE: undefined },
    });
    return { status, files: stdout.split("\n").filter((line) => line !== "") };
  };

  it("has each that draws itself or by what it imports, and none that runs others again", () => {
    const { status, files: found } = listed(folder);
    assert.equal(status, 0);
    assert.deepEqual(
      found.map((file) => relative(folder, resolve(file))),
      [
        "by-all.test.ts",
        "by-itself.test.ts",
        "by-seed.fuzz.ts",
        "deep/by-reexport.test.ts",
        "deep/by-support.test.ts",
        "in-a-circle.test.ts",
      ],
    );
  });

  it("has those of this repository", () => {
    const here = [...listed("test").files, ...listed("test-real").files];
    for (const file of [
      "test/components/agent-stack/random.test.ts",
      "test/fuzz/pack.fuzz.ts",
      "test/policy-pack/whole-pack.test.ts",
      "test/policy-pack/domain/trust/every-token.test.ts",
      "test-real/kubernetes-decoder.test.ts",
    ]) {
      assert.ok(here.includes(file), file);
    }
    assert.ok(!here.includes("test/fuzz/properties-of-policies.fuzz.ts"));
    assert.ok(!here.includes("test/repository.test.ts"));
  });

  it("is refused for a folder that there is not", () => {
    assert.deepEqual(listed(join(folder, "none")), { status: 2, files: [] });
  });
});
