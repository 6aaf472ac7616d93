import assert from "node:assert/strict";
import type { Grant, GrantCondition } from "../../../core/grants/grant";
import { namedGrants } from "../../../core/grants/named-grants";

const grant: Grant = {
  tenant: "acme",
  caller: "triage",
  tool: "refunds",
  intents: ["refund"],
  sensitivity: "internal",
  conditions: [],
  approval: "none",
  maxSeconds: 300,
};

describe("grants as policies have them", () => {
  it("are each there once, the narrowest first", () => {
    const narrow = { ...grant, maxSeconds: 60 };
    assert.deepEqual(
      namedGrants([grant, narrow, grant]).map((named) => named.grant),
      [narrow, grant],
    );
  });

  const never: Readonly<Record<string, Partial<Grant>>> = {
    "for no whole number of seconds": { maxSeconds: 0.5 },
    "for data of an unknown level": { sensitivity: "secret" as never },
    "of a caller without a name": { caller: "" },
    "under a condition on what is no key": {
      conditions: [{ kind: "is", key: "__entity", value: true }],
    },
    "up to no whole number": {
      conditions: [{ kind: "between", key: "cents", least: 0, most: NaN }],
    },
  };
  for (const [what, change] of Object.entries(never)) {
    it(`are left out ${what}, which allows nothing`, () => {
      assert.deepEqual(namedGrants([{ ...grant, ...change }]), []);
    });
  }

  it("have no text that a request cannot have, which Cedar could not read", () => {
    const half = "\ud800";
    const conditions: readonly GrantCondition[] = [
      { kind: "one-of", key: "region", values: [half, "eu"] },
    ];
    const [named] = namedGrants([{ ...grant, intents: ["refund", half], conditions }]);
    assert.deepEqual([named?.intents, named?.bounds.texts], [["refund"], { region: ["eu"] }]);
  });

  it("have one bound for several conditions on a key: what all of them allow", () => {
    const conditions: readonly GrantCondition[] = [
      { kind: "between", key: "cents", least: 0, most: 50 },
      { kind: "between", key: "cents", least: 0, most: 20 },
      { kind: "one-of", key: "region", values: ["eu", "us", "us"] },
      { kind: "one-of", key: "region", values: ["us", "ch"] },
      { kind: "is", key: "trial", value: true },
      { kind: "is", key: "trial", value: false },
      { kind: "is", key: "paid", value: true },
      { kind: "is", key: "paid", value: true },
    ];
    assert.deepEqual(
      namedGrants([{ ...grant, conditions }]).map(({ bounds }) => bounds),
      [
        {
          numbers: { cents: { least: 0, most: 20 } },
          texts: { region: ["us"] },
          flags: { trial: [], paid: [true] },
        },
      ],
    );
  });
});
