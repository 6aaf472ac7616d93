import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Resource } from "../../core/snapshot/resource";
import { Secret, Unknown, isList, type Value } from "../../core/snapshot/value";
import { withValueFiles } from "../../engine/kubernetes/value-files";
import { resource } from "../support/resources";
import { withFolder } from "./support/programs";

const release = "kubernetes:helm.sh/v3:Release";

function chart(valueYamlFiles: Value, type = release): Resource {
  return resource(type, "crm", { chart: "crm", valueYamlFiles });
}

const filesOf = (item: Value, folder: string, type = release): Value | undefined =>
  withValueFiles(chart(item, type), folder)["valueYamlFiles"];

describe("value files of a chart", () => {
  it("have their text where they are in the folder of the program", () =>
    withFolder({ "values.yaml": "a: 1\n" }, (folder) => {
      const read = { path: "values.yaml", text: "a: 1\n" };
      assert.deepEqual(filesOf([{ path: "values.yaml" }], folder), [read]);
      const marked = filesOf(new Secret([{ path: "values.yaml" }]), folder);
      assert.ok(isList(marked) && marked[0] instanceof Secret);
      assert.deepEqual(marked[0].revealForComparison(), read);
      const absolute = join(folder, "values.yaml");
      assert.deepEqual(filesOf([{ path: absolute }], folder), [{ path: absolute, text: "a: 1\n" }]);
    }));

  it("stay as they are elsewhere", () =>
    withFolder({ "values.yaml": "a: 1\n", "large.yaml": "a".repeat(1_048_577) }, (folder) => {
      const inner = join(folder, "inner");
      mkdirSync(inner);
      writeFileSync(join(inner, "own.yaml"), "");
      symlinkSync(join(folder, "values.yaml"), join(inner, "link.yaml"));
      const items: readonly Value[] = [
        { path: "../values.yaml" },
        { path: join(folder, "values.yaml") },
        { path: "link.yaml" },
        { path: "none.yaml" },
        { path: "." },
        { path: new Unknown() },
        { uri: "https://acme.com/values.yaml" },
        { text: "a: 1" },
        { assets: {} },
        new Unknown(),
        "values.yaml",
      ];
      assert.deepEqual(filesOf(items, inner), items);
      assert.deepEqual(filesOf([{ path: "large.yaml" }], folder), [{ path: "large.yaml" }]);
    }));

  it("are of charts alone", () =>
    withFolder({ "values.yaml": "a: 1\n" }, (folder) => {
      const items = [{ path: "values.yaml" }];
      assert.deepEqual(filesOf(items, folder, "kubernetes:core/v1:ConfigMap"), items);
      const other = resource(release, "crm", { chart: "crm" });
      assert.equal(withValueFiles(other, folder), other.inputs);
      assert.deepEqual(filesOf("values.yaml", folder), "values.yaml");
    }));
});
