import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import { Agent, GrantPolicyStore, Tenant, Tool } from "../../../components";
import { Unknown, type ValueRecord } from "../../../core/snapshot/value";
import { judgeSnapshot } from "../../../policy-pack/run/judge";
import { defaultSettings } from "../../../policy-pack/findings/settings";
import { federation } from "../support/acme";
import { registered, type Registered } from "../support/registered";
import { snapshotOf } from "../support/snapshot";
import { withoutWarnings } from "../support/warnings";

/** A tenant with a store of its grants, and an agent that calls it. */
function program(): GrantPolicyStore {
  const tenant = new Tenant("acme", { federation });
  const refunds = new Tool("refunds", { tenant });
  const triage = new Agent("triage", {
    tenant,
    grants: [{ tool: refunds.ref, intents: ["refund"] }],
  });
  const store = new GrantPolicyStore("decisions", { workloads: [triage.brokerRef] });
  const permissions = [{ actions: ["verifiedpermissions:IsAuthorized"], resources: [store.arn] }];
  new Agent("asking", { tenant, permissions });
  return store;
}

/** The same, with a role of another tenant, which no boundary keeps from the store. */
function withUnboundRole(): void {
  const { arn } = program();
  const role = new aws.iam.Role("unbound", {
    name: "unbound",
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "lambda.amazonaws.com" },
          Action: "sts:AssumeRole",
        },
      ],
    }),
    tags: { "agentid.dev/tenant": "globex" },
  });
  new aws.iam.RolePolicy("unbound", {
    role: role.name,
    policy: arn.apply((Resource) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "verifiedpermissions:IsAuthorized", Resource }],
      }),
    ),
  });
}

async function judged(stack: () => unknown, preview = false) {
  const resources = await registered(() => void stack(), { preview });
  const judging = { settings: defaultSettings };
  const { findings, notes } = await judgeSnapshot(snapshotOf(resources.map(asKnown)), judging);
  return {
    findings: findings.map(({ rule, verdict, message }) => `${rule} ${verdict}: ${message}`),
    notes,
  };
}

/** What mocks leave unknown in a preview, as a snapshot has it. */
function asKnown(resource: Registered): Registered {
  return { ...resource, inputs: valueOf(resource.inputs) as ValueRecord };
}

function valueOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if ("__pulumiUnknown" in value) return new Unknown();
  if (Array.isArray(value)) return value.map(valueOf);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, valueOf(each)]));
}

describe("a policy store of grants, judged by the policy pack", () => {
  withoutWarnings();

  it("is no finding, and nothing of it is unread", async () => {
    assert.deepEqual(await judged(program), { findings: [], notes: [] });
  });

  it("is no finding in a first preview, where its ARN is unknown", async () => {
    assert.deepEqual(await judged(program, true), { findings: [], notes: [] });
  });

  it("is a finding where a role of another tenant may call it", async () => {
    assert.deepEqual((await judged(withUnboundRole)).findings, [
      "no-cross-tenant-access violated: Policy `unbound` allows tenant `globex` to call `verifiedpermissions:IsAuthorized` on policy store `decisions` of tenant `acme`",
    ]);
  });
});
