import assert from "node:assert/strict";
import { receivedKeys } from "../../../../policy-pack/read/aws/secrets/received-keys";
import { resource, urnOf } from "../../../support/resources";

const key = urnOf("aws:iam/accessKey:AccessKey", "bot");
const credential = urnOf("aws:iam/serviceSpecificCredential:ServiceSpecificCredential", "bedrock");
const user = urnOf("aws:iam/user:User", "bot");

describe("received keys", () => {
  it("returns which properties of a resource of any type receive which static key", () => {
    const secret = resource(
      "kubernetes:core/v1:Secret",
      "s",
      {},
      {
        propertyDependencies: { stringData: [key, credential, key], metadata: [user] },
      },
    );
    const receives = (from: string) => ({
      kind: "receives",
      at: { urn: secret.urn, property: "stringData" },
      receiver: secret.urn,
      from,
    });
    assert.deepEqual(receivedKeys(secret), [receives(key), receives(credential)]);
    assert.deepEqual(
      receivedKeys(secret, (urn) => urn === credential),
      [receives(credential)],
    );
  });

  it("returns nothing for a resource that receives none, nor for a key itself", () => {
    assert.deepEqual(
      receivedKeys(resource("a:b:C", "c", {}, { propertyDependencies: { p: [user] } })),
      [],
    );
    const own = resource(
      "aws:iam/accessKey:AccessKey",
      "bot",
      {},
      { propertyDependencies: { p: [key] } },
    );
    assert.deepEqual(receivedKeys(own), []);
  });
});
