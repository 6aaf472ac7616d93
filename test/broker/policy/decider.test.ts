import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { CallRequest, Grant } from "../../../core/grants/grant";
import { grantId } from "../../../core/grants/grant-id";
import { cedarDecider } from "../../../broker/policy/decider";
import { randomCase } from "../../support/random-grants";
import { wantedAnswer } from "../../core/grants/answer";

const refund: Grant = {
  tenant: "acme",
  caller: "triage",
  tool: "refunds",
  intents: ["refund"],
  sensitivity: "confidential",
  conditions: [{ kind: "between", key: "cents", least: 0, most: 5_000 }],
  approval: "none",
  maxSeconds: 300,
};

const call: CallRequest = {
  user: { tenant: "acme", name: "ben" },
  actors: [{ tenant: "acme", name: "desk" }],
  caller: { tenant: "acme", name: "triage" },
  tool: { tenant: "acme", name: "refunds" },
  intent: "refund",
  sensitivity: "internal",
  seconds: 60,
  now: 1_000,
  task: { ended: false, until: 1_900 },
  context: { cents: 5_000 },
};

const allowed = { kind: "allow", by: grantId(refund) };

describe("Cedar made from grants", () => {
  it("answers as the reference does, by the same grant", () => {
    fc.assert(
      fc.property(randomCase, ([request, grants]) => {
        assert.deepEqual(cedarDecider(grants).decide(request), wantedAnswer(request, grants));
      }),
      { numRuns: 300 },
    );
  });

  it("denies a request that is not of its types, with a reason", () => {
    const { decide } = cedarDecider([refund]);
    assert.deepEqual(decide(call), allowed);
    const strange: readonly (readonly [object, RegExp])[] = [
      [{ task: undefined }, /until/],
      [{ actors: undefined }, /iterable/],
      [{ now: 1_000n }, /BigInt/],
    ];
    for (const [change, problem] of strange) {
      const answer = decide({ ...call, ...change });
      assert.equal(answer.kind, "deny");
      assert.match((answer as { readonly problem?: string }).problem ?? "", problem);
    }
    const ended = { ...call, task: { ended: "no", until: 1_900 } } as unknown as CallRequest;
    assert.equal(decide(ended).kind, "deny");
    assert.deepEqual(decide(call), allowed);
  });

  it("takes entries of a context that are no whole numbers for none", () => {
    const { decide } = cedarDecider([refund]);
    for (const cents of [5n, 0.5, NaN, Infinity, 2 ** 53, "5", true, null, {}]) {
      const request = { ...call, context: { cents } } as unknown as CallRequest;
      assert.deepEqual(decide(request), { kind: "deny" });
    }
  });

  it("has a version of its own for other grants, whatever their order", () => {
    const other = { ...refund, conditions: [] };
    const versions = [[refund, other], [other, refund], [refund], [other]].map(
      (grants) => cedarDecider(grants).version,
    );
    assert.equal(versions[0], versions[1]);
    assert.equal(new Set(versions).size, 3);
  });

  it("keeps deciders of other grants separate", () => {
    const [strict, open] = [cedarDecider([refund]), cedarDecider([{ ...refund, conditions: [] }])];
    const large = { ...call, context: { cents: 5_001 } };
    assert.deepEqual(strict.decide(large), { kind: "deny" });
    assert.equal(open.decide(large).kind, "allow");
    assert.deepEqual(strict.decide(large), { kind: "deny" });
  });
});
