import assert from "node:assert/strict";
import { join } from "node:path";
import { inProgramHost } from "../support/program-host";
import { reasonOf, withFolder } from "./support/programs";

const sdk = JSON.stringify(require.resolve("@pulumi/pulumi"));
const components = JSON.stringify(require.resolve("pulumi-agentid"));

/** The first lines of a program in JavaScript; what is tried follows in line 3. */
const head = [
  `const { ComponentResource, CustomResource, Config, log, output, runtime } = require(${sdk});`,
  'const a = (name, inputs) => new CustomResource("a:b:C", name, inputs);',
];

/** Why a program with this code does not run. */
function reasonFor(
  code: string,
  files: Readonly<Record<string, string>> = {},
  typecheck = false,
): Promise<string> {
  const all = {
    "Pulumi.yaml": "name: mis\nruntime: nodejs\n",
    ...(code !== "" && { "index.js": [...head, code, ""].join("\n") }),
    ...files,
  };
  return withFolder(all, (folder) => reasonOf(folder, { typecheck }));
}

const mistakes: readonly (readonly [string, string, string])[] = [
  [
    "configuration is missing",
    'new Config().require("x");',
    "index.js:3:14: configuration `mis:x` ",
  ],
  [
    "an error is thrown",
    '(() => { throw new Error("own"); })();',
    "index.js:3:16: the program threw `own`",
  ],
  [
    "an error is thrown later",
    'setTimeout(() => { throw new Error("later"); });',
    "index.js:3:26: the program threw `later`",
  ],
  [
    "a promise is rejected",
    '(async () => { await 1; throw new Error("no"); })();',
    "index.js:3:31: the program threw `no`",
  ],
  [
    "a callback throws",
    'output(1).apply(() => { throw new Error("in"); });',
    "index.js:3:31: the program threw `in`",
  ],
  [
    "a transformation throws",
    'runtime.registerStackTransformation(() => { throw new Error("t"); }); a("x", {});',
    "index.js:3:51: the program threw `t`",
  ],
  [
    "a name does not exist",
    "notThere();",
    "index.js:3:1: the program threw `ReferenceError: notThere is not defined`",
  ],
  [
    "two resources have one name",
    'a("x", {});\na("x", {});',
    "index.js:2:29: the program threw `failed to register",
  ],
  [
    "an input is a promise that is rejected",
    'a("x", { y: Promise.reject(new Error("no y")) });',
    'index.js:3:28: the program threw `error serializing property "y": no y`',
  ],
  [
    "an input contains itself",
    "const own = {}; own.own = own;\na('x', { own });",
    'index.js:2:29: the program threw `RangeError: error serializing property "own"',
  ],
  [
    "an error is logged",
    'log.error("wrong");',
    "index.js:3:5: the program reported an error: wrong",
  ],
  ["a module is missing", 'require("./nothing");', "index.js:3:1: there is no module `./nothing`"],
  [
    "a package is missing",
    'require("@acme/nothing");',
    "index.js:3:1: `@acme/nothing` cannot be found",
  ],
  [
    "an argument of a component is unknown",
    `new (require(${components}).Tenant)("t", { isolaton: 1 });`,
    "index.js:3:1: tenant `t`: isolaton is not known",
  ],
  [
    "an argument of a component has a wrong type",
    `new (require(${components}).Tenant)("t", { maxSession: 3600 });`,
    "index.js:3:1: tenant `t`: maxSession is `3600`",
  ],
];

describe("a mistake in a program is reported with file, line and column where", () => {
  inProgramHost();

  for (const [mistake, code, start] of mistakes) {
    it(mistake, async () => {
      const reason = await reasonFor(code);
      assert.ok(reason.startsWith(start), reason);
    });
  }

  it("a module of the program throws: its place, not that of the call", async () => {
    const files = { "lib/helper.js": '\nmodule.exports = () => {\n  throw new Error("h");\n};\n' };
    assert.equal(
      await reasonFor('require("./lib/helper")();', files),
      "lib/helper.js:3:9: the program threw `h`",
    );
  });

  it("a file outside the program's folder throws: the call in the program", async () => {
    const files = {
      "infra/Pulumi.yaml": "name: mis\nruntime: nodejs\n",
      "infra/index.js": 'require("../shared")();\n',
      "shared.js": 'module.exports = () => { throw new Error("s"); };\n',
    };
    const reason = await withFolder(files, (folder) => reasonOf(join(folder, "infra")));
    assert.equal(reason, "index.js:1:21: the program threw `s`");
  });
});

describe("a value that is thrown and is no error", () => {
  inProgramHost();

  for (const [value, shown] of [
    ['"a text"', "a text"],
    ["{ reason: 1 }", "{ reason: 1 }"],
    ["undefined", "undefined"],
  ] as const) {
    it(`has no place, but is shown: ${value}`, async () => {
      const reason = await reasonFor(`throw ${value};`);
      assert.equal(
        reason,
        `the program threw \`${shown}\`, which is no \`Error\`, so its place is not known`,
      );
    });
  }
});

describe("the mistakes that the compiler finds", () => {
  it("are all reported", async () => {
    const files = {
      "index.ts": 'export const n: number = "a";\nexport const m: string = 1;\n',
      "tsconfig.json":
        '{ "compilerOptions": { "target": "es2022", "module": "commonjs", "types": [], "ignoreDeprecations": "6.0" } }',
    };
    assert.deepEqual((await reasonFor("", files, true)).split("\n"), [
      "index.ts:1:14: Type 'string' is not assignable to type 'number'",
      "index.ts:2:14: Type 'number' is not assignable to type 'string'",
    ]);
  });
});
