import assert from "node:assert/strict";
import { ConfiguredSecret, LeftOut, LeftOutText, PartialText } from "../../../core/snapshot/value";

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
