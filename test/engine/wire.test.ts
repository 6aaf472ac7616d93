import assert from "node:assert/strict";
import fc from "fast-check";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { PartialText, Secret, Unknown, type Value } from "../../core/snapshot/value";
import { readStruct } from "../../engine/wire/read-struct";
import {
  ASSET,
  OUTPUT,
  RESOURCE,
  SECRET,
  SIGNATURE_KEY,
  UNKNOWN,
} from "../../core/snapshot/signatures";
import { writeInputs, writeStruct } from "../../engine/wire/write-struct";

describe("a wire struct", () => {
  it("is read with unknowns that have the dependencies of their property", () => {
    const struct = Struct.fromJavaScript({
      plain: ["a", 1, true, null, { b: {} }],
      later: { deep: [UNKNOWN] },
      hidden: { [SIGNATURE_KEY]: SECRET, value: { inner: UNKNOWN } },
      secretLater: { [SIGNATURE_KEY]: SECRET, value: UNKNOWN },
    });
    assert.deepEqual(
      readStruct(struct, (property) => (property === "plain" ? [] : [`urn:of-${property}`])),
      {
        plain: ["a", 1, true, null, { b: {} }],
        later: { deep: [new Unknown(["urn:of-later"])] },
        hidden: new Secret({ inner: new Unknown(["urn:of-hidden"]) }),
        secretLater: new Unknown(["urn:of-secretLater"], true),
      },
    );
  });

  it("is read with outputs, references and assets resolved", () => {
    const struct = Struct.fromJavaScript({
      known: { [SIGNATURE_KEY]: OUTPUT, value: "a", dependencies: ["urn:x"] },
      later: { [SIGNATURE_KEY]: OUTPUT, dependencies: ["urn:x"] },
      secret: { [SIGNATURE_KEY]: OUTPUT, value: "a", secret: true },
      secretLater: { [SIGNATURE_KEY]: OUTPUT, secret: true, dependencies: ["urn:x"] },
      made: { [SIGNATURE_KEY]: RESOURCE, urn: "urn:x", id: "i-1" },
      unmade: { [SIGNATURE_KEY]: RESOURCE, urn: "urn:x", id: "" },
      component: { [SIGNATURE_KEY]: RESOURCE, urn: "urn:x" },
      asset: { [SIGNATURE_KEY]: ASSET, text: "x" },
      strange: { [SIGNATURE_KEY]: "made-up" },
    });
    assert.deepEqual(readStruct(struct), {
      known: "a",
      later: new Unknown(["urn:x"]),
      secret: new Secret("a"),
      secretLater: new Unknown(["urn:x"], true),
      made: "i-1",
      unmade: new Unknown(["urn:x"]),
      component: "urn:x",
      asset: { text: "x" },
      strange: new Unknown(),
    });
  });

  it("gives back of a text that a program in YAML makes what is known of it", () => {
    const host = new Unknown(["urn:x"], false, "address");
    const text = new PartialText(["postgres://", host, "/crm"]);
    assert.deepEqual(readStruct(writeInputs({ list: [text] })), { list: [text] });
    const strange = { [SIGNATURE_KEY]: OUTPUT, dependencies: ["urn:x"], parts: ["a", 1] };
    assert.deepEqual(readStruct(Struct.fromJavaScript({ strange })), {
      strange: new Unknown(["urn:x"]),
    });
  });

  it("gives back what was written, whatever the values", () => {
    // The protobuf library cannot carry a key `__proto__`, neither here nor in a program.
    const key = fc.string().filter((text) => text !== "__proto__");
    const value = fc.letrec<{ value: Value }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.constant(null),
        fc.boolean(),
        fc.double({ noNaN: true }),
        fc.string(),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(key, tie("value"), {
          maxKeys: 3,
          noNullPrototype: true,
        }),
        fc.boolean().map((secret) => new Unknown([], secret)),
        fc.string().map((text) => new Secret(text)),
      ),
    })).value;
    fc.assert(
      fc.property(fc.dictionary(key, value, { noNullPrototype: true }), (record) => {
        const wire = Struct.deserializeBinary(writeStruct(record).serializeBinary());
        assert.deepEqual(revealed(readStruct(wire)), revealed(record));
      }),
    );
  });

  it("nested without end is unknown from a depth on, and never a crash", () => {
    let nested: unknown = "end";
    for (let depth = 0; depth < 1_000; depth++) nested = [nested];
    let value: Value = readStruct(Struct.fromJavaScript({ a: nested as never }))["a"] ?? null;
    let depth = 0;
    for (; Array.isArray(value); depth++) value = (value as readonly Value[])[0] ?? null;
    assert.deepEqual(value, new Unknown());
    assert.ok(depth > 500 && depth < 600, String(depth));
  });
});

/** Secrets opened, since two secrets compare as equal whatever their values are. */
function revealed(value: Value): unknown {
  if (value instanceof Secret) return { secret: revealed(value.revealForComparison()) };
  if (value instanceof Unknown) return value;
  if (Array.isArray(value)) return (value as readonly Value[]).map(revealed);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .map(([key, item]) => [key, revealed(item)])
    .sort();
}
