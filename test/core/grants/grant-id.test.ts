import assert from "node:assert/strict";
import type { Grant } from "../../../core/grants/grant";
import { grantId } from "../../../core/grants/grant-id";

const grant: Grant = {
  tenant: "acme",
  caller: "triage",
  tool: "refunds",
  intents: ["refund"],
  sensitivity: "internal",
  conditions: [{ kind: "between", key: "cents", least: 0, most: 5_000 }],
  approval: "none",
  maxSeconds: 300,
};

describe("the name of a grant", () => {
  it("starts with caller and tool, and is the same however the grant was made", () => {
    const { tenant, caller, tool, ...rest } = grant;
    const [condition] = grant.conditions;
    const id = grantId(grant);
    assert.match(id, /^acme\/triage\/refunds\/[0-9a-f]{16}$/);
    const conditions = [{ most: 5_000, least: 0, kind: "between" as const, key: "cents" }];
    assert.equal(grantId({ ...rest, conditions, tool, caller, tenant }), id);
    assert.deepEqual(condition, conditions[0]);
  });

  const changes: Readonly<Record<string, Partial<Grant>>> = {
    "another intent": { intents: ["refund", "find"] },
    "another level": { sensitivity: "public" },
    "another approval": { approval: "human" },
    "another time": { maxSeconds: 299 },
    "another lower limit": {
      conditions: [{ kind: "between", key: "cents", least: -1, most: 5_000 }],
    },
    "another limit": { conditions: [{ kind: "between", key: "cents", least: 0, most: 4_999 }] },
    "a condition less": { conditions: [] },
    "other texts": { conditions: [{ kind: "one-of", key: "cents", values: ["5000"] }] },
    "a truth value": { conditions: [{ kind: "is", key: "cents", value: true }] },
  };
  for (const [what, change] of Object.entries(changes)) {
    it(`is another one for ${what}`, () => {
      assert.notEqual(grantId({ ...grant, ...change }), grantId(grant));
    });
  }
});
