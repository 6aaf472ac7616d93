import assert from "node:assert/strict";
import { leavesIn, textsIn } from "../../../core/snapshot/texts";
import { LeftOut, Secret, Unknown, type Value } from "../../../core/snapshot/value";

describe("texts in a value", () => {
  const later = new Unknown(["urn:a"]);
  const value: Value = {
    a: ["one", 2, { b: "two" }],
    c: new Secret({ d: "three", e: [later, new Secret("four"), true] }),
    f: later,
    g: new LeftOut(1, true),
    h: null,
    i: "five",
  };

  it("are listed in order, with unknown ones and their marks", () => {
    assert.deepEqual(
      [...leavesIn(value)],
      [
        { value: "one", isMarked: false },
        { value: "two", isMarked: false },
        { value: "three", isMarked: true },
        { value: later, isMarked: true },
        { value: "four", isMarked: true },
        { value: later, isMarked: false },
        { value: new LeftOut(1, true), isMarked: false },
        { value: "five", isMarked: false },
      ],
    );
  });

  it("are those in the open, those that are marked, or all", () => {
    assert.deepEqual([...textsIn(value, "open")], ["one", "two", "five"]);
    assert.deepEqual([...textsIn(value, "marked")], ["three", "four"]);
    assert.deepEqual([...textsIn(value)], ["one", "two", "three", "four", "five"]);
    assert.deepEqual([...textsIn(undefined)], []);
  });

  it("are found however deep they are, and however many", () => {
    let deep: Value = "far down";
    for (let left = 100_000; left > 0; left -= 1) deep = [deep];
    assert.deepEqual([...textsIn(deep)], ["far down"]);
    const many = Array.from({ length: 300_000 }, String);
    assert.deepEqual([...textsIn(many)], many);
  });
});
