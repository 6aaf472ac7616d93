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
    const version =
      /^(?:NHI\d+:2025|MCP\d\d:2025|ASI\d\d:2026|[A-Z0-9-]+-(?:\d+(?:\.\d+)*|53r5):[\w.()-]+)$/;
    assert.deepEqual(
      known.filter((id) => !version.test(id)),
      [],
    );
    assert.equal(version.test("ASI03"), false);
    assert.equal(version.test("CIS-EKS:4.1.5"), false);
  });

  it("are each served by a rule or a page, or have a reason why not", () => {
    const ids = new Set(rules.map(({ id }) => id));
    for (const { id, rules: serving, pages, notCovered } of catalogues().flatMap(
      ({ standards }) => standards,
    )) {
      assert.equal(serving.length + pages.length > 0, notCovered === undefined, id);
      for (const rule of serving) assert.ok(ids.has(rule), `${id}: ${rule}`);
      assert.equal(new Set(pages.map(({ path }) => path)).size, pages.length, id);
    }
  });

  it("of the guide on systems of agents are in a list of their own", () => {
    const guide = catalogues().find(({ title }) => title.includes("Multi-Agentic"));
    assert.deepEqual(
      guide?.standards.map(({ id }) => id.replace(/^.*:/, "")),
      ["T22", "T24", "T31", "T40", "T45"],
    );
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
