import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { previewProgram } from "../../engine";
import { inProgramHost } from "../support/program-host";
import { program, reasonOf, withFolder } from "./support/programs";

const sdk = JSON.stringify(require.resolve("@pulumi/pulumi"));

/** A program that declares a resource and then does something, so that only its end can show it. */
function endingBy(code: string, nodeArguments: readonly string[] = []) {
  return {
    "Pulumi.yaml": `name: ends\nruntime: { name: nodejs, options: { nodeargs: ${nodeArguments.join(" ") || '""'} } }\n`,
    "index.js": `
      const { ComponentResource } = require(${sdk});
      new ComponentResource("a:b:C", "first", {});
      setTimeout(() => { ${code} }, 300);
    `,
  };
}

describe("a program that cannot be previewed gets one clear sentence", () => {
  inProgramHost();

  const cases: readonly (readonly [string, string, string])[] = [
    [
      "throws",
      "throws",
      "index.ts:7:25: the program threw `TypeError: Cannot read properties of undefined (reading 'name')`",
    ],
    [
      "throws within an apply",
      "throws-in-apply",
      "index.js:4:9: the program threw `team support has no owner`",
    ],
    [
      "leaves a rejected promise alone",
      "unhandled-rejection",
      "index.js:1:16: the program threw `nobody waited`",
    ],
    ["prints a megabyte and throws", "noisy", "index.js:4:7: the program threw `after a megabyte`"],
    ["misses a file of its own", "missing-file", "index.js:1:1: there is no module `./not-there`"],
    [
      "misses a package",
      "missing-package",
      `index.js:1:1: \`@example/not-installed\` cannot be found: the dependencies of \`${program("missing-package")}\` are not installed; run \`npm install\` there`,
    ],
    [
      "works on an answer that is not there",
      "unanswered-throw",
      "index.ts:5:27: the program threw `TypeError: role.arn.split is not a function`; possibly because " +
        "`aws:iam/getRole:getRole` has no recorded answer: record one under `functions` in agentid.yaml",
    ],
    [
      "rests on a chart that is not rendered offline",
      "charts",
      "index.js:4:67: the program threw `TypeError: Cannot read properties of undefined (reading 'status')`; " +
        "possibly because a Helm chart is rendered by `kubernetes:helm:template`, which an offline preview does not run",
    ],
  ];
  for (const [behaviour, name, reason] of cases) {
    it(behaviour, async () => {
      assert.deepEqual(await previewProgram({ directory: program(name) }), {
        kind: "could-not-run",
        reason,
      });
    });
  }

  it("throws the mistakes of a manifest: each leads with its place", async () => {
    assert.deepEqual((await reasonOf(program("manifest-mistakes"))).split("\n"), [
      "agents.yaml:1:1: federations: it is missing; " +
        "give federations by name (lowercase letters, digits and single `-` inside, at most 63)",
      "agents.yaml:3:17: tenants.acme.federation: no federation is called `cluster`; none is declared in `federations`",
      "agents.yaml:6:7: key `triage` is written twice; keep one",
      "agents.yaml:8:36: tenants.acme.tools.refunds.risk.effects[0]: `payments` is not allowed; give `payment`, " +
        "`production-change`, `deletion` or `external-message`; did you mean `payment`?",
    ]);
  });

  it("throws a document: 60 lines of at most 1,000 characters each, and how many more there are", async () => {
    const rest = Array.from({ length: 57 }, (_, index) => `line ${index + 4}`);
    assert.deepEqual((await reasonOf(program("throws-lines"))).split("\n"), [
      "index.js:5:7: the program threw",
      "RangeError: line 1",
      `${"x".repeat(999)}…`,
      "::error::obeyed",
      ...rest,
      "… and 10 more lines, shown by --verbose",
    ]);
  });

  it("reports an error of several lines", () =>
    withFolder(
      {
        "Pulumi.yaml": "name: reports\nruntime: nodejs\n",
        "index.js": `require(${sdk}).log.error("two\\nlines");\n`,
      },
      async (folder) => {
        assert.equal(
          await reasonOf(folder),
          `index.js:1:${`require(${sdk}).log.`.length + 1}: the program reported an error\ntwo\nlines`,
        );
      },
    ));

  it("does not compile", () =>
    withFolder(
      { "Pulumi.yaml": "name: broken\nruntime: nodejs\n", "index.ts": "const team = ;\n" },
      async (folder) => {
        assert.equal(await reasonOf(folder), "index.ts:1:14: Expression expected");
      },
    ));

  it("has a compiler setting that the compiler refuses", () =>
    withFolder(
      {
        "Pulumi.yaml": "name: old\nruntime: nodejs\n",
        "package.json": '{ "name": "old" }',
        "tsconfig.json": '{ "compilerOptions": { "target": "es5", "module": "commonjs" } }',
        "index.ts": "export const x = 1;\n",
      },
      async (folder) => {
        assert.match(
          await reasonOf(folder),
          /^the tsconfig\.json of `[^`]+` is refused: Option 'target=ES5' is deprecated/,
        );
      },
    ));

  it("is no JavaScript", () =>
    withFolder(
      { "Pulumi.yaml": "name: broken\nruntime: nodejs\n", "index.js": "\nconst team = ;\n" },
      async (folder) => {
        assert.equal(await reasonOf(folder), "index.js:2: Unexpected token ';'");
      },
    ));

  it("declares dependencies that are not installed", () =>
    withFolder(
      {
        "Pulumi.yaml": "name: fresh\nruntime: nodejs\n",
        "package.json": '{ "dependencies": { "@pulumi/pulumi": "^3.0.0" } }',
        "index.js": "",
      },
      async (folder) => {
        assert.equal(
          await reasonOf(folder),
          `the dependencies of \`${folder}\` are not installed; run \`npm install\` there`,
        );
      },
    ));

  it("is an ES module in TypeScript, and no ts-node is installed that translates those", () =>
    withFolder(
      {
        "Pulumi.yaml": "name: modules\nruntime: nodejs\n",
        "package.json": '{ "type": "module" }',
        "index.ts": "export const x = 1;\n",
      },
      async (folder) => {
        assert.equal(
          await reasonOf(folder),
          "index.ts is an ES module, which Pulumi's SDK translates by `ts-node` 10; " +
            `run \`npm install\` in \`${folder}\`, with \`--save-dev ts-node@10 typescript\` where its package.json does not name them`,
        );
      },
    ));

  it("throws what can do nothing but show itself", async () => {
    assert.equal(
      await reasonOf(program("throws-shown")),
      "the program threw `Error: of the loader`",
    );
  });

  const unanswered: readonly (readonly [string, string, string])[] = [
    [
      "calls a host that does not answer: no missing answer is taken for the reason",
      "lookup",
      "the program threw `getaddrinfo ENOTFOUND crm.example`",
    ],
    [
      "fetches from a host that does not answer",
      "fetch",
      "the program threw `TypeError: fetch failed: connect ECONNREFUSED 127.0.0.1:9`",
    ],
    [
      "calls a host whose name is made of an answer that is not there",
      "named",
      "the program threw `getaddrinfo ENOTFOUND [object Object]`; possibly because `aws:iam/getRole:getRole` has no recorded answer: record one under `functions` in agentid.yaml",
    ],
    [
      "lacks configuration, which is all that it says",
      "configuration",
      "configuration `unanswered-then:key` is missing; give it with --config unanswered-then:key=VALUE or in the stack's file",
    ],
  ];
  for (const [behaviour, then, reason] of unanswered) {
    it(`calls a function without an answer, and ${behaviour}`, async () => {
      const directory = program("unanswered-then");
      const preview = await previewProgram({ directory, config: { then } });
      assert.ok(preview.kind === "could-not-run", JSON.stringify(preview));
      assert.equal(preview.reason.replace(/^index\.js:\d+:\d+: /, ""), reason);
    });
  }

  it("misses a module that only the compiler's `paths` name", () =>
    withFolder(
      {
        "Pulumi.yaml": "name: desk\nruntime: nodejs\n",
        "tsconfig.json": '{ "compilerOptions": { "paths": { "@lib/*": ["../lib/src/*"] } } }\n',
        "index.js": 'require("@lib/role");\n',
      },
      async (folder) => {
        assert.equal(
          await reasonOf(folder),
          "index.js:1:1: `@lib/role` is found by `paths` of the compiler's settings, which Node ignores; " +
            "load what resolves it, such as `tsconfig-paths/register` by `nodeargs` in Pulumi.yaml",
        );
      },
    ));

  it("has not been built", () =>
    withFolder(
      { "Pulumi.yaml": "name: desk\nruntime: nodejs\nmain: dist/index.js\n" },
      async (folder) => {
        assert.equal(
          await reasonOf(folder),
          `${folder}/Pulumi.yaml: \`main\` names \`dist/index.js\`, which is not there; where a build makes it, build the program first`,
        );
      },
    ));

  it("lacks configuration that the environment of its stack may have", () =>
    withFolder(
      {
        "Pulumi.yaml": "name: desk\nruntime: nodejs\n",
        "Pulumi.dev.yaml": "environment: [desk]\n",
        "index.js": `const { Config } = require(${sdk});\nnew Config().require("key");\n`,
      },
      async (folder) => {
        assert.equal(
          await reasonOf(folder),
          "index.js:2:14: configuration `desk:key` is missing; give it with --config desk:key=VALUE or in the stack's file; " +
            "the `environment` of stack `dev` may have it, and was not read",
        );
      },
    ));

  it("is no Pulumi project", () =>
    withFolder({}, async (folder) => {
      assert.equal(
        await reasonOf(folder),
        `no Pulumi.yaml in \`${folder}\`; name the folder of a Pulumi program`,
      );
    }));

  it("runs on another runtime", () =>
    withFolder({ "Pulumi.yaml": "name: snakes\nruntime: python\n" }, async (folder) => {
      assert.equal(
        await reasonOf(folder),
        `${folder}/Pulumi.yaml: runtime \`python\` cannot be run; only \`nodejs\` and \`yaml\` programs are; for others use \`pulumi preview\` with the policy pack`,
      );
    }));

  it("has a broken project file", () =>
    withFolder({ "Pulumi.yaml": "name: broken\nruntime: [nodejs\n" }, async (folder) => {
      assert.equal(
        await reasonOf(folder),
        `${folder}/Pulumi.yaml:3:1: flow sequence in block collection must be sufficiently indented and end with a ]`,
      );
    }));

  it("has a broken stack file", () =>
    withFolder(
      {
        "Pulumi.yaml": "name: broken\nruntime: nodejs\n",
        "Pulumi.dev.yaml": 'config:\n  a: "b\n  c: d\n',
      },
      async (folder) => {
        assert.equal(
          await reasonOf(folder),
          `${folder}/Pulumi.dev.yaml:4:1: missing closing "quote`,
        );
      },
    ));
});

