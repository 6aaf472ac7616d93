import assert from "node:assert/strict";
import { judgeSnapshot } from "../../policy-pack/judge";
import { defaultSettings, type Settings } from "../../policy-pack/settings";
import { outputOf, resource, snapshotOf, urnOf } from "../support/resources";
import type { Resource } from "../../core/snapshot/resource";
import { allow, roleOf } from "../support/trust";

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

  it("is a guard that fails open, told by its operator and not by the guard that is missing", async () => {
    const host = "token.actions.githubusercontent.com";
    const tags = { "aws:RequestTag/kubernetes-namespace": "acme" };
    const role = roleOf(
      allow(
        { Federated: `arn:aws:iam::111122223333:oidc-provider/${host}` },
        {
          StringEquals: { [`${host}:aud`]: "sts.amazonaws.com" },
          StringNotLike: { [`${host}:sub`]: "repo:evil/*" },
        },
      ),
      allow({ Service: "pods.eks.amazonaws.com" }, { StringEqualsIfExists: tags }),
    );
    const { findings } = await judgeSnapshot(snapshotOf([role]), { settings: defaultSettings });
    assert.deepEqual(
      findings.map(({ rule, grade }) => [rule, grade]),
      [["no-fail-open-condition", "critical"]],
    );
  });

  it("is everyone who comes in by a guard that fails open", async () => {
    const role = roleOf(allow("*", { StringEqualsIfExists: { "aws:PrincipalOrgID": "o-acme" } }));
    const { findings } = await judgeSnapshot(snapshotOf([role]), { settings: defaultSettings });
    assert.deepEqual(
      findings.map(({ rule }) => rule),
      ["no-public-trust"],
    );
  });
});
