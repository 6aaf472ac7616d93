import assert from "node:assert/strict";
import * as fc from "fast-check";
import { cedarDecider } from "../../broker/policy/decider";
import { randomCase } from "../support/random-grants";
import { wantedAnswer } from "../core/grants/answer";

/** How many pairs of grants and request are decided. */
const calls = Number(process.env["FUZZ_CALLS"] ?? 20_000);

describe("Cedar made from grants", () => {
  it(`answers ${calls} random pairs of grants and request as the reference does, by the same grant`, () => {
    const kinds = { allow: 0, ask: 0, deny: 0 };
    fc.assert(
      fc.property(randomCase, ([request, grants]) => {
        const wanted = wantedAnswer(request, grants);
        assert.deepEqual(cedarDecider(grants).decide(request), wanted);
        kinds[wanted.kind] += 1;
      }),
      { numRuns: calls },
    );
    // What is nearly always denied would show little.
    assert.ok(kinds.allow > calls / 10 && kinds.ask > calls / 40, JSON.stringify(kinds));
  });
});