describe("a program that ends its process, or does not, gets one clear sentence", () => {
  for (const [behaviour, name, code] of [
    ["exits with a code", "exits", 3],
    ["exits as if all were well", "exits-quietly", 0],
  ] as const) {
    it(behaviour, async () => {
      assert.equal(
        await reasonOf(program(name)),
        `index.js:1:9: the program ended itself with exit code ${code} before it was done`,
      );
    });
  }

  it("has nothing to run", () =>
    withFolder({ "Pulumi.yaml": "name: empty\nruntime: nodejs\n" }, async (folder) => {
      assert.equal(
        await reasonOf(folder),
        `no program in \`${folder}\`; it needs an index.ts or index.js, or \`main\` in Pulumi.yaml`,
      );
    }));

  it("never ends: the whole process group is ended with it", async () => {
    const mark = randomUUID();
    process.env["AGENTID_TEST_MARK"] = mark;
    try {
      assert.equal(
        await reasonOf(program("never-ends"), { timeoutMs: 3000 }),
        "the program did not end within 3 s; give it more with --timeout if it needs longer",
      );
    } finally {
      delete process.env["AGENTID_TEST_MARK"];
    }
    const running = execFileSync("ps", ["-eo", "args"], { encoding: "utf8" });
    assert.ok(!running.includes(mark), "a child of the program outlived it");
  });

  it("waits for what never comes", () =>
    withFolder(
      {
        "Pulumi.yaml": "name: waits\nruntime: nodejs\n",
        "index.js": "module.exports = async () => { await new Promise(() => {}); };\n",
      },
      async (folder) => {
        assert.equal(
          await reasonOf(folder),
          "the program stopped while it waited for something that never came, such as a promise that never resolves",
        );
      },
    ));

  it("is killed", () =>
    withFolder(endingBy('process.kill(process.pid, "SIGKILL")'), async (folder) => {
      assert.equal(
        await reasonOf(folder),
        "the program was ended by SIGKILL, as a machine does that runs out of memory",
      );
    }));

  it("is stopped by another process", () =>
    withFolder(endingBy('process.kill(process.pid, "SIGTERM")'), async (folder) => {
      assert.equal(await reasonOf(folder), "the program was ended by SIGTERM");
    }));

  it("runs out of memory", () =>
    withFolder(
      endingBy("for (const all = []; ; ) all.push(new Array(100000).fill(Math.random()))", [
        "--max-old-space-size=60",
      ]),
      async (folder) => {
        assert.equal(
          await reasonOf(folder),
          "the program ran out of memory; give it more, such as by `NODE_OPTIONS=--max-old-space-size=4096`",
        );
      },
    ));

  it("closes the pipe over which it is heard, and throws", () =>
    withFolder(
      endingBy('require("node:fs").closeSync(3); throw new Error("not heard")'),
      async (folder) => {
        assert.equal(
          await reasonOf(folder),
          "the program ended itself with exit code 32 before it was done",
        );
      },
    ));

  it("closes its connections while a resource is declared, though its SDK passes over that", () =>
    withFolder(
      {
        "Pulumi.yaml": "name: cut\nruntime: nodejs\n",
        "index.js": `
          const { ComponentResource } = require(${sdk});
          const cut = () => process._getActiveHandles().forEach((one) => one.remotePort && one.destroy());
          new ComponentResource("a:b:C", "first", {});
          setTimeout(() => {
            new ComponentResource("a:b:C", "second", {});
            const end = Date.now() + 200;
            (function again() { cut(); if (Date.now() < end) setImmediate(again); })();
          }, 300);
        `,
      },
      async (folder) => {
        assert.equal(
          await reasonOf(folder),
          "the program closed its connection to agentid while it declared resources, so not all of them were seen",
        );
      },
    ));
});

describe("what a failed program printed", () => {
  it("comes with `verbose`, the last of it only, and the stack trace", async () => {
    const preview = await previewProgram({ directory: program("noisy"), verbose: true });
    assert.ok(preview.kind === "could-not-run");
    const { details = "" } = preview;
    assert.ok(details.startsWith("Error: after a megabyte\n    at "), details.slice(0, 80));
    assert.ok(details.includes("the end of it"));
    assert.ok(details.length < 80 * 1024, `${details.length} characters`);
  });

  it("is one that drives Pulumi itself, which is stopped before it calls the CLI", async () => {
    const files = {
      "Pulumi.yaml": "name: drives\nruntime: nodejs\n",
      "index.js": `
        const { LocalWorkspace } = require(${sdk}).automation;
        LocalWorkspace.createOrSelectStack({ stackName: "dev", projectName: "drives", program: async () => {} });
      `,
    };
    await withFolder(files, async (folder) => {
      assert.equal(
        await reasonOf(folder),
        "index.js:3:24: a program that drives Pulumi itself is not run; " +
          "name the folder of the program that it drives, or have it preview with the policy pack",
      );
    });
  });
});
