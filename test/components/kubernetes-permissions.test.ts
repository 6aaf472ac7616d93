import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import {
  Agent,
  Tenant,
  Tool,
  type KubernetesPermission,
  type TenantArgs,
  type TenantRef,
} from "../../components";
import { acme, federation } from "./support/acme";
import { networkType } from "./support/isolation";
import { mocked, registered, type Registered } from "./support/registered";
import { named } from "./support/trust";

const readRouting: KubernetesPermission = {
  apiGroups: [""],
  resources: ["configmaps"],
  resourceNames: ["routing"],
  verbs: ["get", "watch"],
};
const labels = {
  "agentid.dev/tenant": "acme",
  "agentid.dev/kind": "agent",
  "agentid.dev/workload": "triage",
};
const metadata = { name: "acme.triage", namespace: "acme", labels };
const apiGroup = "rbac.authorization.k8s.io";

function inCluster(type: string, name: string, rest: object): Registered {
  const [, apiVersion, kind] = type.split(":");
  return { type, name, under: "agentid:index:Agent", inputs: { apiVersion, kind, ...rest } };
}

/** What is made for a workload in its namespace, besides its ServiceAccount. */
const access = [
  inCluster("kubernetes:rbac.authorization.k8s.io/v1:Role", "triage", {
    metadata,
    rules: [readRouting],
  }),
  inCluster("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", "triage", {
    metadata,
    roleRef: { apiGroup, kind: "Role", name: "acme.triage" },
    subjects: [{ kind: "ServiceAccount", namespace: "acme", name: "triage" }],
  }),
];

function accessOf(resources: readonly Registered[]): readonly Registered[] {
  return resources.filter(
    ({ type, name }) =>
      (type.startsWith("kubernetes:rbac") || type === networkType) && name === "triage",
  );
}

