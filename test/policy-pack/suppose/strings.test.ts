import assert from "node:assert/strict";
import { Secret, type Value } from "../../../core/snapshot/value";
import { judgeSnapshot } from "../../../policy-pack/judge";
import noCrossTenantTrust from "../../../policy-pack/rules/no-cross-tenant-trust";
import { defaultSettings } from "../../../policy-pack/settings";
import { stringsOf } from "../../../policy-pack/suppose/strings";
import { manifest, outputOf, resource, snapshotOf, urnOf } from "../../support/resources";

/** A list in a list, and so on: deeper than a function can call itself. */
function nested(inner: Value, depth = 100_000): Value {
  let value = inner;
  for (let left = depth; left > 0; left -= 1) value = [value];
  return value;
}

describe("strings in a value", () => {
  it("are looked for where people write them, in what is secret or outside of it", () => {
    const value = { a: ["one", { b: "two" }], c: new Secret("three"), d: outputOf() };
    assert.deepEqual([...stringsOf(value)], ["one", "two", "three"]);
    assert.deepEqual([...stringsOf(value, "open")], ["one", "two"]);
  });

  it("are not looked for without end", () => {
    assert.deepEqual([...stringsOf(nested("far down"))], []);
    assert.deepEqual([...stringsOf(nested("near", 3))], ["near"]);
  });

  it("keep a stack with such a value from no judgement", async () => {
    const pet = urnOf("random:index/randomPet:RandomPet", "pet");
    const resources = [
      ...manifest(`
apiVersion: v1
kind: ServiceAccount
metadata: { name: desk, namespace: acme, annotations: {} }
`).map((account) => ({
        ...account,
        inputs: {
          ...account.inputs,
          metadata: {
            name: "desk",
            namespace: "acme",
            annotations: { "eks.amazonaws.com/role-arn": outputOf(pet) },
          },
        },
      })),
      resource("acme:index:Thing", "deep", { value: nested("arn:aws:iam::111122223333:role/x") }),
    ];
    const judging = { settings: defaultSettings, rules: [noCrossTenantTrust] };
    assert.deepEqual((await judgeSnapshot(snapshotOf(resources), judging)).findings, []);
  });
});
