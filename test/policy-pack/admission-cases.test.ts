import assert from "node:assert/strict";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { admissionCases } from "../support/admission-cases";
import { manifest, snapshotOf } from "../support/resources";

/** The surroundings of each case: the tenant's namespace and its two accounts. */
const around = [
  {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "acme", labels: { "agentid.dev/tenant": "acme" } },
  },
  ...["inspector", "triage"].map((name) => ({
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name, namespace: "acme" },
  })),
];

describe("the pack reports what the admission policies of a tenant refuse", () => {
  for (const { name, because, objects, refused, pack, differs } of admissionCases) {
    it(name, async () => {
      const resources = [...around, ...objects].flatMap((object) =>
        manifest(JSON.stringify(object)),
      );
      const { findings } = await judgeSnapshot(snapshotOf(resources), {
        settings: defaultSettings,
      });
      assert.deepEqual([...new Set(findings.map(({ rule }) => rule))].sort(), pack, because);
      const agree = (refused === undefined) === (pack.length === 0);
      assert.equal(differs === undefined, agree, "the table says why the two differ");
    });
  }

  it("has a near miss for every refusal", () => {
    const refused = admissionCases.filter((requested) => requested.refused !== undefined);
    assert.ok(admissionCases.length - refused.length >= refused.length / 2);
  });
});
