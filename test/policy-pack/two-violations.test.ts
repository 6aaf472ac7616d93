import assert from "node:assert/strict";
import type { Finding } from "../../policy-pack/findings/finding";
import type { Resource } from "../../core/snapshot/resource";
import type { Value } from "../../core/snapshot/value";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { manifest, snapshotOf } from "../support/resources";
import { inAccount, lambda, later, role } from "../support/tools";

/** The findings of rules on a stack, each rule once. */
async function reportedBy(
  resources: readonly Resource[],
  rules: readonly string[],
): Promise<readonly (readonly [string, Finding["verdict"]])[]> {
  const settings = { ...defaultSettings, maxSessionSeconds: 1800 };
  const { findings } = await judgeSnapshot(snapshotOf(resources), { settings });
  return findings
    .filter(({ rule }) => rules.includes(rule))
    .map(({ rule, verdict }) => [rule, verdict] as const);
}

function policyOf(...statements: readonly Value[]): Resource {
  return inAccount("aws:iam/rolePolicy:RolePolicy", "triage calls", {
    role: "triage",
    policy: { Version: "2012-10-17", Statement: statements },
  });
}

function allowing(action: string, on: Value): Value {
  return { Effect: "Allow", Action: action, Resource: on };
}

const triage = [role("triage"), lambda("triage")];
const othersQueue = inAccount("aws:sqs/queue:Queue", "orders", {
  name: "globex-orders",
  tags: { "agentid.dev/tenant": "globex" },
});

describe("two faults of one policy, role or workload", () => {
  it("are both reported: a wildcard, and another statement that may reach another tenant", async () => {
    const rules = ["no-wildcard-authority", "no-cross-tenant-access"];
    const wide = policyOf(allowing("s3:*", "*"), allowing("sqs:SendMessage", [later]));
    assert.deepEqual(await reportedBy([...triage, othersQueue, wide], rules), [
      ["no-cross-tenant-access", "undetermined"],
      ["no-wildcard-authority", "violated"],
    ]);
  });

  it("are one where the policy is not known at all", async () => {
    const rules = ["no-wildcard-authority", "no-cross-tenant-access", "no-privilege-escalation"];
    const hidden = inAccount("aws:iam/rolePolicy:RolePolicy", "triage calls", {
      role: "triage",
      policy: later,
    });
    assert.deepEqual(await reportedBy([...triage, othersQueue, hidden], rules), [
      ["no-wildcard-authority", "undetermined"],
    ]);
  });

  it("are both reported: a wildcard, and another statement that gives tokens for too long", async () => {
    const rules = ["no-wildcard-authority", "require-short-session"];
    const both = policyOf(allowing("s3:*", "*"), allowing("sts:GetWebIdentityToken", "*"));
    assert.deepEqual(await reportedBy([...triage, both], rules), [
      ["no-wildcard-authority", "violated"],
      ["require-short-session", "violated"],
    ]);
  });

  it("are one where everything is granted", async () => {
    const rules = ["no-wildcard-authority", "require-short-session", "no-privilege-escalation"];
    assert.deepEqual(await reportedBy([...triage, policyOf(allowing("*", "*"))], rules), [
      ["no-wildcard-authority", "violated"],
    ]);
  });

  it("are both reported: a secret that is shared, and that it is a model provider's key", async () => {
    const rules = ["no-shared-secret", "no-static-model-key"];
    assert.deepEqual(await reportedBy(manifest(sharingKey), rules), [
      ["no-shared-secret", "violated"],
      ["no-shared-secret", "violated"],
      ["no-static-model-key", "violated"],
      ["no-static-model-key", "violated"],
    ]);
  });

  it("are both reported: wildcards of a role of RBAC, and another rule of it that allows escalation", async () => {
    const rules = ["no-wildcard-authority", "no-privilege-escalation"];
    assert.deepEqual(await reportedBy(manifest(wildcardAndTokens), rules), [
      ["no-privilege-escalation", "violated"],
      ["no-wildcard-authority", "violated"],
    ]);
  });
});

const sharingKey = ["one", "two"]
  .map(
    (name) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: acme }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      serviceAccountName: ${name}
      containers:
        - name: main
          image: registry.example/desk:1
          env:
            - name: OPENAI_API_KEY
              valueFrom: { secretKeyRef: { name: model, key: OPENAI_API_KEY } }
`,
  )
  .join("---");

const wildcardAndTokens = `
apiVersion: v1
kind: ServiceAccount
metadata: { name: desk, namespace: acme }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: rights, namespace: acme }
rules:
  - { apiGroups: [""], resources: ["*"], verbs: [get] }
  - { apiGroups: [""], resources: [serviceaccounts/token], verbs: [create] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: gives, namespace: acme }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: rights }
subjects: [{ kind: ServiceAccount, name: desk, namespace: acme }]
`;
