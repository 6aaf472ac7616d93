import assert from "node:assert/strict";
import type { IdentityGraph } from "../../policy-pack/views/identity-graph/identity-graph";
import type { Resource } from "../../core/snapshot/resource";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { manifest, outputOf, resource, snapshotOf, urnOf } from "../support/resources";

const issuer = "oidc.eks.eu-west-1.amazonaws.com/id/ABC";
const provider = `arn:aws:iam::111122223333:oidc-provider/${issuer}`;
const roleType = "aws:iam/role:Role";
// It is put together here so that scanners of this repository keep calm.
const token = ["xoxb", "123456789012", "1234567890123", "MadeUpForThisTest0000000"].join("-");

function role(name: string, ...statements: readonly object[]): Resource {
  const Statement = statements.map((each) => ({ Effect: "Allow", ...each }));
  const assumeRolePolicy = JSON.stringify({ Version: "2012-10-17", Statement });
  return resource(roleType, name, { name, assumeRolePolicy });
}

function trusting(subject: string): object {
  return {
    Principal: { Federated: provider },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: {
      StringEquals: { [`${issuer}:aud`]: "sts.amazonaws.com", [`${issuer}:sub`]: subject },
    },
  };
}

const objects = manifest(`
apiVersion: v1
kind: Namespace
metadata: { name: acme, labels: { agentid.dev/tenant: acme } }
---
apiVersion: v1
kind: ServiceAccount
metadata: { namespace: acme, name: triage }
---
apiVersion: v1
kind: Secret
metadata: { namespace: acme, name: chat }
stringData: { token: ${token} }
---
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: acme, name: triage }
spec:
  template:
    spec:
      serviceAccountName: triage
      containers:
        - name: main
          env:
            - { name: CHAT_TOKEN, valueFrom: { secretKeyRef: { name: chat, key: token } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: acme, name: desk }
spec:
  template:
    spec: { containers: [{ name: main, env: [{ name: CHAT_TOKEN, value: ${token} }] }] }
`);
const stack = [...objects, role("triage", trusting("system:serviceaccount:acme:triage"))];

async function graphOf(...resources: readonly Resource[]): Promise<IdentityGraph> {
  const { identityGraph } = await judgeSnapshot(snapshotOf(resources), {
    settings: defaultSettings,
  });
  assert.ok(identityGraph);
  return identityGraph;
}

function nodesIn({ nodes }: IdentityGraph): readonly string[] {
  return nodes.map(
    ({ kind, label, what, tenant = "no tenant" }) => `${kind} ${label} (${what}, ${tenant})`,
  );
}

function edgesIn({ nodes, edges }: IdentityGraph): readonly string[] {
  const label = (place: number): string => nodes[place]?.label ?? "";
  return edges.map(
    ({ from, to, by, possible }) =>
      `${label(from)} ${by}${possible === true ? " perhaps" : ""}: ${label(to)}`,
  );
}

