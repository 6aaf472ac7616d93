import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Agent, Tenant, Tool, type SpiffeSubject, type TenantRef } from "../../../components";
import { mocked, registered } from "../support/registered";
import { named, roleAdmits } from "../support/trust";

const issuer = "oidc-discovery.example.org";
const providerArn = `arn:aws:iam::111122223333:oidc-provider/${issuer}`;
const federation = { spiffe: { providerArn, trustDomain: "example.org", clusterName: "prod" } };
const acme: TenantRef = {
  name: "acme",
  namespace: "acme-agents",
  boundaryArn: "arn:aws:iam::111122223333:policy/agentid/acme/acme.boundary",
  federation,
};
const labels = {
  "agentid.dev/tenant": "acme",
  "agentid.dev/kind": "agent",
  "agentid.dev/workload": "triage",
};
const roleType = "aws:iam/role:Role";
const under = "agentid:index:Agent";

const role = (subject: string) => ({
  type: roleType,
  name: "triage",
  under,
  inputs: {
    name: "acme.triage",
    path: "/agentid/acme/",
    description: "Identity of agent triage",
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Federated: providerArn },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: {
            StringEquals: { [`${issuer}:sub`]: subject, [`${issuer}:aud`]: "sts.amazonaws.com" },
          },
        },
      ],
    }),
    permissionsBoundary: "arn:aws:iam::111122223333:policy/agentid/acme/acme.boundary",
    maxSessionDuration: 3600,
    tags: labels,
  },
});

const account = {
  type: "kubernetes:core/v1:ServiceAccount",
  name: "triage",
  under,
  inputs: {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "triage", namespace: "acme-agents", labels },
    automountServiceAccountToken: false,
  },
};

const registration = {
  type: "kubernetes:spire.spiffe.io/v1alpha1:ClusterSPIFFEID",
  name: "triage",
  under,
  inputs: {
    apiVersion: "spire.spiffe.io/v1alpha1",
    kind: "ClusterSPIFFEID",
    metadata: { name: "acme.triage", labels },
    spec: {
      spiffeIDTemplate:
        "spiffe://{{ .TrustDomain }}/cluster/{{ .ClusterName }}/ns/{{ .PodMeta.Namespace }}/sa/{{ .PodSpec.ServiceAccountName }}",
      ttl: "1h",
      jwtTtl: "5m",
      hint: "triage",
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "acme-agents" } },
      podSelector: { matchLabels: labels },
      workloadSelectorTemplates: ["k8s:ns:acme-agents", "k8s:sa:triage"],
    },
  },
};

const outside: SpiffeSubject = {
  parentId: "spiffe://example.org/spire/agent/aws_iid/EXAMPLE",
  selectors: ["unix:uid:1001", "unix:path:/usr/bin/triage"],
};

