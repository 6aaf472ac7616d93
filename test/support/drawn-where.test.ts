import assert from "node:assert/strict";
import * as fc from "fast-check";
import { drawnWhere } from "./drawn-where";

describe("values drawn until one is wanted", () => {
  it("are wanted, as many as are tried", () => {
    let tried = 0;
    fc.assert(
      fc.property(
        drawnWhere(fc.nat(99), (each) => each === 7),
        (value) => {
          assert.equal(value, 7);
          tried += 1;
        },
      ),
      { numRuns: 50 },
    );
    assert.equal(tried, 50);
  });

  it("fail where the generator makes none", () => {
    const none = drawnWhere(fc.nat(99), () => false);
    assert.throws(() => fc.assert(fc.property(none, () => {})), /5000 values .* none is wanted/);
  });
});
