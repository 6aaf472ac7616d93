import assert from "node:assert/strict";
import { cpSync, readdirSync, symlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { previewProgram } from "../../engine";
import { withFolder } from "./support/programs";

const sdk = dirname(require.resolve("@pulumi/pulumi/package.json"));

/** How a program with one statement ends, by its `tsconfig.json`. */
function ended(code: string, typecheck: boolean, strict = true): Promise<string> {
  const compilerOptions = {
    strict,
    target: "es2022",
    module: "commonjs",
    moduleResolution: "node",
    skipLibCheck: true,
    ignoreDeprecations: "6.0",
    types: [],
    paths: { "@pulumi/pulumi": [sdk] },
  };
  const files = {
    "Pulumi.yaml": "name: desk\nruntime: nodejs\n",
    "tsconfig.json": JSON.stringify({ compilerOptions, files: ["index.ts"] }),
    "index.ts": `${code}\nexport {};\n`,
  };
  return withFolder(files, async (directory) => {
    const preview = await previewProgram({ directory, typecheck });
    return preview.kind === "snapshot"
      ? "previewed"
      : preview.reason.replaceAll(join(directory), "FOLDER");
  });
}

describe("the types of a program", () => {
  it("fail it where they are checked", async () => {
    const code = `const replicas: number = "two"; void replicas;`;
    assert.equal(await ended(code, false), "previewed");
    assert.match(await ended(code, true), /index\.ts.*'string' is not assignable to type 'number'/);
  });

  it("do not fail it where they check", async () => {
    assert.equal(await ended(`const replicas: number = 2; void replicas;`, true), "previewed");
  });

  it("are checked by the program's own settings", async () => {
    const code = `const name = (given) => given; void name;`;
    assert.equal(await ended(code, true, false), "previewed");
    assert.match(await ended(code, true), /index\.ts.*implicitly has an 'any' type/);
  });
});

describe("a program that does not compile", () => {
  const wrong = "export const replicas = [1;\n";

  /** Why the files do not preview, in a project with the SDK and, if asked, a compiler. */
  function reason(files: Readonly<Record<string, string>>, hasCompiler: boolean): Promise<string> {
    const project = { "Pulumi.yaml": "name: desk\nruntime: nodejs\n", "package.json": "{}" };
    return withFolder({ ...project, ...files }, async (directory) => {
      const modules = join(directory, "node_modules");
      cpSync(sdk, join(modules, "@pulumi/pulumi"), { recursive: true, dereference: true });
      for (const name of readdirSync(join(sdk, "../.."))) {
        if (/^@pulumi$|^\.|^typescript(?:-7)?$|^ts-node$|^pulumi-agentid$/.test(name)) continue;
        symlinkSync(join(sdk, "../..", name), join(modules, name));
      }
      if (hasCompiler) symlinkSync(resolve("node_modules/typescript"), join(modules, "typescript"));
      const preview = await previewProgram({ directory });
      const shown = preview.kind === "snapshot" ? "previewed" : preview.reason;
      return shown.replaceAll(directory, "FOLDER");
    });
  }

  const cure =
    "; the project has no TypeScript, so Pulumi compiled it by its own 3.8: run `npm install --save-dev typescript` in `FOLDER`";

  it("names the cure where the project has no TypeScript", async () => {
    const newer =
      'import { Output, type Input } from "@pulumi/pulumi";\nexport const x: Input<Output<string>>[] = [];\n';
    assert.equal(await reason({ "index.ts": newer }, false), `index.ts:1:23: ',' expected${cure}`);
  });

  it("names the fault alone where the project has TypeScript", async () => {
    const shown = await reason({ "index.ts": wrong }, true);
    assert.match(shown, /^index\.ts:1:\d+: /);
    assert.doesNotMatch(shown, /npm install/);
  });
});
