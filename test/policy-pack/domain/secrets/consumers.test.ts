import assert from "node:assert/strict";
import { countsAsUse } from "../../../../policy-pack/domain/secrets/consumers";
import type { FactOf } from "../../../../policy-pack/facts/fact";
import { named } from "../../../../policy-pack/facts/fact-values";
import { Graph } from "../../../../policy-pack/facts/graph";

const hold: FactOf<"uses"> = {
  kind: "uses",
  at: { urn: "urn:scaler", property: "p" },
  workload: "urn:operator",
  secret: named("urn:secret"),
  key: "key",
  through: "env",
};

describe("whether a use counts", () => {
  for (const { of, more, atOnce } of [
    { of: "for the workload itself", more: {}, atOnce: "yes" },
    { of: "for another", more: { onBehalfOf: named("urn:other") }, atOnce: "later" },
  ] as const) {
    it(`is reported ${atOnce === "yes" ? "at once" : "once all is known"} for one ${of}`, () => {
      const graph = new Graph();
      const fact = { ...hold, ...more };
      graph.add(fact);
      assert.equal(countsAsUse(graph, fact), atOnce);
      graph.close();
      assert.equal(countsAsUse(graph, fact), "yes");
    });
  }
});
