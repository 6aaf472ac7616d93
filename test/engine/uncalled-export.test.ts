import assert from "node:assert/strict";
import type { SnapshotNote } from "../../core/snapshot/resource";
import { previewProgram } from "../../engine";
import { withFolder } from "./support/programs";
import { inProgramHost } from "../support/program-host";

const sdk = JSON.stringify(require.resolve("@pulumi/pulumi"));

/** What is noted of a program in TypeScript, and which components it declares. */
function previewed(
  code: string,
): Promise<{ readonly notes: readonly SnapshotNote[]; readonly names: readonly string[] }> {
  const files = {
    "Pulumi.yaml": "name: exports\nruntime: nodejs\nmain: index.ts\n",
    "index.ts": `const { ComponentResource } = require(${sdk});\n${code}\n`,
  };
  return withFolder(files, async (directory) => {
    const preview = await previewProgram({ directory });
    assert.ok(preview.kind === "snapshot", JSON.stringify(preview));
    const { notes, resources } = preview.snapshot;
    return { notes, names: resources.slice(1).map(({ name }) => name) };
  });
}

const declares = `async () => { new ComponentResource("a:b:C", "first", {}); }`;

describe("a program that exports a function", () => {
  inProgramHost();

  it("is not proven where Pulumi never calls that", async () => {
    assert.deepEqual(await previewed(`export default ${declares};`), {
      names: [],
      notes: [
        {
          kind: "unrendered",
          message:
            "the program exports a function by `export default`, which Pulumi calls in ES modules alone: it declares nothing; " +
            'write `export = async () => …`, or `"type": "module"` in its package.json',
        },
      ],
    });
  });

  it("is judged by what that declares where Pulumi calls it, and by what else it declares where not", async () => {
    const judged = { names: ["first"], notes: [] };
    assert.deepEqual(await previewed(`export = ${declares};`), judged);
    const helper = `export default () => 1; new ComponentResource("a:b:C", "first", {});`;
    assert.deepEqual(await previewed(helper), judged);
    assert.deepEqual(await previewed(`export default { a: 1 };`), { names: [], notes: [] });
    assert.deepEqual(await previewed(""), { names: [], notes: [] });
  });
});
