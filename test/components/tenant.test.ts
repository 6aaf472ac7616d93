import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Tenant } from "../../components";
import { federation, issuer, providerArn } from "./support/acme";
import { mocked, registered } from "./support/registered";

const boundary = {
  Version: "2012-10-17",
  Statement: [
    { Sid: "AllowWithinPolicies", Effect: "Allow", Action: "*", Resource: "*" },
    { Sid: "DenyIdentityAdministration", Effect: "Deny", Action: "iam:*", Resource: "*" },
    {
      Sid: "DenyRolesOutsideTenant",
      Effect: "Deny",
      Action: "sts:AssumeRole",
      NotResource: "arn:aws:iam::111122223333:role/agentid/acme/*",
    },
    {
      Sid: "DenyOtherTenants",
      Effect: "Deny",
      Action: "*",
      Resource: "*",
      Condition: {
        StringNotEquals: { "aws:ResourceTag/agentid.dev/tenant": "acme" },
        Null: { "aws:ResourceTag/agentid.dev/tenant": "false" },
      },
    },
  ],
};

describe("Tenant", () => {
  it("makes a namespace, its network policy and the boundary of its roles", async () => {
    const resources = await registered(() => {
      new Tenant("acme", { federation });
    });
    assert.deepEqual(resources, [
      {
        type: "agentid:index:Tenant",
        name: "acme",
        under: "pulumi:pulumi:Stack",
        inputs: { federation, name: "acme", namespace: "acme", maxSession: "1h" },
      },
      {
        type: "aws:iam/policy:Policy",
        name: "acme-boundary",
        under: "agentid:index:Tenant",
        inputs: {
          name: "acme.boundary",
          path: "/agentid/acme/",
          description: "What no role of tenant acme can do",
          policy: JSON.stringify(boundary),
          tags: { "agentid.dev/tenant": "acme" },
        },
      },
      {
        type: "kubernetes:core/v1:Namespace",
        name: "acme",
        under: "agentid:index:Tenant",
        inputs: {
          apiVersion: "v1",
          kind: "Namespace",
          metadata: {
            name: "acme",
            labels: {
              "agentid.dev/tenant": "acme",
              "pod-security.kubernetes.io/enforce": "restricted",
              "pod-security.kubernetes.io/warn": "restricted",
            },
          },
        },
      },
      {
        type: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
        name: "acme-isolation",
        under: "agentid:index:Tenant",
        inputs: {
          apiVersion: "networking.k8s.io/v1",
          kind: "NetworkPolicy",
          metadata: {
            name: "agentid-isolation",
            namespace: "acme",
            labels: { "agentid.dev/tenant": "acme" },
          },
          spec: {
            podSelector: {},
            policyTypes: ["Ingress"],
            ingress: [{ from: [{ podSelector: {} }] }],
          },
        },
      },
    ]);
  });

  it("names namespace and tenant as told, apart from the resource", async () => {
    const resources = await registered(() => {
      new Tenant("prod-acme", { name: "acme", namespace: "acme-agents", federation });
    });
    const [component, policy, namespace] = resources;
    assert.deepEqual(component?.inputs["name"], "acme");
    assert.deepEqual(component.inputs["namespace"], "acme-agents");
    assert.deepEqual(policy?.inputs["policy"], JSON.stringify(boundary));
    assert.deepEqual(
      (namespace?.inputs["metadata"] as Record<string, unknown>)["name"],
      "acme-agents",
    );
  });

  it("leaves an existing namespace as it is", async () => {
    const resources = await registered(() => {
      new Tenant("acme", { existingNamespace: pulumi.output("agents"), federation });
    });
    assert.deepEqual(
      resources.map(({ type }) => type),
      ["agentid:index:Tenant", "aws:iam/policy:Policy"],
    );
  });

  it("bounds roles in the account and partition of its provider", async () => {
    const resources = await registered(() => {
      new Tenant("acme", {
        federation: {
          eksIrsa: { providerArn: `arn:aws-cn:iam::444455556666:oidc-provider/${issuer}` },
        },
      });
    });
    const policy = JSON.parse(String(resources[1]?.inputs["policy"])) as typeof boundary;
    assert.equal(
      policy.Statement[2]?.NotResource,
      "arn:aws-cn:iam::444455556666:role/agentid/acme/*",
    );
  });

  it("gives a reference whose documents need no output", () => {
    mocked();
    const { ref } = new Tenant("acme", { federation, maxSession: "2h" });
    assert.equal(ref.name, "acme");
    assert.equal(ref.namespace, "acme");
    assert.deepEqual(ref.federation, federation);
    assert.equal(ref.maxSession, "2h");
    assert.ok(pulumi.Output.isInstance(ref.boundaryArn));
  });

  it("waits for a provider that is not made yet", async () => {
    const resources = await registered(
      () => {
        new Tenant("acme", {
          federation: { eksIrsa: { providerArn: pulumi.output(providerArn) } },
        });
      },
      { preview: true },
    );
    assert.equal(resources[1]?.inputs["policy"], JSON.stringify(boundary));
  });
});
