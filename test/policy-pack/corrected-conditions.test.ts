import assert from "node:assert/strict";
import fc from "fast-check";
import type { Finding } from "../../core/finding";
import { isRecord, type Value } from "../../core/snapshot/value";
import { judgeSnapshot } from "../../policy-pack/judge";
import { rules } from "../../policy-pack/rules";
import { defaultSettings } from "../../policy-pack/settings";
import { resource, snapshotOf } from "../support/resources";

const account = "111122223333";
const federation = rules.filter(({ family }) => family === "federation");

/** Issuers, each with a subject of one workload. */
const issuers: Readonly<Record<string, string>> = {
  "oidc.eks.eu-west-1.amazonaws.com/id/ABC": "system:serviceaccount:acme:desk",
  "token.actions.githubusercontent.com": "repo:acme@1/desk@2:ref:refs/heads/main",
  "gitlab.com": "project_id:7:ref_type:branch:ref:main",
  "app.terraform.io": "organization:acme:project:desk:workspace:prod:run_phase:apply",
  "agent.buildkite.com": "organization:acme:pipeline:desk:ref:refs/heads/main:commit:*:step:s",
  "api.pulumi.com/oidc":
    "pulumi:deploy:org:acme:project:desk:stack:dev:operation:update:scope:write",
  "oidc.vercel.com/acme": "owner:acme:project:desk:environment:production",
  "oidc.circleci.com/org/1-2-3": "org/1-2-3/project/4-5-6/user/*",
  "oidc.circleci.com": "org/1-2-3/project/4-5-6/user/*",
  "spire.acme.example": "spiffe://acme.example/ns/acme/sa/desk",
};

/** What stands in capitals in a suggestion is for people to fill in. */
const filled: Readonly<Record<string, string>> = {
  ACCOUNT: account,
  REGION: "eu-west-1",
  PHASE: "apply",
  "o-ORGANIZATION": "o-1234567890",
  YOUR_AUDIENCE: "https://acme.example",
};

const operators = [
  "StringEquals",
  "StringLike",
  "StringNotEquals",
  "StringEqualsIfExists",
  "StringLikeIfExists",
  "ForAnyValue:StringLike",
  "ForAllValues:StringEquals",
  "Null",
];

/** The subject, or one like it that says less, more, or nothing that can be. */
function valueOf(subject: string): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constantFrom(subject, subject, "*", "true", "", "x", subject.replace(/:[^:]*$/, ":*")),
    fc.nat(subject.length).map((at) => `${subject.slice(0, at)}*`),
    fc.nat(subject.length).map((at) => subject.slice(0, at) + subject.slice(at + 1)),
  );
}

function conditionOn(keys: readonly (readonly [string, string])[]): fc.Arbitrary<Value> {
  const test = fc
    .constantFrom(...keys)
    .chain(([key, subject]) =>
      fc.tuple(
        fc.constantFrom(...operators),
        fc.constant(key),
        fc.oneof(valueOf(subject), fc.array(valueOf(subject), { minLength: 1, maxLength: 2 })),
      ),
    );
  return fc.array(test, { maxLength: 3 }).map((tests) => {
    const condition: Record<string, Record<string, Value>> = {};
    for (const [operator, key, value] of tests) {
      condition[operator] = { ...condition[operator], [key]: value };
    }
    return condition;
  });
}

const byToken = fc.constantFrom(...Object.entries(issuers)).chain(([host, subject]) =>
  conditionOn([
    [`${host}:sub`, subject],
    [`${host}:sub`, subject],
    [`${host}:aud`, "sts.amazonaws.com"],
    [`other.${host}:sub`, subject],
    ["aws:SourceIp", "203.0.113.0/24"],
  ]).map((Condition) => ({
    Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${host}` },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition,
  })),
);

const byPod = conditionOn([
  ["aws:RequestTag/kubernetes-namespace", "acme"],
  ["aws:RequestTag/kubernetes-service-account", "desk"],
  ["aws:RequestTag/eks-cluster-arn", `arn:aws:eks:eu-west-1:${account}:cluster/prod`],
]).map((Condition) => ({
  Principal: { Service: "pods.eks.amazonaws.com" },
  Action: ["sts:AssumeRole", "sts:TagSession"],
  Condition,
}));

const byCertificate = conditionOn([
  ["aws:PrincipalTag/x509SAN/URI", "spiffe://acme.example/ns/acme/sa/desk"],
  ["aws:PrincipalTag/x509Subject/CN", "desk"],
  ["aws:SourceArn", `arn:aws:rolesanywhere:eu-west-1:${account}:trust-anchor/0a1b`],
]).map((Condition) => ({
  Principal: { Service: "rolesanywhere.amazonaws.com" },
  Action: ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
  Condition,
}));

const byService = fc
  .tuple(
    fc.constantFrom("bedrock.amazonaws.com", "bedrock-agentcore.amazonaws.com"),
    conditionOn([
      ["aws:SourceAccount", account],
      ["aws:SourceArn", `arn:aws:bedrock:eu-west-1:${account}:agent/A`],
    ]),
  )
  .map(([Service, Condition]) => ({ Principal: { Service }, Action: "sts:AssumeRole", Condition }));

const byStranger = fc
  .tuple(
    fc.constantFrom<Value>(
      "*",
      { AWS: "*" },
      { AWS: "arn:aws:iam::444455556666:root" },
      { AWS: "arn:aws:iam::444455556666:role/caller" },
    ),
    conditionOn([
      ["sts:ExternalId", "7d1f-k3ep"],
      ["aws:PrincipalOrgID", "o-1234567890"],
    ]),
  )
  .map(([Principal, Condition]) => ({ Principal, Action: "sts:AssumeRole", Condition }));

interface Trust {
  readonly Principal: Value;
  readonly Action: Value;
  readonly Condition: Value;
}

const trust: fc.Arbitrary<Trust> = fc.oneof(
  { weight: 4, arbitrary: byToken },
  byPod,
  byCertificate,
  byService,
  byStranger,
);

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
      fc.asyncProperty(trust, async (given) => {
        for (const { replacement, rule } of await findingsOn(given)) {
          if (replacement?.startsWith("{") !== true) continue;
          corrected += 1;
          const Condition = JSON.parse(fill(replacement)) as Value;
          const left = await findingsOn({ ...given, Condition });
          assert.deepEqual(
            left.map((finding) => `${finding.rule}: ${finding.message}`),
            [],
            `${rule} says ${replacement}`,
          );
        }
      }),
      { numRuns: 500, examples: once.map((given): [Trust] => [given]) },
    );
    assert.ok(corrected > 300, `${corrected} conditions`);
  }).timeout(120_000);
});

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

function fill(condition: string): string {
  return condition.replace(/(?:o-)?[A-Z][A-Z_]{3,}/g, (form) => {
    if (filled[form] !== undefined) return filled[form];
    if (form.endsWith("_UUID")) return "0a1b2c3d-0000-4000-8000-000000000000";
    return form.endsWith("_ID") ? "7" : form.toLowerCase().replaceAll("_", "-");
  });
}
