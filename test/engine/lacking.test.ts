import assert from "node:assert/strict";
import { inProgramHost } from "../support/program-host";
import { reasonOf, withFolder } from "./support/programs";

const sdk = JSON.stringify(require.resolve("@pulumi/pulumi"));

/** Why a program that begins with a line of configuration cannot be previewed. */
function refused(
  code: string,
  files: Readonly<Record<string, string>> = {},
  config: Readonly<Record<string, string>> = {},
): Promise<string> {
  const all = {
    "Pulumi.yaml": "name: asks\nruntime: nodejs\n",
    "index.js": `const config = new (require(${sdk}).Config)();\n${code}\n`,
    ...files,
  };
  return withFolder(all, async (folder) => {
    const reason = await reasonOf(folder, { config });
    return reason.replaceAll(folder, "FOLDER");
  });
}

describe("a program reports what it lacks", () => {
  inProgramHost();

  it("configuration that is not there", async () => {
    assert.equal(
      await refused("config.require('token');"),
      "index.js:2:8: configuration `asks:token` is missing; give it with --config asks:token=VALUE or in the stack's file",
    );
  });

  it("configuration of another form, without its value", async () => {
    assert.equal(
      await refused(
        "config.requireObject('database');",
        {},
        { database: "canary' is not a valid number" },
      ),
      "index.js:2:8: configuration `asks:database` is not a valid JSON object",
    );
  });

  it("a similar message is reported unchanged", async () => {
    assert.equal(
      await refused(`throw new Error("Configuration 'a' value 'b' is not nice");`),
      "index.js:2:7: the program threw `Configuration 'a' value 'b' is not nice`",
    );
  });

  it("text that is JSON, with its place: its own code is read well", async () => {
    assert.match(
      await refused("JSON.parse('{');"),
      /^index\.js:2:6: the program threw `SyntaxError: .* JSON .*`$/,
    );
  });

  it("a network, with what it sought there", async () => {
    assert.equal(
      await refused(
        `Promise.reject(new TypeError("fetch failed", { cause: new Error("getaddrinfo ENOTFOUND crm.example") }));`,
      ),
      "index.js:2:16: the program threw `TypeError: fetch failed: getaddrinfo ENOTFOUND crm.example`",
    );
  });

  it("a file of a package that is installed", async () => {
    const files = { "node_modules/@acme/parts/index.js": "" };
    assert.equal(
      await refused("require('@acme/parts/lib/role');", files),
      "index.js:2:1: the installed `@acme/parts` has no `lib/role`; install the version that the program is written for",
    );
    assert.equal(
      await refused("require('@acme/other/lib/role');", files),
      "index.js:2:1: `@acme/other/lib/role` cannot be found: the dependencies of `FOLDER` are not installed; run `npm install` there",
    );
  });

  it("a package of the same repository that is not built", async () => {
    const files = {
      "node_modules/@acme/parts/package.json": `{ "name": "@acme/parts", "main": "dist/main.js" }`,
    };
    assert.equal(
      await refused("require('@acme/parts');", files),
      "index.js:2:1: `node_modules/@acme/parts/dist/main.js` is not there, which the package names as its `main`; build the package first",
    );
  });

  it("arguments that Node takes, or what these load", async () => {
    const project = (argument: string) => ({
      "Pulumi.yaml": `name: asks\nruntime: { name: nodejs, options: { nodeargs: ${argument} } }\n`,
    });
    assert.match(
      await refused("", project("--not-an-option")),
      /^Node did not start the program: `.*bad option: --not-an-option`$/,
    );
    assert.equal(
      await refused("", {
        ...project("--require ./hook.js"),
        "hook.js": "throw new RangeError('no compiler is installed');",
      }),
      "Node did not start the program: `RangeError: no compiler is installed`",
    );
  });

  it("packages that are not installed, with the package manager", async () => {
    const authentication = { "package.json": "{}", "index.js": "require('@acme/shared');" };
    const missing =
      "index.js:1:1: `@acme/shared` cannot be found: the dependencies of `FOLDER` are";
    const reported = (files: Readonly<Record<string, string>>) =>
      refused("", { ...authentication, ...files });
    assert.equal(await reported({}), `${missing} not installed; run \`npm install\` there`);
    assert.equal(
      await reported({ "pnpm-workspace.yaml": "" }),
      `${missing} not installed; run \`pnpm install\` there`,
    );
    assert.equal(
      await reported({ "yarn.lock": "" }),
      `${missing} not installed; run \`yarn install\` there`,
    );
    assert.equal(
      await reported({ "yarn.lock": "", ".pnp.cjs": "" }),
      `${missing} in no folder, as Yarn's Plug'n'Play leaves them; ` +
        "write `nodeLinker: node-modules` into `FOLDER/.yarnrc.yml` and run `yarn install`",
    );
  });

  it("modules that only the compiler resolves, also by extended settings", async () => {
    const files = {
      "package.json": "{}",
      "index.js": "require('@acme/shared');",
      "tsconfig.json": '{ "extends": "./base/tsconfig" }',
      "base/tsconfig.json": '{ "compilerOptions": { "paths": { "@acme/*": ["packages/*/src"] } } }',
    };
    assert.equal(
      await refused("", files),
      "index.js:1:1: `@acme/shared` is found by `paths` of the compiler's settings, which Node ignores; " +
        "load what resolves it, such as `tsconfig-paths/register` by `nodeargs` in Pulumi.yaml",
    );
  });
});
