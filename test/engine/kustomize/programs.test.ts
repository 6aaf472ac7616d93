import assert from "node:assert/strict";
import { join } from "node:path";
import { Unknown, type ValueRecord } from "../../../core/snapshot/value";
import { previewProgram } from "../../../engine";
import { expandConfig } from "../../../engine/kubernetes/expand-config";
import { withFolder } from "../support/programs";

const account = (name: string): string =>
  `apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: ${name} }\n`;

const files = {
  "k/kustomization.yaml": "resources: [../base]\nnamePrefix: dev-\n",
  "base/kustomization.yaml": "resources: [account.yaml]\n",
  "base/account.yaml": account("triage"),
};

/** What a `kustomize.v2` component makes, and what is noted of it. */
function expanded(folder: string, inputs: ValueRecord) {
  const component = {
    urn: "urn:pulumi:dev::p::kubernetes:kustomize/v2:Directory::desk",
    type: "kubernetes:kustomize/v2:Directory",
    name: "desk",
    custom: false,
    inputs,
    dependencies: [],
    propertyDependencies: {},
    source: { file: "index.ts", line: 3 },
  };
  const { children, notes } = expandConfig(component, folder, "urn:provider");
  return {
    children: children.map((child) => [child.name, child.inputs["metadata"]]),
    notes: notes.map(({ kind, message, source }) => [kind, message, source?.file]),
  };
}

describe("a kustomization that a program names", () => {
  it("is carried out, in the namespace that the component says", () =>
    withFolder(files, (folder) => {
      assert.deepEqual(expanded(folder, { directory: "./k", namespace: "acme" }), {
        children: [["desk:acme/dev-triage", { name: "dev-triage", namespace: "acme" }]],
        notes: [],
      });
      assert.deepEqual(expanded(folder, { directory: join(folder, "base"), resourcePrefix: "a" }), {
        children: [["a:default/triage", { name: "triage", namespace: "default" }]],
        notes: [],
      });
    }));

  it("is not judged where it is elsewhere, is none, is not known, or asks for what is not carried out", () =>
    withFolder(
      { ...files, "chart/kustomization.yaml": "helmCharts: [{ name: crm }]\n" },
      (folder) => {
        const reported = (directory: ValueRecord[string]) => {
          const { children, notes } = expanded(folder, { directory });
          assert.deepEqual(children, []);
          return notes;
        };
        const address = "https://github.com/acme/infra/tree/main/k";
        assert.deepEqual(reported(address), [
          ["unrendered", `\`${address}\` is on the network and was not fetched`, "index.ts"],
        ]);
        assert.deepEqual(reported("./nowhere"), [
          ["unrendered", "`nowhere` holds no kustomization", "index.ts"],
        ]);
        assert.deepEqual(reported(new Unknown()), [
          ["unrendered", "its manifest is unknown before other resources are made", "index.ts"],
        ]);
        const [[kind, message, file] = []] = reported("chart");
        assert.deepEqual([kind, file], ["unrendered", "chart/kustomization.yaml"]);
        assert.match(String(message), /^`helmCharts` is rendered by Helm; judge what /);
      },
    ));

  it("gives its objects to the component that makes them in the program itself", async () => {
    const kubernetes = JSON.stringify(require.resolve("@pulumi/kubernetes"));
    const program = {
      ...files,
      "Pulumi.yaml": "name: kustomized\nruntime: nodejs\n",
      "index.js": `new (require(${kubernetes}).kustomize.Directory)("desk", { directory: "./k" });\n`,
    };
    await withFolder(program, async (directory) => {
      const preview = await previewProgram({ directory });
      assert.ok(preview.kind === "snapshot", JSON.stringify(preview));
      const { resources, notes } = preview.snapshot;
      assert.deepEqual(notes, []);
      assert.ok(resources.some(({ urn }) => urn.endsWith("ServiceAccount::dev-triage")));
    });
  });
});