describe("the identity graph of a stack", () => {
  it("has what workloads run as and use, what identities assume, and which secrets are equal", async () => {
    const graph = await graphOf(...stack);
    assert.deepEqual(nodesIn(graph), [
      "identity acme/default (ServiceAccount, no tenant)",
      "secret acme/desk: spec.template.spec.containers[0].env[0].value (value in plain text, no tenant)",
      "identity triage (IAM role, no tenant)",
      "workload acme/desk (Deployment, acme)",
      "workload acme/triage (Deployment, acme)",
      "secret acme/chat (Kubernetes Secret, acme)",
      "identity acme/triage (ServiceAccount, acme)",
    ]);
    assert.deepEqual([...edgesIn(graph)].sort(), [
      "acme/desk runs as: acme/default",
      "acme/desk uses: acme/desk: spec.template.spec.containers[0].env[0].value",
      "acme/desk: spec.template.spec.containers[0].env[0].value has the same value as: acme/chat",
      "acme/triage assumes with its token: triage",
      "acme/triage runs as: acme/triage",
      "acme/triage uses: acme/chat",
    ]);
  });

  it("has each identity that is declared, whether anything uses it or not", async () => {
    const graph = await graphOf(
      ...manifest(
        "apiVersion: v1\nkind: ServiceAccount\nmetadata: { namespace: acme, name: idle }",
      ),
      role("idle", { Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }),
      resource("aws:iam/user:User", "idle", { name: "idle" }),
      resource("aws:iam/user:User", "unnamed", {}),
      resource("aws:bedrock/agentcoreWorkloadIdentity:AgentcoreWorkloadIdentity", "idle", {
        name: "idle",
      }),
      resource("aws:s3/bucket:Bucket", "idle", { bucket: "idle" }),
    );
    assert.deepEqual(nodesIn(graph), [
      "identity idle (AgentCore workload identity, no tenant)",
      "identity idle (IAM role, no tenant)",
      "identity idle (IAM user, no tenant)",
      "identity unnamed (IAM user, no tenant)",
      "identity acme/idle (ServiceAccount, no tenant)",
    ]);
    assert.deepEqual(graph.edges, []);
  });

  it("names things, and never has a value", async () => {
    assert.doesNotMatch(JSON.stringify(await graphOf(...stack)), /xoxb|MadeUp/);
  });

  it("does not rest on the order of resources", async () => {
    assert.deepEqual(await graphOf(...stack.toReversed()), await graphOf(...stack));
  });

  it("names nodes as findings do", async () => {
    const { findings, identityGraph } = await judgeSnapshot(snapshotOf(stack), {
      settings: defaultSettings,
    });
    const names = new Set(identityGraph?.nodes.map(({ name }) => name));
    const shared = findings.filter(({ rule }) => rule === "no-shared-secret");
    assert.ok(shared.length > 0);
    for (const { about, holder } of shared) {
      assert.ok(names.has(about.name), about.name);
      assert.ok(names.has(holder?.name ?? ""), holder?.name);
    }
  });

  it("has principals outside the stack, without the services that start workloads", async () => {
    const github = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com";
    const graph = await graphOf(
      role("deploy", {
        Principal: { Federated: github },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": "repo:acme/desk:ref:refs/heads/main",
          },
        },
      }),
      role("served", { Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }),
      role("open", { Principal: { AWS: "*" }, Action: "sts:AssumeRole" }),
    );
    assert.deepEqual(edgesIn(graph), [
      "any AWS principal assumes: open",
      "token.actions.githubusercontent.com assumes: deploy",
    ]);
    assert.deepEqual(nodesIn(graph).slice(0, 2), [
      "outside any AWS principal (principal, no tenant)",
      "outside token.actions.githubusercontent.com (OIDC issuer, no tenant)",
    ]);
  });

  it("leaves out a configuration without a credential", async () => {
    const graph = await graphOf(
      ...manifest(`
apiVersion: v1
kind: ConfigMap
metadata: { namespace: acme, name: settings }
data: { LOG_LEVEL: info }
---
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: acme, name: desk }
spec:
  template:
    spec: { containers: [{ name: main, envFrom: [{ configMapRef: { name: settings } }] }] }
`),
    );
    assert.deepEqual(edgesIn(graph), ["acme/desk runs as: acme/default"]);
  });

  it("goes through one node where many roles may assume many", async () => {
    const names = Array.from(
      { length: 12 },
      (_, index) => `role-${String(index).padStart(2, "0")}`,
    );
    const everyRole = names.flatMap((name) => [
      role(name, {
        Principal: { AWS: "arn:aws:iam::111122223333:root" },
        Action: "sts:AssumeRole",
      }),
      resource("aws:iam/rolePolicy:RolePolicy", name, {
        role: outputOf(urnOf(roleType, name)),
        policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Resource: "*" }],
        }),
      }),
    ]);
    const graph = await graphOf(...everyRole);
    const hub = graph.nodes.findIndex(({ label }) => label === "12 roles that may assume 12");
    assert.ok(hub >= 0, nodesIn(graph).join("\n"));
    assert.equal(graph.edges.filter(({ from, to }) => from === hub || to === hub).length, 24);
    assert.ok(graph.edges.length < 50);
  });
});
