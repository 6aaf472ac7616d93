import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { ValueRecord } from "../../../core/snapshot/value";
import { readManifests } from "../../../engine";
import { readDocuments } from "../../../engine/kubernetes/documents";
import { objectName } from "../../../engine/kubernetes/kinds";

/** Each holds an `overlay`, and in `expected.yaml` what `kustomize build overlay` of v5.8.1 printed. */
const FIXTURES = join(__dirname, "fixtures");

function byName(objects: readonly ValueRecord[]): Readonly<Record<string, ValueRecord>> {
  const named = objects.map((object) => {
    const { apiVersion, kind, namespace, name } = objectName(object);
    return [`${apiVersion} ${kind} ${namespace}/${name}`, object] as const;
  });
  assert.equal(new Set(named.map(([name]) => name)).size, named.length);
  return Object.fromEntries(named);
}

describe("a kustomization is carried out as kustomize v5.8.1 does", () => {
  for (const name of readdirSync(FIXTURES)) {
    it(`with all of ${name}`, () => {
      const file = join(FIXTURES, name, "expected.yaml");
      const expected = readDocuments(readFileSync(file, "utf8"), file);
      assert.ok(expected.kind === "ok");
      const read = readManifests([join(FIXTURES, name, "overlay")]);
      assert.ok(read.kind === "snapshot", JSON.stringify(read));
      assert.deepEqual(read.snapshot.notes, []);
      assert.deepEqual(
        byName(read.snapshot.resources.map(({ inputs }) => inputs)),
        byName(expected.value.objects.map(({ object }) => object)),
      );
    });
  }
});
