import assert from "node:assert/strict";
import { judgeSnapshot } from "../../policy-pack/judge";
import { defaultSettings, type Settings } from "../../policy-pack/settings";
import { outputOf, resource, snapshotOf, urnOf } from "../support/resources";
import type { Resource } from "../../core/snapshot/resource";

const unknownTrust = resource("aws:iam/role:Role", "triage", {
  name: "triage",
  assumeRolePolicy: outputOf(urnOf("aws:eks/cluster:Cluster", "cluster")),
});

async function rulesThatSpeak(
  resources: readonly Resource[],
  levels: Settings["levels"] = {},
): Promise<readonly string[]> {
  const settings = { ...defaultSettings, levels };
  const { findings } = await judgeSnapshot(snapshotOf(resources), { settings });
  return findings.map(({ rule }) => rule).filter((rule) => rule.startsWith("require-"));
}

describe("a fault that two rules tell", () => {
  it("is told once, by the rule that tells it best", async () => {
    assert.deepEqual(await rulesThatSpeak([unknownTrust]), ["require-subject-condition"]);
  });

  it("is told by the other rule where the first is disabled", async () => {
    const levels = { "require-subject-condition": "disabled" } as const;
    assert.deepEqual(await rulesThatSpeak([unknownTrust], levels), [
      "require-issuer-match",
      "require-source-condition",
    ]);
  });

  it("is told by both where the first does not block and the other does", async () => {
    const levels = { "require-subject-condition": "advisory" } as const;
    assert.deepEqual(await rulesThatSpeak([unknownTrust], levels), [
      "require-subject-condition",
      "require-issuer-match",
      "require-source-condition",
    ]);
  });
});
