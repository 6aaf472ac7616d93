import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { FileAsset, StringAsset } from "@pulumi/pulumi/asset";
import fc from "fast-check";
import { Secret, Unknown } from "../../../core/snapshot/value";
import {
  hasUnknown,
  plainProperties,
  unknownMarks,
  dependingOn,
} from "../../../policy-pack/crossguard/plain-values";
import { treesOf, unknownString } from "./support/wire";

interface SdkProxy {
  readonly unknownCheckingProxy: (properties: object) => Record<string, unknown>;
  readonly UnknownValueError: new (...args: never[]) => Error;
}

const sdk = createRequire(__filename)("@pulumi/policy/proxy") as SdkProxy &
  Readonly<Record<string, unknown>>;

describe("plain values", () => {
  it("recognises the same marks of unknown values as the SDK", () => {
    const marks = Object.entries(sdk).filter(([name]) => /^unknown\w+Value$/u.test(name));
    assert.deepEqual(new Set(marks.map(([, mark]) => mark)), unknownMarks);
  });

  it("reads an unknown through the SDK's proxy, which throws for other readers", () => {
    const properties = sdk.unknownCheckingProxy({
      policy: unknownString,
      list: ["a", unknownString],
      nested: { deep: { of: unknownString }, known: 1 },
      known: true,
      nothing: null,
    });
    assert.throws(() => properties["policy"], sdk.UnknownValueError);
    assert.deepEqual(
      plainProperties(properties, (property) => [`urn of ${property}`]),
      {
        policy: new Unknown(["urn of policy"]),
        list: ["a", new Unknown(["urn of list"])],
        nested: { deep: { of: new Unknown(["urn of nested"]) }, known: 1 },
        known: true,
        nothing: null,
      },
    );
  });

  it("takes a text that is only as long as a mark, or only contains one, as a text", () => {
    const texts = { like: "04da6b54-80e4-46f7-96ec-b56ff0331ba8", in: `prefix ${unknownString}` };
    assert.deepEqual(plainProperties(sdk.unknownCheckingProxy(texts)), texts);
  });

  it("reads nested values even where these are behind proxies of their own", () => {
    const inner = sdk.unknownCheckingProxy({ a: unknownString });
    const list = sdk.unknownCheckingProxy([unknownString]);
    assert.deepEqual(plainProperties({ inner, list }), {
      inner: { a: new Unknown() },
      list: [new Unknown()],
    });
  });

  it("removes assets, which are promises inside, and keeps their siblings", () => {
    const properties = { code: new FileAsset("./handler.js"), list: [new StringAsset("a"), "b"] };
    assert.deepEqual(plainProperties(sdk.unknownCheckingProxy(properties)), {
      code: {},
      list: [{}, "b"],
    });
  });

  it("leaves out what is not a value and keeps no prototype that a key planted", () => {
    const planted: unknown = JSON.parse('{"a": {"__proto__": {"admin": true}, "b": 1}}');
    const plain = plainProperties({ ...(planted as object), f: () => 1, u: undefined });
    assert.deepEqual(Object.keys(plain), ["a"]);
    assert.equal(Object.getPrototypeOf(plain["a"]), Object.prototype);
    assert.equal((plain["a"] as unknown as { admin?: boolean }).admin, undefined);
  });

  it("returns a value without marks unchanged, and every mark as an unknown, at any position", () => {
    const leaf = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.constant(unknownString),
    );
    fc.assert(
      fc.property(treesOf(leaf), (value) => {
        const plain = plainProperties(sdk.unknownCheckingProxy({ value }));
        const text = JSON.stringify(plain, (_key, v: unknown) =>
          v instanceof Unknown ? unknownString : v,
        );
        assert.equal(text, JSON.stringify({ value }));
        assert.equal(hasUnknown(plain), JSON.stringify(value).includes(`"${unknownString}"`));
      }),
    );
  });

  it("makes unknowns wait, also inside a secret, and leaves the rest", () => {
    const value = { a: new Unknown(), b: ["x", new Secret(new Unknown())], c: 1, d: null };
    const waiting = dependingOn(value, ["urn"]) as typeof value;
    assert.deepEqual(waiting.a, new Unknown(["urn"]));
    assert.deepEqual((waiting.b[1] as Secret).revealForComparison(), new Unknown(["urn"]));
    assert.deepEqual([waiting.b[0], waiting.c, waiting.d], ["x", 1, null]);
  });
});
