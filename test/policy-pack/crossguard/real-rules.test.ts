import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { policies } from "../../../policy-pack/crossguard";
import { createPolicies } from "../../../policy-pack/crossguard/policies";
import { Served } from "./support/served";
import { secret, unknownString, urnOf, type Given, type Stated } from "./support/wire";

const canary = "canary-Xq9zL2mT7v";
const provider = "urn:pulumi:dev::shop::pulumi:providers:kubernetes::default";

function deployment(name: string, value: unknown): Given {
  const container = { name: "main", image: "agent", env: [{ name: "CRM_API_KEY", value }] };
  const template = { metadata: { labels: { app: name } }, spec: { containers: [container] } };
  return {
    name,
    type: "kubernetes:apps/v1:Deployment",
    provider,
    inputs: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name, namespace: "desk" },
      spec: { template },
    } as never,
  };
}

function secretOf(stringData: unknown): Given {
  return {
    name: "crm-key",
    type: "kubernetes:core/v1:Secret",
    provider,
    inputs: {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "crm-key", namespace: "desk" },
      stringData,
    } as never,
  };
}

function role(assumeRolePolicy: string): Given {
  const type = "aws:iam/role:Role";
  return { name: "agent", type, provider, inputs: { name: "agent", assumeRolePolicy } };
}

function trustOf(condition: unknown): string {
  const federated = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: federated },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: condition,
      },
    ],
  });
}

function of(policy: string, stated: readonly Stated[]): readonly { level: string; urn: string }[] {
  return stated.filter((each) => each.policy === policy).map(({ level, urn }) => ({ level, urn }));
}

describe("the pack with the rules it has", () => {
  it("blocks a literal before the workload is made, and prints its value nowhere", async () => {
    const folder = mkdtempSync(join(tmpdir(), "agentid-canary-"));
    const report = join(folder, "report.json");
    const pack = new Served(createPolicies({ environment: { AGENTID_REPORT: report } }));
    const stack = [
      deployment("a", canary),
      deployment("b", secret(canary)),
      secretOf({ k: canary }),
    ];
    const early = await pack.analyzeAll(stack);
    const end = await pack.analyzeStack(stack);
    const written = readFileSync(report, "utf8");
    rmSync(folder, { recursive: true });
    assert.deepEqual(of("no-literal-secret", early), [
      { level: "mandatory", urn: urnOf("a", "kubernetes:apps/v1:Deployment") },
      { level: "mandatory", urn: urnOf("b", "kubernetes:apps/v1:Deployment") },
    ]);
    assert.deepEqual(of("no-literal-secret", end), []);
    assert.match(written, /no-literal-secret/u);
    assert.doesNotMatch(JSON.stringify([early, end]) + written, /canary/u);
  });

  it("ignores a value that is in its position", async () => {
    const pack = new Served(policies());
    const stack = [secretOf({ k: canary })];
    assert.deepEqual(await pack.analyzeAll(stack), []);
    assert.deepEqual(await pack.analyzeStack(stack), []);
  });

  it("reports a trust policy that is unknown in a preview as undetermined", async () => {
    const pack = new Served(createPolicies({ environment: { PULUMI_DRY_RUN: "true" } }));
    const unknown = role(unknownString);
    assert.deepEqual(await pack.analyze(unknown), []);
    const stated = await pack.analyzeStack([
      { name: "oidc", type: "aws:iam/openIdConnectProvider:OpenIdConnectProvider", provider },
      {
        ...unknown,
        propertyDependencies: {
          assumeRolePolicy: [urnOf("oidc", "aws:iam/openIdConnectProvider:OpenIdConnectProvider")],
        },
      },
    ]);
    const reported = stated.filter(({ policy }) => policy === "no-public-trust");
    assert.deepEqual(
      reported.map(({ level, urn }) => ({ level, urn })),
      [{ level: "advisory", urn: urnOf("agent", "aws:iam/role:Role") }],
    );
    assert.match(
      reported[0]!.message,
      /^Cannot verify yet \(known after `oidc` is created\): Role `agent` can be assumed /,
    );
  });

  it("refuses that trust policy in the update, before the role is made", async () => {
    const pack = new Served(createPolicies({ environment: { PULUMI_DRY_RUN: "false" } }));
    const aud = { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" };
    const stated = await pack.analyze(role(trustOf({ StringEquals: aud })));
    assert.deepEqual(of("require-subject-condition", stated), [
      { level: "mandatory", urn: urnOf("agent", "aws:iam/role:Role") },
    ]);
  });
});
