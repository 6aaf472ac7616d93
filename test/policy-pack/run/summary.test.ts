import assert from "node:assert/strict";
import type { Resource } from "../../../core/snapshot/resource";
import { judgeSnapshot } from "../../../policy-pack/run/judge";
import { defaultSettings } from "../../../policy-pack/findings/settings";
import { manifest, outputOf, resource, snapshotOf, urnOf } from "../../support/resources";

const roleType = "aws:iam/role:Role";
const account = "arn:aws:iam::111122223333";

function role(name: string, principal: object, action: string): Resource {
  const statement = { Effect: "Allow", Principal: principal, Action: action };
  const assumeRolePolicy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  return resource(roleType, name, { name, assumeRolePolicy });
}

function lambda(name: string, roleName: string): Resource {
  return resource("aws:lambda/function:Function", name, {
    role: outputOf(urnOf(roleType, roleName)),
    tags: { "agentid.dev/tenant": "acme" },
  });
}

async function summary(...resources: readonly Resource[]): Promise<readonly unknown[]> {
  const { workloads } = await judgeSnapshot(snapshotOf(resources), { settings: defaultSettings });
  return workloads.map(({ label, identities, federation, tenant }) => [
    label,
    identities,
    federation,
    tenant,
  ]);
}

describe("what a report lists of workloads", () => {
  it("is the ServiceAccount, the role it assumes, how, and the namespace's tenant", async () => {
    const objects = manifest(`
apiVersion: v1
kind: Namespace
metadata: { name: acme, labels: { agentid.dev/tenant: acme } }
---
apiVersion: v1
kind: ServiceAccount
metadata:
  namespace: acme
  name: triage
  annotations: { eks.amazonaws.com/role-arn: "${account}:role/triage" }
---
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: acme, name: triage }
spec: { template: { spec: { serviceAccountName: triage, containers: [{ name: main }] } } }
`);
    assert.deepEqual(await summary(...objects), [
      ["acme/triage", ["acme/triage", "triage"], ["IRSA"], "acme"],
    ]);
  });

  it("is the service, issuer or certificate by which a role is assumed directly", async () => {
    const provider = `${account}:oidc-provider/token.actions.githubusercontent.com`;
    const doors = [
      role("served", { Service: "lambda.amazonaws.com" }, "sts:AssumeRole"),
      role("built", { Federated: provider }, "sts:AssumeRoleWithWebIdentity"),
      role("certified", { Service: "rolesanywhere.amazonaws.com" }, "sts:AssumeRole"),
    ];
    const users = ["served", "built", "certified"].map((name) => lambda(`${name}-user`, name));
    assert.deepEqual(await summary(...doors, ...users), [
      ["acme/built-user", ["built"], ["token.actions.githubusercontent.com"], "acme"],
      ["acme/certified-user", ["certified"], ["IAM Roles Anywhere"], "acme"],
      ["acme/served-user", ["served"], ["lambda.amazonaws.com"], "acme"],
    ]);
  });

  it("leaves out an endpoint that is unknown in a preview", async () => {
    const unknown = resource(roleType, "later", {
      name: "later",
      assumeRolePolicy: outputOf(urnOf("x:y:Z", "z")),
    });
    assert.deepEqual(await summary(unknown, lambda("user", "later")), [
      ["acme/user", ["later"], [], "acme"],
    ]);
  });
});
