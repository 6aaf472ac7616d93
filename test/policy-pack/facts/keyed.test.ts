import assert from "node:assert/strict";
import fc from "fast-check";
import { ofKey, ofWhole } from "../../../policy-pack/facts/keyed";

const lists = fc.array(
  fc.record({ key: fc.option(fc.constantFrom("a", "b", "c", ""), { nil: undefined }) }),
  { maxLength: 40 },
);

describe("what a list has of a key", () => {
  it("is all of the key and of the whole, in the order of the list, also after it has grown", () => {
    fc.assert(
      fc.property(lists, lists, fc.constantFrom("a", "b", "d"), (first, more, wanted) => {
        const list = [...first];
        for (const grown of [[], more]) {
          list.push(...grown);
          assert.deepEqual(
            ofKey(list, "key", wanted),
            list.filter(({ key }) => key === undefined || key === wanted),
          );
          assert.deepEqual(
            ofWhole(list, "key"),
            list.filter(({ key }) => key === undefined),
          );
        }
      }),
    );
  });

  it("is all without a key", () => {
    const list = [{ key: "a" }, { key: undefined }];
    assert.equal(ofKey(list, "key", undefined), list);
  });
});
