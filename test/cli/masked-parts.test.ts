import assert from "node:assert/strict";
import { withoutCredentials } from "../../cli/masked-parts";
import { LeftOut, PartialText, Unknown } from "../../core/snapshot/value";

const host = new Unknown();

/** The parts that remain: `*` in place of each that is hidden, with the text that it is compared by. */
function remaining(
  parts: PartialText["parts"],
  credentials: readonly string[],
  hasSecret: (text: string) => boolean = () => false,
): readonly unknown[] {
  const found = withoutCredentials(new PartialText(parts), credentials, hasSecret);
  return found.parts.map((part) => (part instanceof LeftOut ? `*${part.standIn}` : part));
}

describe("the credentials of a text that is known in part", () => {
  it("are hidden wherever they are in it, a long one before a short one", () => {
    assert.deepEqual(remaining(["a:key@", host, "/key-long"], ["key", "key-long"]), [
      ...["a:", "*key", "@"],
      host,
      ...["/", "*key-long"],
    ]);
  });

  it("are hidden as they are written in JSON and in a URL", () => {
    assert.deepEqual(remaining([`"a\\"b"`, host], [`a"b`]), [`"`, `*a"b`, `"`, host]);
    assert.deepEqual(remaining(["a%2Fb@", host], ["a/b"]), ["*a/b", "@", host]);
  });

  it("hide all that is known where they are written in another way", () => {
    assert.deepEqual(remaining(["x", host, "y"], ["key"]), ["*x", host, "*y"]);
  });

  it("are hidden once", () => {
    const once = withoutCredentials(new PartialText(["a:key@", host]), ["key"], () => false);
    assert.deepEqual(remaining(once.parts, ["key"]), ["a:", "*key", "@", host]);
  });

  it("are also what is secret in another place", () => {
    assert.deepEqual(
      remaining(["a", host, "b"], [], (text) => text === "b"),
      ["a", host, "*b"],
    );
  });
});
