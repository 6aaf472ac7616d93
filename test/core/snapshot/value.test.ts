import assert from "node:assert/strict";
import {
  ConfiguredSecret,
  LeftOut,
  LeftOutText,
  PartialText,
  Secret,
  Unknown,
  unhidden,
} from "../../../core/snapshot/value";

describe("a value without its mark of secrecy", () => {
  it("keeps its known parts, and what else it equals", () => {
    const marked = [
      [new Secret("a"), "a"],
      ["a", "a"],
      [new Unknown(["urn:a"], true, "arn"), new Unknown(["urn:a"], false, "arn")],
      [new LeftOut(1, true), new LeftOut(1, false)],
      [new ConfiguredSecret(1), new ConfiguredSecret(1, false)],
      [
        new LeftOutText(["a", new ConfiguredSecret(1)]),
        new LeftOutText(["a", new ConfiguredSecret(1, false)]),
      ],
      [new PartialText(["a", new Unknown([], true)]), new PartialText(["a", new Unknown()])],
    ] as const;
    for (const [value, plain] of marked) assert.deepEqual(unhidden(value), plain);
  });

  it("is marked again as the same one", () => {
    const secret = new ConfiguredSecret(1);
    assert.equal(secret.marked(), secret);
    assert.deepEqual(new ConfiguredSecret(1, false).marked(), secret);
  });
});

describe("a text with values that are left out", () => {
  it("is compared by their stand-ins", () => {
    const text = new LeftOutText(["a:", new LeftOut(1, false), "@", new ConfiguredSecret(2)]);
    assert.equal(text.standIn, "a:redacted-1-value@encrypted-2-value");
  });

  it("is secret where one of them is, and where it is marked", () => {
    const plain = new LeftOutText(["a:", new LeftOut(1, false)]);
    assert.equal(plain.secret, false);
    assert.equal(plain.marked().secret, true);
    assert.deepEqual(plain.marked().parts, ["a:", new LeftOut(1, true)]);
    const secret = new LeftOutText(["a:", new ConfiguredSecret(2)]);
    assert.equal(secret.marked(), secret);
  });

  it("keeps them where a text with other unknown parts is marked", () => {
    const text = new PartialText(["a:", new LeftOut(1, false)]);
    assert.deepEqual(text.marked().parts, ["a:", new LeftOut(1, true)]);
  });
});
