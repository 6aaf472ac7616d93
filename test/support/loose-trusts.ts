import fc from "fast-check";
import type { Value } from "../../core/snapshot/value";

/** The account of the roles. */
export const account = "111122223333";

/** Issuers, each with a subject of one workload. */
export const issuers: Readonly<Record<string, string>> = {
  "oidc.eks.eu-west-1.amazonaws.com/id/ABC": "system:serviceaccount:acme:desk",
  "token.actions.githubusercontent.com": "repo:acme@1/desk@2:ref:refs/heads/main",
  "gitlab.com": "project_path:acme/desk:ref_type:branch:ref:main",
  "gitlab.acme.example": "project_id:7:ref_type:branch:ref:main",
  "acme.semaphoreci.com": "org:acme:project:4-5-6:repo:desk:ref_type:branch:ref:refs/heads/main",
  "app.terraform.io": "organization:acme:project:desk:workspace:prod:run_phase:apply",
  "agent.buildkite.com": "organization:acme:pipeline:desk:ref:refs/heads/main:commit:*:step:s",
  "api.pulumi.com/oidc":
    "pulumi:deploy:org:acme:project:desk:stack:dev:operation:update:scope:write",
  "oidc.vercel.com/acme": "owner:acme:project:desk:environment:production",
  "oidc.circleci.com/org/1-2-3": "org/1-2-3/project/4-5-6/user/*",
  "oidc.circleci.com": "org/1-2-3/project/4-5-6/user/*",
  "spire.acme.example": "spiffe://acme.example/ns/acme/sa/desk",
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

/** The subject, or one like it that is shorter, longer, or impossible. */
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

/** A statement of a trust policy, without its effect. */
export interface Trust {
  readonly Principal: Value;
  readonly Action: Value;
  readonly Condition: Value;
}

/** Trusts that fix some of what they should, or all, in one of many forms. */
export const looseTrust: fc.Arbitrary<Trust> = fc.oneof(
  { weight: 4, arbitrary: byToken },
  byPod,
  byCertificate,
  byService,
  byStranger,
);
