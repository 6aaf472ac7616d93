import assert from "node:assert/strict";
import { usedOnce } from "../../tool/used-once";

describe("the memory of what was used", () => {
  it("remembers what was used until it is refused anyway", () => {
    const used = usedOnce();
    assert.equal(used.isFirst("a", 100, 0), true);
    assert.equal(used.isFirst("b", 200, 0), true);
    assert.equal(used.isFirst("a", 100, 100), false);
    assert.equal(used.isFirst("b", 200, 199), false);
  });

  it("forgets what has ended, so that it does not grow", () => {
    const used = usedOnce();
    used.isFirst("a", 100, 0);
    used.isFirst("b", 200, 0);
    assert.equal(used.isFirst("c", 300, 161), true);
    assert.equal(used.isFirst("a", 300, 162), true);
    assert.equal(used.isFirst("b", 300, 162), false);
  });
});
