import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const program = `const aws = require("@pulumi/aws");
new aws.iam.AccessKey("ci", { user: new aws.iam.User("ci", { name: "ci" }).name });
`;

/** The same test in each runner; \`fails\` is true in one of them. */
const body = `
for (const what of [{ program: "infra" }, "infra", { resources: [
  { type: "aws:iam/user:User", name: "ci", properties: { name: "ci" } },
  { type: "aws:iam/accessKey:AccessKey", name: "ci", properties: { user: "ci" } },
] }]) {
  it("blocks a key: " + JSON.stringify(what), async () => {
    const { verdict, findings } = await judge(what);
    assert.deepEqual([verdict, findings[0].rule], ["blocked", "no-access-key"]);
  }, 120000);
}
it("rejects in a sentence", async () => {
  await assert.rejects(judge("missing"), /^CouldNotRun: cannot read \`missing\`/);
});
it("fails where the verdict is another", async () => {
  assert.equal((await judge({ folder: "manifests" })).verdict, "blocked");
});
`;
const account = `apiVersion: v1
kind: ServiceAccount
metadata: { name: triage, namespace: acme }
automountServiceAccountToken: false
`;
const commonjs = `const assert = require("node:assert/strict");
const { judge } = require("pulumi-agentid/testing");
`;
const esm = `import assert from "node:assert/strict";
import { judge } from "pulumi-agentid/testing";
`;

/** Runners, each with its file and arguments. */
const runners = {
  "mocha, CommonJS": {
    ...{ file: "desk.cjs", text: commonjs + body.replaceAll(", 120000)", ").timeout(120000)") },
    command: ["mocha/bin/mocha.js", "desk.cjs"],
  },
  "mocha, ES modules": {
    ...{ file: "desk.mjs", text: esm + body.replaceAll(", 120000)", ").timeout(120000)") },
    command: ["mocha/bin/mocha.js", "desk.mjs"],
  },
  "vitest, threads": {
    ...{ file: "desk.test.mjs", text: `import { it } from "vitest";\n${esm}${body}` },
    command: ["vitest/vitest.mjs", "run", "--pool", "threads"],
  },
  "vitest, processes": {
    ...{ file: "desk.test.mjs", text: `import { it } from "vitest";\n${esm}${body}` },
    command: ["vitest/vitest.mjs", "run", "--pool", "forks"],
  },
} as const;

describe("pulumi-agentid/testing as it is built", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "agentid-runner-"));
    const modules = join(folder, "node_modules");
    for (const path of [modules, join(folder, "infra"), join(folder, "manifests")]) mkdirSync(path);
    for (const name of readdirSync("node_modules")) {
      if (!name.startsWith(".")) symlinkSync(resolve("node_modules", name), join(modules, name));
    }
    symlinkSync(resolve("."), join(modules, "pulumi-agentid"));
    writeFileSync(join(folder, "infra/Pulumi.yaml"), "name: desk\nruntime: nodejs\n");
    writeFileSync(join(folder, "infra/index.js"), program);
    writeFileSync(join(folder, "manifests/account.yaml"), account);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  for (const [name, { file, text, command }] of Object.entries(runners)) {
    it(`judges in ${name}`, () => {
      writeFileSync(join(folder, file), text);
      const [script, ...args] = command;
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [resolve("node_modules", script), ...args],
        {
          cwd: folder,
          encoding: "utf8",
          env: {
            ...process.env,
            ...{ NODE_V8_COVERAGE: undefined, NODE_OPTIONS: undefined, NO_COLOR: "1", CI: "1" },
          },
        },
      );
      const printed = stdout + stderr;
      // The last one shows that a wrong verdict fails a test, and by its data.
      assert.equal(status, 1, printed);
      assert.match(printed, /4 pass(?:ing|ed)/, printed);
      assert.match(printed, /1 fail(?:ing|ed)/, printed);
      assert.match(printed, /'passed'|"passed"/, printed);
    });
  }
});
