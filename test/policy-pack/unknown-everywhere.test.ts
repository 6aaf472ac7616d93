import assert from "node:assert/strict";
import { rules } from "../../policy-pack/all-rules";
import { avoidedStacks, search } from "../support/walked";

/**
 * Each input of each stack that a page shows, at every depth, is made unknown in turn: once waiting for a resource of the
 * stack, once for nothing that anyone knows. The tables of the rules' own tests are walked by `npm run test:fuzz`.
 */
describe("each input of each documented stack unknown in turn", () => {
  for (const rule of rules) {
    it(`${rule.id}: is never silent, never a crash, never a new violation`, async () => {
      for (const stack of await avoidedStacks(rule)) {
        const { faults, variants } = await search(stack);
        assert.deepEqual(faults, [], stack.name);
        assert.ok(variants > 0, `${stack.name} has no inputs`);
      }
    }).timeout(120_000);
  }
});