describe("the Kubernetes permissions of a workload", () => {
  it("make a role in its namespace, bound to its ServiceAccount alone", async () => {
    const resources = await registered(() => {
      new Agent("triage", { tenant: acme, kubernetesPermissions: [readRouting] });
    });
    assert.deepEqual(accessOf(resources), access);
  });

  it("make the same for a tenant that is an output, as one from another stack is", async () => {
    const resources = await registered(() => {
      new Agent("triage", { tenant: pulumi.output(acme), kubernetesPermissions: [readRouting] });
    });
    assert.deepEqual(accessOf(resources), access);
  });

  it("are stated by the component, and by one without any they are not", async () => {
    const [agent] = await registered(() => {
      new Agent("triage", { tenant: acme, kubernetesPermissions: [readRouting] });
    });
    assert.deepEqual(agent?.inputs["kubernetesPermissions"], [readRouting]);
    const resources = await registered(() => {
      new Agent("triage", { tenant: acme, kubernetesPermissions: [] });
    });
    assert.ok(!("kubernetesPermissions" in (resources[0]?.inputs ?? {})));
    assert.deepEqual(accessOf(resources), []);
  });

  it("may name objects that the program makes", async () => {
    const resources = await registered(() => {
      const resourceNames = [pulumi.output("routing")];
      new Agent("triage", {
        tenant: acme,
        kubernetesPermissions: [{ ...readRouting, resourceNames }],
      });
    });
    assert.deepEqual(accessOf(resources), access);
  });

  it("have names up to the limit of Kubernetes, distinct from the tenant's own", async () => {
    const long = "w".repeat(63);
    const resources = await registered(() => {
      const tenant = { ...acme, name: "t".repeat(63) };
      for (const name of [long, "agentid-deployers"]) {
        new Tool(name, { tenant, kubernetesPermissions: [readRouting] });
      }
    });
    const names = resources
      .filter(({ type }) => type.endsWith(":Role") && type.startsWith("kubernetes"))
      .map(({ inputs }) => (inputs["metadata"] as { name: string }).name);
    assert.deepEqual(names, [`${"t".repeat(63)}.agentid-deployers`, `${"t".repeat(63)}.${long}`]);
    // Source: kubernetes.io, object names; names of roles are path segments, and DNS subdomains fit there too.
    for (const name of names) assert.ok(name.length <= 253);
  });

  it("allow only its own pods of the tenant to call the API server", async () => {
    const resources = await registered(() => {
      const { ref } = new Tenant("acme", {
        federation,
        apiServer: { cidrs: ["10.1.0.0/24", "10.1.1.0/24"], port: 6443 },
      });
      new Agent("triage", { tenant: ref, kubernetesPermissions: [readRouting] });
      new Agent("search", { tenant: ref });
    });
    const ports = [{ port: 6443, protocol: "TCP" }];
    assert.deepEqual(
      resources
        .filter(({ type, name }) => type === networkType && !name.startsWith("acme-"))
        .map(({ name, inputs }) => [name, inputs["metadata"], inputs["spec"]]),
      [
        [
          "triage",
          metadata,
          {
            podSelector: { matchLabels: labels },
            policyTypes: ["Egress"],
            egress: [
              { to: [{ ipBlock: { cidr: "10.1.0.0/24" } }], ports },
              { to: [{ ipBlock: { cidr: "10.1.1.0/24" } }], ports },
            ],
          },
        ],
      ],
    );
  });

  it("never isolate a pod that its tenant does not", async () => {
    const resources = await registered(() => {
      const { ref } = new Tenant("acme", {
        federation,
        existingNamespace: "acme",
        apiServer: { cidrs: ["10.1.0.0/24"] },
      });
      new Agent("triage", { tenant: ref, kubernetesPermissions: [readRouting] });
    });
    assert.deepEqual(accessOf(resources), access);
  });

  it("change in place: the same resources, of which the role's rules alone are others", async () => {
    const declare = (verbs: string[]) => () => {
      new Agent("triage", { tenant: acme, kubernetesPermissions: [{ ...readRouting, verbs }] });
    };
    const before = await registered(declare(["get"]));
    const after = await registered(declare(["get", "update"]));
    assert.deepEqual(
      before.map(({ type, name, under }) => [type, name, under]),
      after.map(({ type, name, under }) => [type, name, under]),
    );
    const changed = before.filter(({ inputs }, index) => {
      return JSON.stringify(inputs) !== JSON.stringify(after[index]?.inputs);
    });
    assert.deepEqual(
      changed.map(({ type }) => type),
      ["agentid:index:Agent", "kubernetes:rbac.authorization.k8s.io/v1:Role"],
    );
    // Kubernetes never allows a binding's role to change; its name stays.
    const bindings = [before, after].map((resources) =>
      named(resources, "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", "triage"),
    );
    assert.deepEqual(bindings[0], bindings[1]);
  });
});

