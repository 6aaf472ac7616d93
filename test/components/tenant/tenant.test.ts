import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Tenant } from "../../../components";
import { federation, issuer, providerArn } from "../support/acme";
import { labels, podChecks, toDns } from "../support/isolation";
import { mocked, registered, type Registered } from "../support/registered";
import { named } from "../support/trust";

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

/** A policy of the API server's admission, and what binds it to the namespace. */
function admission(resources: string, validations: readonly object[]): Registered[] {
  const group = "admissionregistration.k8s.io/v1";
  const metadata = { name: `agentid-acme-${resources}`, labels };
  const made = (kind: string, spec: object) => ({
    type: `kubernetes:${group}:${kind}`,
    name: `acme-${resources}`,
    under: "agentid:index:Tenant",
    inputs: { apiVersion: group, kind, metadata, spec },
  });
  return [
    made("ValidatingAdmissionPolicy", {
      failurePolicy: "Fail",
      matchConstraints: {
        resourceRules: [
          { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: [resources] },
        ],
      },
      validations,
    }),
    made("ValidatingAdmissionPolicyBinding", {
      policyName: `agentid-acme-${resources}`,
      validationActions: ["Deny"],
      matchResources: {
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "acme" } },
      },
    }),
  ];
}

/** Something in the tenant's namespace that has a `spec`. */
function inNamespace(type: string, what: string, spec: object): Registered {
  const [, apiVersion = "", kind = ""] = type.split(":");
  return {
    type,
    name: `acme-${what}`,
    under: "agentid:index:Tenant",
    inputs: {
      apiVersion: apiVersion.replace("core/", ""),
      kind,
      metadata: { name: `agentid-${what}`, namespace: "acme", labels },
      spec,
    },
  };
}

function byTypeAndName(a: Registered, b: Registered): number {
  return `${a.type} ${a.name}` < `${b.type} ${b.name}` ? -1 : 1;
}

describe("Tenant", () => {
  it("makes a namespace, its isolation, and the boundary of its roles", async () => {
    const resources = await registered(() => {
      new Tenant("acme", { federation });
    });
    assert.deepEqual(
      resources,
      [
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
        ...admission("pods", podChecks),
        ...admission("secrets", [
          {
            expression: "!has(object.type) || object.type != 'kubernetes.io/service-account-token'",
            message: "a Secret with a ServiceAccount's token never expires; use a projected token",
          },
        ]),
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
        inNamespace("kubernetes:core/v1:ResourceQuota", "quota", {
          hard: { pods: "50", "services.loadbalancers": "0", "services.nodeports": "0" },
        }),
        inNamespace("kubernetes:networking.k8s.io/v1:NetworkPolicy", "isolation", {
          podSelector: {},
          policyTypes: ["Ingress", "Egress"],
          ingress: [{ from: [{ podSelector: {} }] }],
        }),
        inNamespace("kubernetes:networking.k8s.io/v1:NetworkPolicy", "egress", {
          podSelector: {
            matchExpressions: [{ key: "agentid.dev/egress", operator: "NotIn", values: ["own"] }],
          },
          policyTypes: ["Egress"],
          egress: [{ to: [{ podSelector: {} }] }, toDns],
        }),
      ].sort(byTypeAndName),
    );
  });

  it("names namespace and tenant as configured, distinct from the resource", async () => {
    const resources = await registered(() => {
      new Tenant("prod-acme", { name: "acme", namespace: "acme-agents", federation });
    });
    const [component, policy] = resources;
    const namespace = named(resources, "kubernetes:core/v1:Namespace", "prod-acme");
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

  it("waits for a provider that is created later", async () => {
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
