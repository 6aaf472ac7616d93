import assert from "node:assert/strict";
import { previewProgram, type PreviewOptions } from "../../engine";
import { reasonOf, resourceOf, withFolder } from "./support/programs";
import { inProgramHost } from "../support/program-host";

const sdk = JSON.stringify(require.resolve("@pulumi/pulumi"));

/** What a program exports that is run from files in a folder. */
function exported(
  files: Readonly<Record<string, string>>,
  options: Omit<PreviewOptions, "directory"> = {},
): Promise<unknown> {
  return withFolder(files, async (folder) => {
    const preview = await previewProgram({ directory: folder, ...options });
    assert.ok(preview.kind === "snapshot", JSON.stringify(preview));
    const { snapshot } = preview;
    return resourceOf(snapshot, "pulumi:pulumi:Stack", `${snapshot.project}-${snapshot.stack}`)
      .outputs;
  });
}

const asking = {
  "index.js": `
    const pulumi = require(${sdk});
    exports.word = new pulumi.Config().get("word");
    exports.stack = pulumi.getStack();
  `,
};

describe("a project", () => {
  inProgramHost();

  it("has the files of its stacks in `stackConfigDir`", async () => {
    const files = {
      ...asking,
      "Pulumi.yaml": "name: filed\nruntime: nodejs\nstackConfigDir: stacks\n",
      "Pulumi.dev.yaml": "config: { filed:word: beside }\n",
      "stacks/Pulumi.test.yaml": "config: { filed:word: within }\n",
    };
    assert.deepEqual(await exported(files), { word: "within", stack: "test" });
  });

  it("has no stack without a file where others have one, unless its configuration is known", async () => {
    const files = {
      ...asking,
      "Pulumi.yaml": "name: filed\nruntime: nodejs\n",
      "Pulumi.dev.yaml": "config: { filed:word: beside }\n",
    };
    await withFolder(files, async (folder) => {
      assert.equal(
        (await reasonOf(folder, { stack: "acme/filed/prd" })).replaceAll(folder, "FOLDER"),
        "no `Pulumi.prd.yaml` in `FOLDER`, where `dev` has a file; write an empty one where the stack configures nothing",
      );
    });
    const stack = "prd";
    assert.deepEqual(await exported(files, { stack: "acme/dev" }), {
      word: "beside",
      stack: "dev",
    });
    assert.deepEqual(await exported(files, { stack, config: { word: "said" } }), {
      word: "said",
      stack,
    });
    assert.deepEqual(await exported({ ...files, "Pulumi.prd.yaml": "" }, { stack }), { stack });
    const only = { ...asking, "Pulumi.yaml": files["Pulumi.yaml"] };
    assert.deepEqual(await exported(only, { stack }), { stack });
  });

  it("has no stack where `stackConfigDir` is not there", async () => {
    const files = {
      ...asking,
      "Pulumi.yaml": "name: filed\nruntime: nodejs\nstackConfigDir: stacks\n",
    };
    assert.deepEqual(await exported(files), { stack: "dev" });
  });

  it("has no stack of the file that explains its settings", async () => {
    const files = {
      ...asking,
      "Pulumi.yaml": "name: told\nruntime: nodejs\n",
      "Pulumi.README.yaml": "config: { told:word: Say here which word }\n",
    };
    assert.deepEqual(await exported(files), { stack: "dev" });
    assert.deepEqual(
      await exported({ ...files, "Pulumi.test.yaml": "config: { told:word: real }\n" }),
      { word: "real", stack: "test" },
    );
  });

  it("passes Node the arguments of its runtime, split as a shell does", async () => {
    const files = {
      "Pulumi.yaml":
        "name: args\nruntime: { name: nodejs, options: { nodeargs: \"--title='two words' --no-warnings --conditions=a\\\\ b\" } }\n",
      "index.js": "exports.args = process.execArgv.slice(0, 3);\nexports.title = process.title;\n",
    };
    assert.deepEqual(await exported(files), {
      args: ["--title=two words", "--no-warnings", "--conditions=a b"],
      title: "two words",
    });
  });

  it("is compiled by the tsconfig that its runtime names", async () => {
    const files = {
      "Pulumi.yaml":
        "name: built\nruntime: { name: nodejs, options: { tsconfig: tsconfig.pulumi.json } }\nmain: infra\n",
      "infra/tsconfig.pulumi.json": `{ "compilerOptions": { "jsxFactory": "named", "jsx": "react" } }`,
      "infra/tsconfig.json": `{ "compilerOptions": { "jsxFactory": "usual", "jsx": "react" } }`,
      "infra/page.tsx": `const named = () => "named"; const usual = () => "usual"; export const by: string = <a /> as any;`,
      "infra/index.ts": `export { by } from "./page";`,
    };
    assert.deepEqual(await exported(files), { by: "named" });
    const usual = files["Pulumi.yaml"].replace("tsconfig: tsconfig.pulumi.json", "");
    assert.deepEqual(await exported({ ...files, "Pulumi.yaml": usual }), { by: "usual" });
  });
});
