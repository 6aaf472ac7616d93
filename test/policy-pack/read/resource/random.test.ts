import assert from "node:assert/strict";
import { Secret } from "../../../../core/snapshot/value";
import { randomReaders } from "../../../../policy-pack/read/resource/random";
import { resource } from "../../../support/resources";
import { contextOf, stated } from "../aws/reading";

const password = "random:index/randomPassword:RandomPassword";

describe("the random reader", () => {
  it("returns nothing for a value that does not exist yet", () => {
    assert.deepEqual(stated(randomReaders, resource(password, "db", { length: 32 })), []);
  });

  it("joins a made value, secret or not, with the resource that made it", () => {
    const context = contextOf();
    const made = resource(password, "db", {}, { outputs: { result: new Secret("correct-horse") } });
    const text = resource(
      "random:index/randomString:RandomString",
      "key",
      {},
      {
        outputs: { result: "correct-horse" },
      },
    );
    const also = context.literalName("correct-horse");
    assert.deepEqual(stated(randomReaders, made, context), [
      { kind: "alias", thing: made.urn, also, property: "" },
    ]);
    assert.deepEqual(stated(randomReaders, text, context), [
      { kind: "alias", thing: text.urn, also, property: "" },
    ]);
  });

  it("leaves out values too short to be distinct", () => {
    const made = resource(
      "random:index/randomString:RandomString",
      "suffix",
      {},
      {
        outputs: { result: "a1b2" },
      },
    );
    assert.deepEqual(stated(randomReaders, made), []);
  });

  it("joins the encodings of random bytes", () => {
    const context = contextOf();
    const made = resource(
      "random:index/randomBytes:RandomBytes",
      "key",
      {},
      {
        outputs: {
          base64: new Secret("AAECAwQFBgc="),
          hex: new Secret("0001020304050607"),
          length: 8,
        },
      },
    );
    assert.deepEqual(stated(randomReaders, made, context), [
      { kind: "alias", thing: made.urn, also: context.literalName("AAECAwQFBgc="), property: "" },
      {
        kind: "alias",
        thing: made.urn,
        also: context.literalName("0001020304050607"),
        property: "",
      },
    ]);
  });
});
