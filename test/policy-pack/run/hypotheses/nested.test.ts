import assert from "node:assert/strict";
import type { Value } from "../../../../core/snapshot/value";
import { judgeSnapshot } from "../../../../policy-pack/run/judge";
import noCrossTenantTrust from "../../../../policy-pack/rules/no-cross-tenant-trust";
import { defaultSettings } from "../../../../policy-pack/findings/settings";
import { manifest, outputOf, resource, snapshotOf, urnOf } from "../../../support/resources";

/** A list in a list, and so on: deeper than a function can call itself. */
function nested(inner: Value, depth = 100_000): Value {
  let value = inner;
  for (let left = depth; left > 0; left -= 1) value = [value];
  return value;
}

describe("what is nested without end", () => {
  it("keeps a stack from no judgement", async () => {
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
