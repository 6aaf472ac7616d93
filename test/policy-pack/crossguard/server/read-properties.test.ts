import assert from "node:assert/strict";
import fc from "fast-check";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { ARCHIVE, ASSET, SIGNATURE_KEY } from "../../../../core/snapshot/signatures";
import { Unknown, type ValueRecord } from "../../../../core/snapshot/value";
import { unknownMarks } from "../../../../policy-pack/crossguard/plain-values";
import { propertiesIn } from "../../../../policy-pack/crossguard/server/read-properties";
import { secret, treesOf, unknownString } from "../support/wire";

type Sent = Record<string, JavaScriptValue>;

function read(properties: Sent): ValueRecord {
  const bytes = Struct.fromJavaScript(properties).serializeBinary();
  return propertiesIn(bytes, (property) => [`urn of ${property}`]);
}

describe("properties as the engine sends them", () => {
  it("are read as they are, whatever their shape, with every mark of an unknown as one", () => {
    const leaf = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.double({ noNaN: true }),
      fc.boolean(),
      fc.constant(null),
      fc.constantFrom(...unknownMarks),
    );
    fc.assert(
      fc.property(treesOf(leaf), (value) => {
        const struct = Struct.fromJavaScript({ value });
        const expected = JSON.stringify(struct.toJavaScript(), (_key, each: unknown) =>
          typeof each === "string" && unknownMarks.has(each) ? "unknown" : each,
        );
        const text = JSON.stringify(read({ value }), (_key, each: unknown) =>
          each instanceof Unknown ? "unknown" : each,
        );
        assert.equal(text, expected);
      }),
    );
  });

  it("have what is secret in clear, in a part and as a whole, as the SDK hands it", () => {
    assert.deepEqual(read({ key: secret("k"), env: { list: ["a", secret({ b: 1 })] } }), {
      key: "k",
      env: { list: ["a", { b: 1 }] },
    });
    assert.deepEqual(read({ key: secret(unknownString) }), { key: new Unknown(["urn of key"]) });
  });

  it("have of an asset and an archive what these say, and what nobody knows as unknown", () => {
    const signed = (signature: string, rest: Sent): Sent => ({
      [SIGNATURE_KEY]: signature,
      ...rest,
    });
    const code = signed(ARCHIVE, { assets: { "a.js": signed(ASSET, { text: "1" }) } });
    assert.deepEqual(read({ code, odd: signed("of tomorrow", { value: "v" }) }), {
      code: { assets: { "a.js": { text: "1" } } },
      odd: new Unknown(["urn of odd"]),
    });
  });

  it("keep no prototype that a key planted", () => {
    const entry = [10, 9, ...Buffer.from("__proto__"), 18, 2, 32, 1];
    const record = propertiesIn(new Uint8Array([10, entry.length, ...entry]), () => []);
    assert.deepEqual(Object.entries(record), [["__proto__", true]]);
    assert.equal(Object.getPrototypeOf(record), Object.prototype);
  });

  it("nested without end are unknown from a depth on, and never a crash", () => {
    let deep: JavaScriptValue = "end";
    for (let depth = 0; depth < 1_000; depth++) deep = depth % 2 === 0 ? [deep] : { deep };
    const text = JSON.stringify(read({ deep }), (_key, each: unknown) =>
      each instanceof Unknown ? "unknown" : each,
    );
    assert.match(text, /"unknown"/u);
    assert.doesNotMatch(text, /"end"/u);
  });

  it("are refused where they are no properties", () => {
    assert.throws(() => propertiesIn(new Uint8Array([10, 255]), () => []));
  });
});
