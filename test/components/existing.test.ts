import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Agent, Tenant, type TenantArgs } from "../../components";
import {
  federationKinds,
  federationOf,
  subjectOf,
  type RandomFederation,
} from "./support/random-federation";
import { registered, type Registered } from "./support/registered";

const component = {
  agent: "agentid:index:Agent",
  tenant: "agentid:index:Tenant",
} as const;

/** What an identity is of whatever proves it. */
const identity = ["aws:iam/policy:Policy", "aws:iam/role:Role"];
const account = "kubernetes:core/v1:ServiceAccount";

/** What a federation makes known of a workload, beside its role and account. */
const own: Readonly<Partial<Record<RandomFederation, readonly string[]>>> = {
  eksPodIdentity: ["aws:eks/podIdentityAssociation:PodIdentityAssociation"],
  spiffe: ["kubernetes:spire.spiffe.io/v1alpha1:ClusterSPIFFEID"],
  spiffeOutside: ["kubernetes:spire.spiffe.io/v1alpha1:ClusterStaticEntry"],
  rolesAnywhere: ["aws:rolesanywhere/profile:Profile"],
  lambda: ["aws:iam/rolePolicy:RolePolicy"],
  agentCore: [
    "aws:bedrock/agentcoreWorkloadIdentity:AgentcoreWorkloadIdentity",
    "aws:iam/rolePolicy:RolePolicy",
  ],
};

const inCluster: readonly RandomFederation[] = ["eksIrsa", "eksPodIdentity", "spiffe"];

const rbac = "kubernetes:rbac.authorization.k8s.io/v1";
const admission = "kubernetes:admissionregistration.k8s.io/v1";
const network = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

/** A tenant of a namespace that exists, and a workload of it. */
function made(
  kind: RandomFederation,
  args: Omit<TenantArgs, "federation">,
): Promise<readonly Registered[]> {
  return registered(() => {
    const { ref } = new Tenant("acme", { federation: federationOf(kind), ...args });
    const subject = subjectOf(kind, "triage");
    new Agent("triage", { tenant: ref, ...(subject !== undefined && { subject }) });
  });
}

function typesOf(resources: readonly Registered[]): readonly string[] {
  return resources.map(({ type }) => type).sort();
}

/** Namespaces that objects are put into; cluster-wide ones have none. */
function namespacesOf(resources: readonly Registered[]): readonly string[] {
  const found = resources.flatMap(({ inputs }) => {
    const metadata = inputs["metadata"] as { readonly namespace?: string } | undefined;
    return metadata?.namespace ?? [];
  });
  return [...new Set(found)];
}

function withOwn(kind: RandomFederation, types: readonly string[]): readonly string[] {
  return [...types, ...Object.values(component), ...(own[kind] ?? [])].sort();
}

describe("a cluster and a namespace that exist", () => {
  for (const kind of inCluster) {
    for (const [what, existingNamespace] of [
      ["a text", () => "desk"],
      ["an output", () => pulumi.output("desk")],
    ] as const) {
      it(`with ${kind}, a namespace as ${what} is left unchanged, and the workload is put there`, async () => {
        const resources = await made(kind, { existingNamespace: existingNamespace() });
        assert.deepEqual(typesOf(resources), withOwn(kind, [...identity, account]));
        assert.deepEqual(namespacesOf(resources), ["desk"]);
        const role = resources.find(({ type }) => type === "aws:iam/role:Role");
        const trust = String(role?.inputs["assumeRolePolicy"]);
        assert.match(trust, kind === "eksPodIdentity" ? /"desk"/ : /[:/]desk[:/]/);
      });
    }

    it(`with ${kind}, all the isolation of a tenant's namespace is added to an existing one on request`, async () => {
      const resources = await made(kind, {
        existingNamespace: "desk",
        egress: [{ cidr: "10.0.0.0/16", ports: [443] }],
        quota: { pods: 10 },
        deployers: [{ group: "deployers" }],
        serviceAccounts: ["triage"],
      });
      assert.deepEqual(
        typesOf(resources),
        withOwn(kind, [
          ...identity,
          account,
          network,
          network,
          "kubernetes:core/v1:ResourceQuota",
          `${rbac}:Role`,
          `${rbac}:RoleBinding`,
          ...Array.from({ length: 2 }, () => `${admission}:ValidatingAdmissionPolicy`),
          ...Array.from({ length: 2 }, () => `${admission}:ValidatingAdmissionPolicyBinding`),
        ]),
      );
      assert.deepEqual(namespacesOf(resources), ["desk"]);
      const bindings = resources.filter(({ type }) => type.endsWith("PolicyBinding"));
      for (const { inputs } of bindings) {
        const { matchResources } = inputs["spec"] as { readonly matchResources: unknown };
        assert.deepEqual(matchResources, {
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "desk" } },
        });
      }
    });

    for (const [requested, args, types] of [
      ["a quota", { quota: { pods: 10 } }, ["kubernetes:core/v1:ResourceQuota"]],
      [
        "deployers",
        { deployers: [{ group: "deployers" }] },
        [`${rbac}:Role`, `${rbac}:RoleBinding`],
      ],
    ] as const) {
      it(`with ${kind}, only ${requested} is added there on request`, async () => {
        const resources = await made(kind, {
          existingNamespace: "desk",
          ...(args as Partial<TenantArgs>),
        });
        assert.deepEqual(typesOf(resources), withOwn(kind, [...identity, account, ...types]));
      });
    }
  }

  for (const kind of federationKinds.filter((one) => !inCluster.includes(one))) {
    it(`with ${kind}, no account and no namespace are made for what runs outside`, async () => {
      const resources = await made(
        kind,
        kind === "spiffeOutside" ? { existingNamespace: "desk" } : {},
      );
      assert.deepEqual(typesOf(resources), withOwn(kind, identity));
      assert.deepEqual(namespacesOf(resources), []);
    });
  }
});
