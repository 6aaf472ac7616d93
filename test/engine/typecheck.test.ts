import assert from "node:assert/strict";
import { dirname, join } from "node:path";
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