describe("the pod of a workload with Kubernetes permissions", () => {
  const podOf = async (tenant: TenantRef): Promise<unknown> => {
    let pod: unknown;
    await registered(() => {
      ({ pod } = new Agent("triage", { tenant, kubernetesPermissions: [readRouting] }));
    });
    return (pulumi.output(pod) as unknown as { promise: () => Promise<unknown> }).promise();
  };
  const volume = (audience: string) => ({
    name: "kubernetes-api",
    projected: {
      sources: [
        { serviceAccountToken: { audience, expirationSeconds: 3600, path: "token" } },
        { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
        {
          downwardAPI: {
            items: [
              {
                path: "namespace",
                fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" },
              },
            ],
          },
        },
      ],
    },
  });
  const mount = {
    name: "kubernetes-api",
    mountPath: "/var/run/secrets/kubernetes.io/serviceaccount",
    readOnly: true,
  };
  interface Pod {
    readonly spec: {
      readonly automountServiceAccountToken: boolean;
      readonly volumes: readonly { readonly name: string }[];
    };
    readonly container: { readonly volumeMounts: readonly { readonly name: string }[] };
  }

  it("has a token for the API server alone where clients look, and none that Kubernetes mounts", async () => {
    const { spec, container } = (await podOf(acme)) as Pod;
    assert.equal(spec.automountServiceAccountToken, false);
    assert.deepEqual(
      spec.volumes.map(({ name }) => name),
      ["aws-iam-token", "kubernetes-api"],
    );
    assert.deepEqual(spec.volumes[1], volume("https://kubernetes.default.svc"));
    assert.deepEqual(container.volumeMounts[1], mount);
  });

  it("has it with EKS Pod Identity too", async () => {
    const clusterArn = "arn:aws:eks:eu-central-1:111122223333:cluster/prod";
    const tenant = { ...acme, federation: { eksPodIdentity: { clusterArn } } };
    const { spec, container } = (await podOf(tenant)) as Pod;
    assert.deepEqual(spec.volumes, [volume("https://kubernetes.default.svc")]);
    assert.deepEqual(container.volumeMounts, [mount]);
  });

  it("has the audience that the tenant names", async () => {
    const audience = "https://kubernetes.default.svc.cluster.local";
    const { spec } = (await podOf({ ...acme, apiServer: { audience } })) as Pod;
    assert.deepEqual(spec.volumes[1], volume(audience));
  });
});

/** One permission that is fine but for what a case changes. */
const withRule = (change: object) => () =>
  new Agent("triage", {
    tenant: acme,
    kubernetesPermissions: [
      { apiGroups: [""], resources: ["configmaps"], verbs: ["get"], ...change },
    ],
  });

const at = "agent `triage`: kubernetesPermissions[0]";
const wildcard = (what: string, value: string) =>
  `${at} ${what} \`${value}\` is a wildcard, which also spans what is added later; name each ${what} that the workload needs`;
const inside = "would allow the workload to act inside pods of others; leave it out";
const running =
  "would allow the workload to create workloads that run as other accounts; leave it to the tenant's `deployers`";
const certificates = "would allow the workload to make certificates of others; leave it out";
const outside = "never applies, as it lies outside namespaces; leave it out";

const rejects: Readonly<Record<string, readonly [object, string]>> = {
  "all verbs": [{ verbs: ["*"] }, wildcard("verb", "*")],
  "all resources": [{ resources: ["*"] }, wildcard("resource", "*")],
  "one part of all resources": [{ resources: ["*/scale"] }, wildcard("resource", "*/scale")],
  "all groups": [{ apiGroups: ["*"] }, wildcard("apiGroup", "*")],
  "no verb": [{ verbs: [] }, `${at} has no verb; name at least one`],
  "no resource": [{ resources: [] }, `${at} has no resource; name at least one`],
  "no group": [{ apiGroups: [] }, `${at} has no apiGroup; name at least one`],
  "a verb that is none": [
    { verbs: ["read"] },
    `${at} verb \`read\` is unknown; give \`get\`, \`list\`, \`watch\`, \`create\`, \`update\`, \`patch\`, \`delete\`, \`deletecollection\``,
  ],
  "a group with its version": [
    { apiGroups: ["apps/v1"] },
    `${at} apiGroup \`apps/v1\` is no API group; write it without version, such as \`apps\`, or \`""\` for the core`,
  ],
  "a kind as manifests write it": [
    { resources: ["ConfigMap"] },
    `${at} resource \`ConfigMap\` is no kind of objects; write its plural in lowercase, such as \`configmaps\``,
  ],
  escalate: [
    { apiGroups: [apiGroup], resources: ["roles"], verbs: ["get", "escalate"] },
    `${at} verb \`escalate\` would allow the workload to write roles with rights that it does not have; leave it out`,
  ],
  bind: [
    { apiGroups: [apiGroup], resources: ["roles"], verbs: ["bind"] },
    `${at} verb \`bind\` would allow the workload to give itself any role; leave it out`,
  ],
  impersonate: [
    { resources: ["serviceaccounts"], verbs: ["impersonate"] },
    `${at} verb \`impersonate\` would allow the workload to act as others; leave it out`,
  ],
  "constrained impersonation": [
    { resources: ["serviceaccounts"], verbs: ["impersonate:user-info"] },
    `${at} verb \`impersonate:user-info\` would allow the workload to act as others; leave it out`,
  ],
  "making tokens": [
    { resources: ["serviceaccounts/token"], verbs: ["create"] },
    `${at} \`create\` on \`serviceaccounts/token\` would allow the workload to request tokens of ServiceAccounts; leave it out`,
  ],
  "making Secrets, which may be tokens": [
    { resources: ["secrets"], verbs: ["create"] },
    `${at} \`create\` on \`secrets\` would allow the workload to make tokens of ServiceAccounts, which Secrets can contain; leave it out`,
  ],
  "reading all Secrets": [
    { resources: ["configmaps", "secrets"], verbs: ["get"] },
    `${at} \`get\` on \`secrets\` would allow the workload to read Secrets that it does not name; name them one by one in \`resourceNames\``,
  ],
  "changing all Secrets, which answers with them": [
    { resources: ["secrets"], verbs: ["patch"] },
    `${at} \`patch\` on \`secrets\` would allow the workload to read all Secrets of the namespace; name them one by one in \`resourceNames\``,
  ],
  "running commands in pods": [
    { resources: ["pods/exec"], verbs: ["create"] },
    `${at} \`create\` on \`pods/exec\` would allow the workload to run commands in other pods; leave it out`,
  ],
  "attaching to pods": [
    { resources: ["pods/attach"], verbs: ["get"] },
    `${at} \`get\` on \`pods/attach\` would allow the workload to run commands in other pods; leave it out`,
  ],
  "adding containers to pods": [
    { resources: ["pods/ephemeralcontainers"], verbs: ["patch"] },
    `${at} \`patch\` on \`pods/ephemeralcontainers\` would allow the workload to add containers to other pods; leave it out`,
  ],
  "reaching pods past the network policy": [
    { resources: ["pods/portforward"], verbs: ["create"] },
    `${at} \`create\` on \`pods/portforward\` ${inside}`,
  ],
  "the kubelet's own interface": [
    { resources: ["nodes/proxy"], verbs: ["get"] },
    `${at} \`get\` on \`nodes/proxy\` ${outside}`,
  ],
  "making pods": [
    { resources: ["pods"], verbs: ["list", "create"] },
    `${at} \`create\` on \`pods\` ${running}`,
  ],
  "changing the images of pods": [
    { resources: ["pods"], verbs: ["get", "patch"] },
    `${at} \`patch\` on \`pods\` would allow the workload to run images of its own in pods of others; leave it to the tenant's \`deployers\``,
  ],
  "making tokens, of its own account too": [
    { resources: ["serviceaccounts/token"], verbs: ["create"], resourceNames: ["triage"] },
    `${at} \`create\` on \`serviceaccounts/token\` would allow the workload to request tokens of ServiceAccounts; leave it out`,
  ],
  "changing Deployments": [
    { apiGroups: ["apps"], resources: ["deployments"], verbs: ["patch"] },
    `${at} \`patch\` on \`deployments\` ${running}`,
  ],
  "making Jobs": [
    { apiGroups: ["batch"], resources: ["jobs"], verbs: ["create"] },
    `${at} \`create\` on \`jobs\` ${running}`,
  ],
  "giving roles": [
    { apiGroups: [apiGroup], resources: ["rolebindings"], verbs: ["create"] },
    `${at} \`create\` on \`rolebindings\` would allow the workload to pass rights on; leave it out`,
  ],
  "approving certificates": [
    {
      apiGroups: ["certificates.k8s.io"],
      resources: ["certificatesigningrequests/approval"],
      verbs: ["update"],
    },
    `${at} \`update\` on \`certificatesigningrequests/approval\` ${outside}`,
  ],
  "signing certificates": [
    { apiGroups: ["certificates.k8s.io"], resources: ["signers"], verbs: ["sign"] },
    `${at} verb \`sign\` ${certificates}`,
  ],
  "writing webhooks": [
    {
      apiGroups: ["admissionregistration.k8s.io"],
      resources: ["mutatingwebhookconfigurations"],
      verbs: ["patch"],
    },
    `${at} \`patch\` on \`mutatingwebhookconfigurations\` ${outside}`,
  ],
  "changing the namespace's labels": [
    { resources: ["namespaces"], verbs: ["patch"] },
    `${at} \`patch\` on \`namespaces\` would allow the workload to change the labels of namespaces that policies go by; leave it out`,
  ],
  "deleting the namespace": [
    { resources: ["namespaces"], verbs: ["delete"] },
    `${at} \`delete\` on \`namespaces\` would allow the workload to delete all that its tenant has there; leave it out`,
  ],
  "what lies outside namespaces in one group, beside what lies inside in another": [
    { apiGroups: ["", "storage.k8s.io"], resources: ["configmaps", "storageclasses"] },
    `${at} \`get\` on \`storageclasses\` ${outside}`,
  ],
  "listing namespaces": [
    { resources: ["namespaces"], verbs: ["list"] },
    `${at} \`list\` on \`namespaces\` ${outside}`,
  ],
  "what lies outside namespaces": [
    { resources: ["persistentvolumes"], verbs: ["create"] },
    `${at} \`create\` on \`persistentvolumes\` ${outside}`,
  ],
  "URLs that are no objects": [
    { nonResourceURLs: ["/metrics"] },
    `${at}.nonResourceURLs is not known; give \`apiGroups\`, \`resources\`, \`verbs\`, \`resourceNames\`, or leave it out`,
  ],
  "making an object by its name": [
    { verbs: ["get", "create"], resourceNames: ["routing"] },
    `${at} \`create\` on \`configmaps\` never applies beside resourceNames, as such a request names no object; give it in a permission of its own`,
  ],
  "deleting a collection by names": [
    { verbs: ["deletecollection"], resourceNames: ["routing"] },
    `${at} \`deletecollection\` on \`configmaps\` never applies beside resourceNames, as such a request names no object; give it in a permission of its own`,
  ],
  "an empty list of names, which is all": [
    { resources: ["secrets"], resourceNames: [] },
    `${at} resourceNames is empty, which Kubernetes reads as all objects; name at least one, or leave it out`,
  ],
  "a pattern of names": [
    { resourceNames: ["routing-*"] },
    `${at} resourceName \`routing-*\` is no name of an object; write whole names, as Kubernetes matches no patterns there`,
  ],
};

/** Next to what is refused, and fine. */
const accepts: Readonly<Record<string, object>> = {
  "getting a Secret that is named": { resources: ["secrets"], resourceNames: ["model"] },
  "changing a Secret that is named": {
    resources: ["secrets"],
    resourceNames: ["model"],
    verbs: ["get", "update", "patch"],
  },
  "watching what is named, which clients select by the field": {
    resourceNames: ["routing"],
    verbs: ["list", "watch"],
  },
  "making objects, unnamed": { verbs: ["create"] },
  "deleting a collection": { verbs: ["deletecollection"] },
  "evicting a pod that is named": {
    resources: ["pods/eviction"],
    resourceNames: ["triage-0"],
    verbs: ["create"],
  },
  "reading pods and their logs": { resources: ["pods", "pods/log"], verbs: ["get", "list"] },
  "deleting pods": { resources: ["pods"], verbs: ["delete"] },
  "scaling Deployments": {
    apiGroups: ["apps"],
    resources: ["deployments/scale"],
    verbs: ["patch"],
  },
  "reading Jobs": { apiGroups: ["batch"], resources: ["jobs"], verbs: ["get", "watch"] },
  "pods of another group": { apiGroups: ["metrics.k8s.io"], resources: ["pods"], verbs: ["list"] },
  "Secrets of another group": { apiGroups: ["example.com"], resources: ["secrets"] },
  "reading roles": { apiGroups: [apiGroup], resources: ["roles", "rolebindings"] },
  "reading ServiceAccounts": { resources: ["serviceaccounts"], verbs: ["get", "list"] },
  "reading its own namespace": { resources: ["namespaces"], verbs: ["get"] },
  "asking who may do what in the namespace": {
    apiGroups: ["authorization.k8s.io"],
    resources: ["localsubjectaccessreviews"],
    verbs: ["create"],
  },
  "custom resources": {
    apiGroups: ["example.com"],
    resources: ["tickets", "tickets/status"],
    verbs: ["get", "patch"],
  },
};

describe("Kubernetes permissions", () => {
  for (const [what, [change, message]] of Object.entries(rejects)) {
    it(`are refused, before anything is registered: ${what}`, () => {
      const seen = mocked();
      assert.throws(withRule(change), { message });
      assert.deepEqual(seen(), []);
    });
  }

  for (const [what, change] of Object.entries(accepts)) {
    it(`are accepted: ${what}`, async () => {
      const resources = await registered(withRule(change) as () => void);
      assert.equal(accessOf(resources).length, 2);
    });
  }

  it("are refused of a workload outside Kubernetes, which has no ServiceAccount", () => {
    const gitlab = {
      providerArn: "arn:aws:iam::111122223333:oidc-provider/gitlab.com",
      group: "acme",
    };
    mocked();
    assert.throws(
      () =>
        new Agent("triage", {
          tenant: { ...acme, federation: { gitlab } },
          subject: { gitlab: { project: "triage", projectId: "7", branch: "main" } },
          kubernetesPermissions: [readRouting],
        }),
      {
        message:
          "agent `triage`: kubernetesPermissions are set, but a workload with a `subject` has no ServiceAccount that could have them; leave one of the two out",
      },
    );
  });

  it("are refused where the tenant's network policy would leave them of no use", () => {
    mocked();
    const { ref } = new Tenant("acme", { federation });
    assert.throws(
      () => new Agent("triage", { tenant: ref, kubernetesPermissions: [readRouting] }),
      {
        message:
          "agent `triage`: kubernetesPermissions are set, but the tenant's network policy allows no pod to call the API server; give the tenant `apiServer.cidrs`, the addresses behind the Service `kubernetes`",
      },
    );
  });

  const apiServers: Readonly<Record<string, readonly [TenantArgs["apiServer"], string]>> = {
    "an audience that is STS's": [
      { audience: "sts.amazonaws.com" },
      "tenant `acme`: apiServer.audience is that of STS, so that a token for one would serve for both; give the API server's own",
    ],
    "an empty audience": [
      { audience: "" },
      "tenant `acme`: apiServer.audience is ``; give the audience of its tokens, such as `https://kubernetes.default.svc`",
    ],
    "a host name": [
      { cidrs: ["10.0.0.0/16", "api.example.com"] },
      "tenant `acme`: apiServer.cidrs[1] `api.example.com` is no range of addresses; give one such as `10.0.0.0/16`",
    ],
    "the metadata service": [
      { cidrs: ["169.254.169.254/32"] },
      "tenant `acme`: apiServer.cidrs[0] `169.254.169.254/32` is the metadata service, which gives pods the node's identity; leave it out",
    ],
    "a port that is none": [
      { cidrs: ["10.0.0.0/16"], port: 0 },
      "tenant `acme`: apiServer port `0` is none; give 1 to 65535",
    ],
  };
  for (const [what, [apiServer, message]] of Object.entries(apiServers)) {
    it(`need an API server as it is reached, not ${what}`, () => {
      const seen = mocked();
      const args = { federation, ...(apiServer !== undefined && { apiServer }) };
      assert.throws(() => new Tenant("acme", args), { message });
      assert.deepEqual(seen(), []);
    });
  }
});
