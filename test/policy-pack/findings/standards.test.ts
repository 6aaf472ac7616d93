import assert from "node:assert/strict";
import { rules } from "../../../policy-pack/rules/index";
import { catalogues } from "../../../policy-pack/findings/standards";

const known = catalogues().flatMap(({ standards }) => standards.map(({ id }) => id as string));

describe("standards", () => {
  it("are all of a catalogue, each once", () => {
    assert.deepEqual([...new Set(known)], known);
    assert.ok(known.length > 100);
    for (const { title, standards } of catalogues()) assert.ok(standards.length > 0, title);
  });

  it("carry the version of their catalogue", () => {
    const version = /^(?:NHI\d+:2025|ASI\d\d:2026|[A-Z0-9-]+-(?:\d+(?:\.\d+)*|53r5):[\w.()-]+)$/;
    assert.deepEqual(
      known.filter((id) => !version.test(id)),
      [],
    );
    assert.equal(version.test("ASI03"), false);
    assert.equal(version.test("CIS-EKS:4.1.5"), false);
  });

  for (const rule of rules) {
    it(`${rule.id} names only standards of the table`, () => {
      assert.deepEqual(
        rule.standards.filter((id) => !known.includes(id)),
        [],
      );
      assert.equal(new Set(rule.standards).size, rule.standards.length);
    });
  }
});
