import assert from "node:assert/strict";
import { Random } from "../fuzz/random";
import { assertAgreement, compared, inSql } from "../support/fleet-agreement";
import { randomFleet } from "../support/random-fleet";

describe("stacks judged by SQL", () => {
  it("have the same findings as in one graph", async () => {
    await assertAgreement(randomFleet(new Random(2), { stacks: 20, oneInCrosses: 2 }));
  });

  it("have findings of every rule that is compared, where they are many", async () => {
    const { crossing } = await inSql(randomFleet(new Random(1), { stacks: 60, oneInCrosses: 3 }));
    const rules = new Set(crossing.map(({ rule }) => rule));
    assert.deepEqual(
      [...compared, "no-cross-tenant-access"].filter((rule) => !rules.has(rule)),
      [],
    );
  });
});
