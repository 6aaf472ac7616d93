import assert from "node:assert/strict";
import { rules } from "../../policy-pack/rules/index";
import { share } from "../support/runs";
import { placesOf } from "../support/unknown-walk";
import { avoidedStacks, search } from "../support/walked";

/**
 * Some inputs of each stack that a page shows, at every depth, are made unknown in turn: once waiting for a resource of the
 * stack, once for nothing. `npm run test:fuzz` does so for all inputs, and for the stacks of the rules' own tests.
 */
describe("an input of each documented stack unknown in turn", () => {
  for (const rule of rules) {
    it(`${rule.id}: is never silent, never a crash, never a new violation`, async () => {
      for (const stack of await avoidedStacks(rule)) {
        const { faults, variants } = await search(stack, share(placesOf(stack), 4));
        assert.deepEqual(faults, [], stack.name);
        assert.ok(variants > 0, `${stack.name} has no inputs`);
      }
    });
  }
});
