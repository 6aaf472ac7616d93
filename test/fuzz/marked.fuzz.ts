import assert from "node:assert/strict";
import { createDetector } from "../../policy-pack/read/credentials";
import { rules } from "../../policy-pack/rules/index";
import { leftOutOver, markedOver } from "../support/marked-walk";
import { testedStacks } from "../support/tested-stacks";
import { avoidedStacks } from "../support/walked";

/**
 * Every stack that a page or a test of a rule shows, with each of its values marked as secret in turn: rules go by a name, an
 * account or a tag the same, and show none of it. Once a saved snapshot leaves it out, they go by it as by one that is not known.
 */
for (const [what, over] of [
  ["marked as secret", markedOver],
  ["left out", leftOutOver],
] as const) {
  describe(`each value of each stack ${what} in turn`, function () {
    this.timeout(1_800_000);
    const detector = createDetector();

    for (const rule of rules) {
      it(`${rule.id}: on its page`, async () => {
        for (const stack of await avoidedStacks(rule)) {
          assert.deepEqual(await over(stack, detector), [], stack.name);
        }
      });
    }

    it("in the tests of the rules", async () => {
      for (const resources of testedStacks()) {
        assert.deepEqual(await over({ name: "", resources }, detector), []);
      }
    });
  });
}
