import assert from "node:assert/strict";
import fc from "fast-check";
import type { Finding } from "../../policy-pack/findings/finding";
import { contextOf } from "../../core/policy/condition/context";
import { parsePolicyDocument } from "../../core/policy/document";
import type { PrincipalType } from "../../core/policy/statement";
import { isRecord, type Value } from "../../core/snapshot/value";
import { yes } from "../../core/three-valued";
import { trusts } from "../../policy-pack/domain/trust/trusts";
import { noLookups, principalOf } from "../../policy-pack/domain/trust/principal";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { rules } from "../../policy-pack/rules/index";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { account, looseTrust, type Trust } from "../support/loose-trusts";
import { filledIn, requestsMeantBy, type MeantRequest } from "../support/meant-requests";
import { resource, snapshotOf } from "../support/resources";
import { runs } from "../support/runs";

const federation = rules.filter(({ family }) => family === "federation");

function ofToken(host: string, Condition: Value): Trust {
  const Principal = { Federated: `arn:aws:iam::${account}:oidc-provider/${host}` };
  return { Principal, Action: "sts:AssumeRoleWithWebIdentity", Condition };
}

const eks = "oidc.eks.eu-west-1.amazonaws.com/id/ABC";

/** Trusts whose corrections were once not accepted. */
const once: readonly Trust[] = [
  {
    Principal: { Service: "rolesanywhere.amazonaws.com" },
    Action: ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
    Condition: {
      StringEquals: {
        "aws:SourceArn": `rn:aws:rolesanywhere:eu-west-1:${account}:trust-anchor/0a1b`,
      },
    },
  },
  {
    Principal: { Service: "bedrock.amazonaws.com" },
    Action: "sts:AssumeRole",
    Condition: { StringLike: { "aws:SourceArn": `arn:aws:bedrock:eu-west-1:${account}*` } },
  },
  ofToken("oidc.circleci.com/org/1-2-3", {}),
  ofToken("api.pulumi.com/oidc", { StringEquals: { "api.pulumi.com/oidc:sub": "x" } }),
  ofToken("api.pulumi.com/oidc", {
    StringEquals: { "api.pulumi.com/oidc:sub": "*" },
    Null: { "api.pulumi.com/oidc:sub": "true" },
  }),
  ofToken(eks, { StringLike: { "aws:SourceIp": "2*" }, StringEquals: { "aws:SourceIp": "true" } }),
  ofToken(eks, {
    StringEquals: {
      [`${eks}:sub`]: ["ystem:serviceaccount:acme:desk", "system:serviceaccount:acme:desk"],
    },
    "ForAnyValue:StringLike": { [`${eks}:sub`]: ["s*"] },
  }),
  ofToken(eks, {
    StringLikeIfExists: { [`${eks}:sub`]: ["system:serviceaccount:acme:desk", ""] },
    StringLike: { [`${eks}:sub`]: ["s*"] },
  }),
  ofToken("acme.semaphoreci.com", {
    "ForAnyValue:StringLike": {
      "acme.semaphoreci.com:sub": "org:acme:project:4-5-6:repo:desk:ref_type:branch:ref:r*",
    },
    StringEquals: {
      "acme.semaphoreci.com:sub": [
        "org:acme:project:4-5-6:repo:desk:ref_type:branch:ref:*",
        "org:acme:project:4-5-6:repo:desk:ref_type:branch:ref:refs/heads/main",
      ],
    },
  }),
  ofToken("gitlab.acme.example", {
    StringLikeIfExists: { "gitlab.acme.example:sub": "p*" },
    StringLike: { "gitlab.acme.example:sub": "project_id:7:ref_type:branch:ref:main" },
  }),
  ofToken("gitlab.com", {
    StringEquals: { "gitlab.com:sub": "project_path:acme/desk:ref_type:branch:ref:main" },
    "ForAnyValue:StringLike": { "gitlab.com:sub": "p*" },
  }),
  ofToken("app.terraform.io", {
    StringEquals: {
      "app.terraform.io:sub": "organization:acme:project:desk:workspace:prod:run_phase:pply",
    },
  }),
  {
    Principal: "*",
    Action: "sts:AssumeRole",
    Condition: {
      "ForAllValues:StringEquals": { "sts:ExternalId": "7d1f-k3ep" },
      "ForAnyValue:StringLike": { "sts:ExternalId": ["d1f-k3ep", "*"] },
      StringEquals: { "sts:ExternalId": ["*"] },
    },
  },
  {
    Principal: "*",
    Action: "sts:AssumeRole",
    Condition: {
      StringNotEquals: { "sts:ExternalId": "7d1f-k3ep" },
      StringLike: { "sts:ExternalId": "7d1f-k3ep" },
    },
  },
];

describe("the corrected condition of a finding", () => {
  it("put in, is accepted by all federation rules", async () => {
    let corrected = 0;
    await fc.assert(
      fc.asyncProperty(looseTrust, async (given) => {
        for (const { replacement, rule } of await findingsOn(given)) {
          if (replacement?.startsWith("{") !== true) continue;
          corrected += 1;
          const Condition = JSON.parse(filledIn(replacement, given)) as Value;
          const left = await findingsOn({ ...given, Condition });
          assert.deepEqual(
            left.map((finding) => `${finding.rule}: ${finding.message}`),
            [],
            `${rule} says ${replacement}`,
          );
        }
      }),
      { numRuns: runs(125, 500), examples: once.map((given): [Trust] => [given]) },
    );
    assert.ok(corrected > runs(75, 300), `${corrected} conditions`);
  });
});

describe("a request that a trust policy is meant for, and trusts", () => {
  it("comes in by the corrected condition of each finding too", async () => {
    let kept = 0;
    await fc.assert(
      fc.asyncProperty(looseTrust, async (given) => {
        const meant = requestsMeantBy(given).filter((request) => isAdmitted(given, request));
        if (meant.length === 0) return;
        for (const { replacement, rule } of await findingsOn(given)) {
          if (replacement?.startsWith("{") !== true) continue;
          kept += 1;
          const Condition = JSON.parse(filledIn(replacement, given)) as Value;
          const still = meant.some((request) => isAdmitted({ ...given, Condition }, request));
          assert.ok(still, `${rule} says ${replacement} of ${JSON.stringify(given)}`);
        }
      }),
      { numRuns: runs(250, 1_000), examples: once.map((given): [Trust] => [given]) },
    );
    assert.ok(kept > runs(50, 200), `${kept} conditions`);
  });
});

function isAdmitted(statement: Trust, { principal, action, keys }: MeantRequest): boolean {
  const Statement = [{ Effect: "Allow", ...statement }];
  const parsed = parsePolicyDocument({ Version: "2012-10-17", Statement });
  assert.equal(parsed.kind, "document");
  const [type = "", text = ""] = Object.entries(principal)[0] ?? [];
  const value = { kind: "text", text, secret: false } as const;
  const asking = principalOf({ type: type as PrincipalType, value }, noLookups);
  const request = { principal: asking, action, context: contextOf(keys), ownPolicyAllows: yes };
  return trusts(parsed.document, request).kind === "yes";
}

async function findingsOn(statement: Trust): Promise<readonly Finding[]> {
  assert.ok(isRecord(statement.Condition));
  const role = resource("aws:iam/role:Role", "desk", {
    name: "desk",
    assumeRolePolicy: { Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] },
  });
  const own = resource("pulumi:providers:aws", "prod", { allowedAccountIds: [account] });
  const stack = snapshotOf([own, { ...role, provider: own.urn }]);
  const judging = { settings: defaultSettings, rules: federation };
  return (await judgeSnapshot(stack, judging)).findings;
}
