import assert from "node:assert/strict";
import { judgeSnapshot } from "../../../policy-pack/run/judge";
import { defaultSettings, type Settings } from "../../../policy-pack/findings/settings";
import { manifest, outputOf, resource, snapshotOf, urnOf } from "../../support/resources";
import type { Resource } from "../../../core/snapshot/resource";
import { allows, gateway, inAccount, later, refunds, triage } from "../../support/tools";
import { allow, roleOf } from "../../support/trust";

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
  return findings.map(({ rule }) => rule).filter(isOfTrust);
}

function isOfTrust(rule: string): boolean {
  return rule.startsWith("require-") || rule === "no-public-trust";
}

describe("a fault that two rules report", () => {
  it("is reported once, by the more specific rule", async () => {
    assert.deepEqual(await rulesThatSpeak([unknownTrust]), ["no-public-trust"]);
  });

  it("is reported by the other rule where the first is disabled", async () => {
    const levels = { "no-public-trust": "disabled" } as const;
    assert.deepEqual(await rulesThatSpeak([unknownTrust], levels), ["require-subject-condition"]);
  });

  it("is reported by both where the first does not block and the other does", async () => {
    const levels = { "no-public-trust": "advisory" } as const;
    assert.deepEqual(await rulesThatSpeak([unknownTrust], levels), [
      "no-public-trust",
      "require-subject-condition",
    ]);
  });

  it("is, for certificates of unknown names, reported by the rule that requires a name", async () => {
    const urn = urnOf("aws:eks/cluster:Cluster", "cluster");
    const role = roleOf(
      allow(
        { Service: "rolesanywhere.amazonaws.com" },
        {
          ArnEquals: {
            "aws:SourceArn": "arn:aws:rolesanywhere:eu-west-1:111122223333:trust-anchor/1",
          },
          StringLike: { "aws:PrincipalTag/x509SAN/URI": outputOf(urn) },
        },
      ),
    );
    assert.deepEqual(await rulesThatSpeak([role]), ["require-certificate-condition"]);
  });

  it("is a guard that fails open, reported by its operator and not as a missing guard", async () => {
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
      findings.map(({ rule, severity }) => [rule, severity]),
      [["no-fail-open-condition", "critical"]],
    );
  });

  it("is not what another statement of the same trust lacks", async () => {
    const host = "token.actions.githubusercontent.com";
    const provider = { Federated: `arn:aws:iam::111122223333:oidc-provider/${host}` };
    const audience = { StringEquals: { [`${host}:aud`]: "sts.amazonaws.com" } };
    const role = roleOf(
      allow(provider, audience),
      allow(provider, {
        StringEquals: { "gitlab.com:sub": "project_id:1:ref_type:branch:ref:main" },
      }),
      allow({ Service: "bedrock.amazonaws.com" }, {}),
      allow({ Service: "pods.eks.amazonaws.com" }, {}),
      allow({ Service: "rolesanywhere.amazonaws.com" }, {}),
      allow("*", {}),
    );
    const { findings } = await judgeSnapshot(snapshotOf([role]), { settings: defaultSettings });
    assert.deepEqual(
      findings.map(({ rule, severity }) => [rule, severity]),
      [
        ["no-public-trust", "critical"],
        ["require-subject-condition", "critical"],
        ["require-certificate-condition", "high"],
        ["require-issuer-match", "high"],
        ["require-pod-identity-condition", "high"],
        ["require-source-condition", "high"],
      ],
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

const authorityRules = [
  "no-wildcard-authority",
  "no-privilege-escalation",
  "no-cross-tenant-trust",
  "no-cross-tenant-binding",
];

async function authorityRulesThatSpeak(
  resources: readonly Resource[],
  levels: Settings["levels"] = {},
): Promise<readonly string[]> {
  const settings = { ...defaultSettings, levels };
  const { findings } = await judgeSnapshot(snapshotOf(resources), { settings });
  return findings.map(({ rule }) => rule).filter((rule) => authorityRules.includes(rule));
}

function allowed(action: string, ...more: readonly string[]): readonly Resource[] {
  return [
    resource("aws:iam/role:Role", "desk", {
      name: "desk",
      assumeRolePolicy: {
        Version: "2012-10-17",
        Statement: {
          Effect: "Allow",
          Principal: { Service: "lambda.amazonaws.com" },
          Action: "sts:AssumeRole",
        },
      },
      inlinePolicies: [action, ...more].map((each) => ({
        name: each,
        policy: {
          Version: "2012-10-17",
          Statement: { Effect: "Allow", Action: each, Resource: "*" },
        },
      })),
    }),
  ];
}

function bound(rules: string, subjectSpace = "acme"): readonly Resource[] {
  return manifest(`
apiVersion: v1
kind: Namespace
metadata: { name: acme, labels: { agentid.dev/tenant: acme } }
---
apiVersion: v1
kind: Namespace
metadata: { name: globex, labels: { agentid.dev/tenant: globex } }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: desk, namespace: ${subjectSpace} }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: rights, namespace: acme }
rules: ${rules}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: gives, namespace: acme }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: rights }
subjects: [{ kind: ServiceAccount, name: desk, namespace: ${subjectSpace} }]
`);
}

const tokens = `[{ apiGroups: [""], resources: [serviceaccounts/token], verbs: [create] }]`;
const wildcards = `[{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }]`;
const secrets = `[{ apiGroups: [""], resources: [secrets], verbs: ["*"] }]`;

describe("authority that rules report in several ways", () => {
  it("is reported only as a wildcard where everything is granted", async () => {
    assert.deepEqual(await authorityRulesThatSpeak(allowed("*")), ["no-wildcard-authority"]);
    assert.deepEqual(await authorityRulesThatSpeak(bound(wildcards)), ["no-wildcard-authority"]);
  });

  it("is reported as an escalation where wildcards are not reported", async () => {
    const levels = { "no-wildcard-authority": "disabled" } as const;
    assert.deepEqual(await authorityRulesThatSpeak(allowed("*"), levels), [
      "no-privilege-escalation",
    ]);
    assert.deepEqual(await authorityRulesThatSpeak(bound(wildcards), levels), [
      "no-privilege-escalation",
    ]);
  });

  it("is reported both as a wildcard and as an escalation where a part is granted", async () => {
    const both = ["no-wildcard-authority", "no-privilege-escalation"];
    assert.deepEqual(new Set(await authorityRulesThatSpeak(allowed("iam:*"))), new Set(both));
    assert.deepEqual(new Set(await authorityRulesThatSpeak(bound(secrets))), new Set(both));
  });

  it("is reported only as an escalation where no wildcard grants it", async () => {
    assert.deepEqual(await authorityRulesThatSpeak(bound(tokens)), ["no-privilege-escalation"]);
  });

  it("is reported as a path across tenants where another tenant's accounts are assumed", async () => {
    assert.deepEqual(
      new Set(await authorityRulesThatSpeak(bound(tokens, "globex"))),
      new Set(["no-cross-tenant-trust", "no-cross-tenant-binding"]),
    );
  });
});

describe("a call of a high-risk tool", () => {
  const openUrl = inAccount("aws:lambda/functionUrl:FunctionUrl", "web", {
    functionName: "refunds",
    authorizationType: "NONE",
  });
  const callRules = ["no-open-gateway", "require-runtime-policy", "require-human-approval"];
  const autonomous = triage({ "agentid.dev/autonomy": "autonomous" });
  const past = [...refunds(), ...autonomous, allows("triage", "lambda:InvokeFunction", "*")];
  const through = [
    ...refunds(),
    ...autonomous,
    ...gateway("ENFORCE"),
    allows("triage", "bedrock-agentcore:InvokeGateway", "*"),
  ];
  const unknown = [
    ...refunds(),
    ...triage(),
    inAccount("aws:iam/rolePolicy:RolePolicy", "calls", { role: "triage", policy: later }),
  ];

  async function callRulesThatSpeak(
    resources: readonly Resource[],
    levels: Settings["levels"] = {},
  ): Promise<readonly string[]> {
    const settings = { ...defaultSettings, levels };
    const { findings } = await judgeSnapshot(snapshotOf(resources), { settings });
    return findings.map(({ rule }) => rule).filter((rule) => callRules.includes(rule));
  }

  it("is reported as an endpoint without authentication, where one leads to it", async () => {
    const open = [...refunds(), openUrl];
    assert.deepEqual(await callRulesThatSpeak(open), ["no-open-gateway"]);
    assert.deepEqual(await callRulesThatSpeak(open, { "no-open-gateway": "disabled" }), [
      "require-runtime-policy",
    ]);
  });

  it("is reported as one without a decision, before it is one without approval", async () => {
    assert.deepEqual(await callRulesThatSpeak(past), ["require-runtime-policy"]);
    assert.deepEqual(await callRulesThatSpeak(past, { "require-runtime-policy": "disabled" }), [
      "require-human-approval",
    ]);
  });

  it("is reported as one without approval, where a gateway decides it", async () => {
    assert.deepEqual(await callRulesThatSpeak(through), ["require-human-approval"]);
  });

  it("is reported for an unknown policy by the rules of authority", async () => {
    assert.deepEqual(await callRulesThatSpeak(unknown), []);
    const levels = {
      "no-wildcard-authority": "disabled",
      "no-privilege-escalation": "disabled",
    } as const;
    assert.deepEqual(await callRulesThatSpeak(unknown, levels), ["require-runtime-policy"]);
  });
});