describe("a tenant with SPIRE", () => {
  it("registers the pods of each workload's account, and trusts only their SPIFFE ID", async () => {
    const resources = await registered(() => {
      new Agent("triage", { tenant: acme });
    });
    assert.deepEqual(resources.slice(1), [
      role("spiffe://example.org/cluster/prod/ns/acme-agents/sa/triage"),
      account,
      registration,
    ]);
  });

  it("registers with the controller manager of a class", async () => {
    const resources = await registered(() => {
      const spiffe = { ...federation.spiffe, className: "agents" };
      new Agent("triage", { tenant: { ...acme, federation: { spiffe } } });
    });
    const { spec } = named(resources, registration.type, "triage")?.inputs as { spec: object };
    assert.deepEqual(spec, { className: "agents", ...registration.inputs.spec });
  });

  it("does the same where the tenant is an output", async () => {
    const resources = await registered(() => {
      new Agent("triage", { tenant: pulumi.output(acme) });
    });
    const entry = named(resources, registration.type, "triage");
    assert.deepEqual(entry, registration);
  });

  it("registers a workload outside Kubernetes by what its agent finds", async () => {
    const resources = await registered(() => {
      new Agent("triage", { tenant: acme, subject: { spiffe: outside } });
    });
    assert.deepEqual(resources.slice(1), [
      role("spiffe://example.org/tenant/acme/workload/triage"),
      {
        type: "kubernetes:spire.spiffe.io/v1alpha1:ClusterStaticEntry",
        name: "triage",
        under,
        inputs: {
          apiVersion: "spire.spiffe.io/v1alpha1",
          kind: "ClusterStaticEntry",
          metadata: { name: "acme.triage", labels },
          spec: {
            spiffeID: "spiffe://example.org/tenant/acme/workload/triage",
            parentID: outside.parentId,
            selectors: outside.selectors,
            x509SVIDTTL: "1h",
            jwtSVIDTTL: "5m",
            hint: "triage",
          },
        },
      },
    ]);
  });

  it("does the same outside Kubernetes where the tenant is an output", async () => {
    const subject = { spiffe: outside };
    const under = (tenant: pulumi.Input<TenantRef>) =>
      registered(() => {
        new Agent("triage", { tenant, subject });
      });
    const plain = await under(acme);
    assert.equal(plain.length, 3);
    assert.deepEqual(await under(pulumi.output(acme)), plain);
  });

  it("registers nothing under a tenant that turns out to have another federation", async () => {
    const seen = mocked();
    const arn = providerArn.replace(issuer, "oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE");
    const other = { ...acme, federation: { eksIrsa: { providerArn: arn } } };
    new Agent("triage", { tenant: pulumi.output(other), subject: { spiffe: outside } });
    await new Promise((resolve) => {
      setTimeout(resolve, 300);
    });
    assert.deepEqual(
      seen().map(({ type }) => type),
      [under],
    );
  });

  it("makes the tenant's namespace, and has all documents in the preview of a new stack", async () => {
    const resources = await registered(
      () => {
        const tenant = new Tenant("acme", { namespace: "acme-agents", federation });
        new Agent("triage", { tenant: tenant.ref });
      },
      { preview: true },
    );
    const id = "spiffe://example.org/cluster/prod/ns/acme-agents/sa/triage";
    assert.equal(
      named(resources, roleType, "triage")?.inputs["assumeRolePolicy"],
      role(id).inputs.assumeRolePolicy,
    );
    assert.ok(named(resources, "kubernetes:core/v1:Namespace", "acme"));
    assert.deepEqual(named(resources, registration.type, "triage"), registration);
  });

  it("refuses the SPIFFE ID of another account, namespace, cluster or trust domain", async () => {
    const resources = await registered(() => {
      new Agent("triage", { tenant: acme });
    });
    const admitted = (sub: string, aud = "sts.amazonaws.com") =>
      roleAdmits(named(resources, roleType, "triage"), {
        principal: { type: "Federated", value: providerArn },
        action: "sts:AssumeRoleWithWebIdentity",
        keys: { [`${issuer}:sub`]: sub, [`${issuer}:aud`]: aud },
      });
    const own = "spiffe://example.org/cluster/prod/ns/acme-agents/sa/triage";
    assert.equal(admitted(own), "yes");
    assert.equal(admitted(own, "vault"), "no");
    for (const [from, to] of [
      ["triage", "triage2"],
      ["acme-agents", "globex"],
      ["prod", "test"],
      ["example.org", "example.com"],
    ] as const) {
      assert.equal(admitted(own.replace(from, to)), "no", to);
    }
  });

  it("gives pods the Workload API and no token of Kubernetes", async () => {
    mocked();
    const { pod } = new Tool("triage", { tenant: acme });
    assert.deepEqual(pod.spec.volumes, [
      { name: "spiffe-workload-api", csi: { driver: "csi.spiffe.io", readOnly: true } },
    ]);
    assert.deepEqual(pod.container.volumeMounts, [
      { name: "spiffe-workload-api", mountPath: "/spiffe-workload-api", readOnly: true },
    ]);
    assert.deepEqual(pod.container.env.slice(1), [
      { name: "AWS_ROLE_SESSION_NAME", value: "triage" },
      { name: "SPIFFE_ENDPOINT_SOCKET", value: "unix:///spiffe-workload-api/spire-agent.sock" },
    ]);
    await pulumi.runtime.disconnect();
  });

  it("refuses two workloads that an agent cannot distinguish", () => {
    mocked();
    new Agent("triage", { tenant: acme, subject: { spiffe: outside } });
    const selectors = [...outside.selectors].reverse();
    assert.throws(
      () => new Tool("search", { tenant: acme, subject: { spiffe: { ...outside, selectors } } }),
      {
        message:
          "tool `search`: `unix:path:/usr/bin/triage unix:uid:1001 at spiffe://example.org/spire/agent/aws_iid/EXAMPLE` already proves another workload, which could act as this one; give each workload a subject of its own",
      },
    );
  });

  const tenant = (changed: object) => () =>
    new Tenant("acme", { federation: { spiffe: { ...federation.spiffe, ...changed } } });
  const agent = (changed: object) => () =>
    new Agent("triage", { tenant: acme, subject: { spiffe: { ...outside, ...changed } } });
  const refusals: Readonly<Record<string, readonly [() => unknown, string]>> = {
    "a trust domain with a path": [
      tenant({ trustDomain: "example.org/acme" }),
      "tenant `acme`: trustDomain is `example.org/acme`; give the trust domain alone and in lowercase, such as `example.org`",
    ],
    "a trust domain in capitals, which no SVID has": [
      tenant({ trustDomain: "Example.org" }),
      "tenant `acme`: trustDomain is `Example.org`; give the trust domain alone and in lowercase, such as `example.org`",
    ],
    "a cluster that is no path segment": [
      tenant({ clusterName: "prod/eu" }),
      "tenant `acme`: clusterName is `prod/eu`; give letters, digits, `.`, `-` and `_`, such as `prod`",
    ],
    "agents of another trust domain": [
      agent({ parentId: "spiffe://example.com/agent" }),
      "agent `triage`: subject.spiffe.parentId is `spiffe://example.com/agent`; give the SPIFFE ID of the agents in `example.org`, such as `spiffe://example.org/spire/agent/aws_iid/EXAMPLE`",
    ],
    "no selector": [
      agent({ selectors: [] }),
      "agent `triage`: subject.spiffe.selectors is empty; give what the agent has to find, such as `unix:uid:1001`",
    ],
    "a selector without a type": [
      agent({ selectors: ["1001"] }),
      "agent `triage`: subject.spiffe.selectors is `1001`; give type and value, such as `unix:uid:1001`",
    ],
  };
  for (const [what, [declare, message]] of Object.entries(refusals)) {
    it(`refuses ${what} before anything is registered`, () => {
      const seen = mocked();
      assert.throws(declare, { message });
      assert.deepEqual(seen(), []);
    });
  }
});
