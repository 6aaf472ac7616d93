import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { parsePolicyDocument, type PolicyDocument } from "../../core/policy/document";
import { contextOf } from "../../core/policy/condition/context";
import { admits } from "../../core/trust/admits";
import { noLookups, principalOf } from "../../core/trust/principal";
import { judgeSnapshot } from "../../policy-pack/judge";
import { defaultSettings } from "../../policy-pack/settings";
import { issuer, providerArn } from "./support/acme";
import { declareStack, randomStack, type RandomStack } from "./support/random-stack";
import { registered, type Registered } from "./support/registered";
import { snapshotOf } from "./support/snapshot";

const settings = { ...defaultSettings, maxSessionSeconds: 43_200 };

describe("whatever the components accept", () => {
  it("passes our own policy pack with no finding", async () => {
    await fc.assert(
      fc.asyncProperty(randomStack, async (stack) => {
        const { findings, workloads } = await judged(stack);
        assert.deepEqual(findings, []);
        assert.equal(workloads.length, workloadsIn(stack));
      }),
      { numRuns: 500 },
    );
  }).timeout(300_000);

  it("is judged at all: a second workload on an account of ours is a finding", async () => {
    const resources = await declared({
      tenants: [
        {
          name: "acme",
          namespace: undefined,
          existing: false,
          maxSession: "1h",
          workloads: [
            {
              kind: "agent",
              name: "triage",
              autonomy: undefined,
              risk: undefined,
              permissions: [],
              intents: ["find"],
            },
          ],
        },
      ],
    });
    const intruder: Registered = {
      type: "kubernetes:apps/v1:Deployment",
      name: "intruder",
      under: "pulumi:pulumi:Stack",
      inputs: {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "intruder", namespace: "acme" },
        spec: { template: { spec: { serviceAccountName: "triage", containers: [] } } },
      },
    };
    const { findings } = await judgeSnapshot(snapshotOf([...resources, intruder]), { settings });
    assert.deepEqual([...new Set(findings.map(({ rule }) => rule))], ["no-shared-identity"]);
  });

  it("admits each workload's own token to its role, and no other's", async () => {
    await fc.assert(
      fc.asyncProperty(randomStack, async (stack) => {
        const resources = await declared(stack);
        const roles = resources.filter(({ type }) => type === "aws:iam/role:Role");
        const accounts = resources.filter(({ type }) => type.endsWith(":ServiceAccount"));
        assert.equal(roles.length, workloadsIn(stack));
        for (const role of roles) {
          const trust = trustOf(role);
          for (const account of accounts) {
            const admitted = admits(trust, tokenOf(account, "sts.amazonaws.com")).kind;
            assert.equal(admitted, role.name === account.name ? "yes" : "no");
            assert.equal(admits(trust, tokenOf(account, "vault")).kind, "no");
          }
        }
      }),
      { numRuns: 200 },
    );
  }).timeout(300_000);

  it("stays within the limits of IAM and Kubernetes", async () => {
    await fc.assert(
      fc.asyncProperty(randomStack, async (stack) => {
        for (const { type, inputs } of await declared(stack)) {
          const { name, assumeRolePolicy, policy, path } = inputs as Record<string, string>;
          if (type === "aws:iam/role:Role") assert.ok((name ?? "").length <= 64);
          if (type.startsWith("aws:")) assert.ok((path ?? "").length <= 512);
          // Source: IAM and STS quotas.
          assert.ok((assumeRolePolicy ?? "").length <= 2048);
          assert.ok((policy ?? "").length <= 6144);
        }
      }),
      { numRuns: 100 },
    );
  }).timeout(300_000);
});

function declared(stack: RandomStack): Promise<readonly Registered[]> {
  return registered(() => {
    declareStack(stack);
  });
}

async function judged(stack: RandomStack): ReturnType<typeof judgeSnapshot> {
  return judgeSnapshot(snapshotOf(await declared(stack)), { settings });
}

function workloadsIn(stack: RandomStack): number {
  return stack.tenants.reduce((sum, tenant) => sum + tenant.workloads.length, 0);
}

function trustOf(role: Registered): PolicyDocument {
  const parsed = parsePolicyDocument(String(role.inputs["assumeRolePolicy"]));
  if (parsed.kind !== "document") assert.fail(parsed.kind);
  return parsed.document;
}

function tokenOf(account: Registered, audience: string): Parameters<typeof admits>[1] {
  const { name, namespace } = account.inputs["metadata"] as { name: string; namespace: string };
  return {
    principal: principalOf(
      { type: "Federated", value: { kind: "text", text: providerArn, secret: false } },
      noLookups,
    ),
    action: "sts:AssumeRoleWithWebIdentity",
    context: contextOf({
      [`${issuer}:sub`]: `system:serviceaccount:${namespace}:${name}`,
      [`${issuer}:aud`]: audience,
    }),
  };
}
