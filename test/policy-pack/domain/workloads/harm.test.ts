import assert from "node:assert/strict";
import type { Fact } from "../../../../policy-pack/facts/fact";
import type { Declared, Text } from "../../../../policy-pack/facts/fact-values";
import { Graph } from "../../../../policy-pack/facts/graph";
import { autonomyOf, harmOf } from "../../../../policy-pack/domain/workloads/harm";

const unknown: Text = { kind: "unknown", dependsOn: ["urn:platform"] };

let count = 0;
function declares(about: Declared, value: string | Text): Fact {
  count += 1;
  return {
    kind: "declares",
    at: { urn: `urn:${count}`, property: about },
    workload: "refunds",
    about,
    value: typeof value === "string" ? { kind: "known", text: value } : value,
  };
}

function graphOf(...facts: readonly Fact[]): Graph {
  const graph = new Graph();
  for (const fact of facts) graph.add(fact);
  graph.close();
  return graph;
}

describe("how a workload decides what to do next", () => {
  const autonomy = (...facts: readonly Fact[]) => autonomyOf(graphOf(...facts), "refunds");

  it("is supervised by default", () => {
    assert.deepEqual(autonomy(), { kind: "supervised" });
    assert.deepEqual(autonomy(declares("autonomy", "supervised")), { kind: "supervised" });
  });

  it("is autonomous where any statement is anything else", () => {
    const facts = [declares("autonomy", unknown), declares("autonomy", "autonomous")];
    assert.deepEqual(autonomy(...facts), { kind: "autonomous" });
  });

  it("is not known where a statement is not, the same one in any order", () => {
    const [first, second] = [declares("autonomy", unknown), declares("autonomy", unknown)];
    assert.deepEqual(autonomy(first, second), { kind: "unknown", stated: first });
    assert.deepEqual(autonomy(second, first), { kind: "unknown", stated: first });
  });
});

describe("what harm a workload can do", () => {
  const harm = (...facts: readonly Fact[]) => harmOf(graphOf(...facts), "refunds").kind;

  for (const level of ["confidential", "restricted", "top secret"]) {
    it(`is high-risk with data that is ${level}`, () => {
      assert.equal(harm(declares("sensitivity", level)), "high-risk");
    });
  }

  for (const level of ["public", "internal"]) {
    it(`is mild with data that is ${level}`, () => {
      assert.equal(harm(declares("sensitivity", level)), "mild");
    });
  }

  for (const effect of ["payment", "production-change", "deletion", "external-message"]) {
    it(`is high-risk with the effect ${effect}`, () => {
      assert.equal(
        harm(declares("sensitivity", "public"), declares("effect", effect)),
        "high-risk",
      );
    });
  }

  it("is low-risk by default", () => {
    assert.equal(harm(), "mild");
    assert.equal(harm(declares("risk", "high")), "mild");
  });

  it("is the worst that is known, whatever is not", () => {
    assert.equal(
      harm(declares("sensitivity", unknown), declares("effect", "payment")),
      "high-risk",
    );
    assert.equal(harm(declares("sensitivity", "public"), declares("effect", unknown)), "unknown");
  });
});
