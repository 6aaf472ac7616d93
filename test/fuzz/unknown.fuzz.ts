import assert from "node:assert/strict";
import { rules } from "../../policy-pack/rules/index";
import { rejectedStacks } from "../support/tested-stacks";
import { exceptions, gaps, type Exception } from "../support/unknown-exceptions";
import { avoidedStacks, search, type Walked } from "../support/walked";

/** Every stack that a page or a test of a rule rejects, with each of its inputs unknown in turn. */
describe("each input of each rejected stack unknown in turn", function () {
  this.timeout(1_800_000);
  const met = new Set<Exception>();
  const note = (walked: Walked): readonly string[] => {
    for (const each of walked.met) met.add(each);
    return walked.faults;
  };

  for (const rule of rules) {
    it(`${rule.id}: on its page`, async () => {
      for (const stack of await avoidedStacks(rule)) {
        assert.deepEqual(note(await search(stack)), [], stack.name);
      }
    });
  }

  for (const stack of rejectedStacks()) {
    it(stack.name, async () => {
      assert.deepEqual(note(await search(stack)), []);
    });
  }

  it("meets each exception, so that none is stale", () => {
    const stale = [...exceptions, ...gaps].filter((each) => !met.has(each));
    assert.deepEqual(
      stale.map(({ is, at }) => `${is}: ${String(at)}`),
      [],
    );
  });
});
