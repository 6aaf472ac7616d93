import assert from "node:assert/strict";
import type { Labels } from "../../../../policy-pack/facts/fact-values";
import type { Requirement } from "../../../../core/snapshot/selector-text";
import { selects } from "../../../../policy-pack/domain/workloads/selector";

const labels = (of: Readonly<Record<string, string>>): Labels => ({
  kind: "known",
  labels: Object.fromEntries(
    Object.entries(of).map(([key, text]) => [key, { kind: "known", text }]),
  ),
});

const unknownLabel: Labels = {
  kind: "known",
  labels: { app: { kind: "unknown", dependsOn: ["urn:x::pet"] } },
};
const unknownLabels: Labels = { kind: "unknown", dependsOn: [] };

function answer(of: Labels, ...requirements: readonly Requirement[]): string {
  return selects({ kind: "known", requirements }, of).kind;
}

const isIn = (...values: readonly string[]): Requirement => ({
  key: "app",
  operator: "In",
  values,
});
const notIn = (...values: readonly string[]): Requirement => ({
  key: "app",
  operator: "NotIn",
  values,
});
const exists: Requirement = { key: "app", operator: "Exists", values: [] };
const doesNotExist: Requirement = { key: "app", operator: "DoesNotExist", values: [] };

describe("a label selector", () => {
  for (const [requirement, present, other, absent] of [
    [isIn("desk"), "yes", "no", "no"],
    [isIn("desk", "bench"), "yes", "yes", "no"],
    [notIn("desk"), "no", "yes", "yes"],
    [exists, "yes", "yes", "no"],
    [doesNotExist, "no", "no", "yes"],
  ] as const) {
    it(`${requirement.operator} ${requirement.values.join(", ")}: distinguishes the label, another value, or none`, () => {
      assert.equal(answer(labels({ app: "desk" }), requirement), present);
      assert.equal(answer(labels({ app: "bench" }), requirement), other);
      assert.equal(answer(labels({ tier: "desk" }), requirement), absent);
    });
  }

  it("selects where all of it matches, and everything where it requires nothing", () => {
    const tier: Requirement = { key: "tier", operator: "In", values: ["web"] };
    assert.equal(answer(labels({ app: "desk", tier: "web" }), isIn("desk"), tier), "yes");
    assert.equal(answer(labels({ app: "desk" }), isIn("desk"), tier), "no");
    assert.equal(answer(labels({})), "yes");
    assert.equal(answer(unknownLabels), "yes");
  });

  it("is open where a value is not known, but for whether there is one", () => {
    assert.equal(answer(unknownLabel, isIn("desk")), "unknown");
    assert.equal(answer(unknownLabel, notIn("desk")), "unknown");
    assert.equal(answer(unknownLabel, exists), "yes");
    assert.equal(answer(unknownLabel, doesNotExist), "no");
    assert.equal(answer(unknownLabels, exists), "unknown");
    assert.equal(selects({ kind: "unknown", dependsOn: [] }, labels({})).kind, "unknown");
  });

  it("is open with an operator that Kubernetes does not define", () => {
    assert.equal(
      answer(labels({ app: "9" }), { key: "app", operator: "Gt", values: ["5"] }),
      "unknown",
    );
  });

  it("takes no property of an object for a label", () => {
    assert.equal(answer(labels({}), { key: "constructor", operator: "Exists", values: [] }), "no");
  });
});
