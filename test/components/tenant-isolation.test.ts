import * as assert from "node:assert/strict";
import { Tenant, type TenantArgs } from "../../components";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { federation } from "./support/acme";
import {
  audience,
  labels,
  lasts,
  networkType,
  podChecks,
  policyType,
  secretCheck,
  specOf,
  toDns,
  tokenCheck,
} from "./support/isolation";
import { mocked, registered } from "./support/registered";
import { snapshotOf } from "./support/snapshot";

describe("the isolation of a tenant's namespace", () => {
  it("adds to an existing namespace only what is requested", async () => {
    const resources = await registered(() => {
      new Tenant("acme", {
        existingNamespace: "acme",
        federation,
        egress: [],
        deployers: [{ group: "acme-deployers" }],
      });
    });
    assert.deepEqual(
      resources.map(({ type }) => type),
      [
        "agentid:index:Tenant",
        "aws:iam/policy:Policy",
        networkType,
        networkType,
        "kubernetes:rbac.authorization.k8s.io/v1:Role",
        "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
      ],
    );
  });

  it("allows pods to send to configured targets, and to no metadata service", async () => {
    const resources = await registered(() => {
      new Tenant("acme", {
        federation,
        egress: [
          { cidr: "10.0.0.0/16", ports: [443] },
          { cidr: "0.0.0.0/0", ports: [443, 8443] },
          { cidr: "::/0", ports: [443] },
          { namespace: "broker", ports: [8080], protocol: "TCP" },
        ],
      });
    });
    const { egress } = specOf(resources, networkType, "acme-egress") as { egress: unknown };
    const https = { port: 443, protocol: "TCP" };
    assert.deepEqual(egress, [
      { to: [{ podSelector: {} }] },
      toDns,
      { to: [{ ipBlock: { cidr: "10.0.0.0/16" } }], ports: [https] },
      {
        to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.169.254/32"] } }],
        ports: [https, { port: 8443, protocol: "TCP" }],
      },
      { to: [{ ipBlock: { cidr: "::/0", except: ["fd00:ec2::254/128"] } }], ports: [https] },
      {
        to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "broker" } } }],
        ports: [{ port: 8080, protocol: "TCP" }],
      },
    ]);
  });

  it("allows pods to call the agent of EKS Pod Identity, and to have the token of EKS", async () => {
    const clusterArn = "arn:aws:eks:eu-central-1:111122223333:cluster/prod";
    const resources = await registered(() => {
      new Tenant("acme", { federation: { eksPodIdentity: { clusterArn } } });
    });
    const { egress } = specOf(resources, networkType, "acme-egress") as { egress: unknown };
    assert.deepEqual(egress, [
      { to: [{ podSelector: {} }] },
      toDns,
      {
        to: [{ ipBlock: { cidr: "169.254.170.23/32" } }, { ipBlock: { cidr: "fd00:ec2::23/128" } }],
        ports: [{ port: 80, protocol: "TCP" }],
      },
    ]);
    const { validations } = specOf(resources, policyType, "acme-pods") as { validations: unknown };
    assert.deepEqual(validations, [
      podChecks[0],
      tokenCheck(
        ` || (${audience} && s.serviceAccountToken.audience == 'pods.eks.amazonaws.com' && ${lasts} <= 86400)`,
      ),
      secretCheck,
    ]);
  });

  it("accepts only pods of the accounts that it lists", async () => {
    const resources = await registered(() => {
      new Tenant("acme", { federation, serviceAccounts: ["triage", "search"] });
    });
    const { validations } = specOf(resources, policyType, "acme-pods") as { validations: unknown };
    assert.deepEqual(validations, [
      {
        expression:
          "has(object.spec.serviceAccountName) && object.spec.serviceAccountName in ['triage', 'search']",
        message: "the ServiceAccount is none of those that the tenant lists",
      },
      tokenCheck(),
      secretCheck,
    ]);
  });

  it("limits the content of the namespace as configured", async () => {
    const resources = await registered(() => {
      new Tenant("acme", { federation, quota: { pods: 8, cpu: "4", memory: "16Gi" } });
    });
    assert.deepEqual(specOf(resources, "kubernetes:core/v1:ResourceQuota", "acme-quota"), {
      hard: {
        pods: "8",
        "services.loadbalancers": "0",
        "services.nodeports": "0",
        "requests.cpu": "4",
        "limits.memory": "16Gi",
      },
    });
  });

  it("allows named deployers to run workloads, but no secret, token or pod shell", async () => {
    const resources = await registered(() => {
      new Tenant("acme", {
        federation,
        deployers: [
          { group: "acme-deployers" },
          { user: "release" },
          { serviceAccount: { namespace: "acme", name: "deployer" } },
        ],
      });
    });
    const rbac = resources.filter(({ type }) => type.startsWith("kubernetes:rbac"));
    const metadata = { name: "agentid-deployers", namespace: "acme", labels };
    const apiGroup = "rbac.authorization.k8s.io";
    const all = ["get", "list", "watch", "create", "update", "patch", "delete"];
    const reading = ["get", "list", "watch"];
    assert.deepEqual(
      rbac.map(({ inputs }) => inputs),
      [
        {
          apiVersion: `${apiGroup}/v1`,
          kind: "Role",
          metadata,
          rules: [
            {
              apiGroups: ["apps"],
              resources: ["deployments", "statefulsets", "daemonsets"],
              verbs: all,
            },
            { apiGroups: ["batch"], resources: ["jobs", "cronjobs"], verbs: all },
            { apiGroups: ["autoscaling"], resources: ["horizontalpodautoscalers"], verbs: all },
            { apiGroups: [""], resources: ["services", "configmaps"], verbs: all },
            { apiGroups: ["apps"], resources: ["replicasets"], verbs: reading },
            { apiGroups: [""], resources: ["pods", "pods/log", "events"], verbs: reading },
          ],
        },
        {
          apiVersion: `${apiGroup}/v1`,
          kind: "RoleBinding",
          metadata,
          roleRef: { apiGroup, kind: "Role", name: "agentid-deployers" },
          subjects: [
            { kind: "Group", name: "acme-deployers", apiGroup },
            { kind: "User", name: "release", apiGroup },
            { kind: "ServiceAccount", namespace: "acme", name: "deployer" },
          ],
        },
      ],
    );
    const { findings } = await judgeSnapshot(snapshotOf(resources), { settings: defaultSettings });
    assert.deepEqual(findings, []);
  });

  const refusals: Readonly<Record<string, readonly [Partial<TenantArgs>, string]>> = {
    "the metadata service": [
      { egress: [{ cidr: "169.254.169.254/32", ports: [80] }] },
      "tenant `acme`: egress[0].cidr `169.254.169.254/32` is the metadata service, which gives pods the node's identity; leave it out",
    ],
    "a range that is none": [
      { egress: [{ cidr: "10.0.0.256/16", ports: [443] }] },
      "tenant `acme`: egress[0].cidr `10.0.0.256/16` is no range of addresses; give one such as `10.0.0.0/16`",
    ],
    "a host name": [
      { egress: [{ cidr: "api.example.com", ports: [443] }] },
      "tenant `acme`: egress[0].cidr `api.example.com` is no range of addresses; give one such as `10.0.0.0/16`",
    ],
    "egress without a port": [
      { egress: [{ cidr: "10.0.0.0/16", ports: [] }] },
      "tenant `acme`: egress[0] names no port; give each, such as 443",
    ],
    "a port that is none": [
      { egress: [{ cidr: "10.0.0.0/16", ports: [65_536] }] },
      "tenant `acme`: egress[0] port `65536` is none; give 1 to 65535",
    ],
    "everybody as deployers": [
      { deployers: [{ group: "system:serviceaccounts" }] },
      "tenant `acme`: deployers[0] is `system:serviceaccounts`, which names no deployer or everybody; give a user or group of deployers",
    ],
    "a deployer of two kinds": [
      { deployers: [{ group: "a", user: "b" }] },
      "tenant `acme`: deployers[0] has `user` and `group`; give exactly one of `user`, `group`, `serviceAccount`",
    ],
    "the default account": [
      { serviceAccounts: ["default"] },
      "tenant `acme`: serviceAccounts is `default`; give names of ServiceAccounts, not `default`",
    ],
    "an account that would end a CEL string": [
      { serviceAccounts: ["a']||true||['"] },
      "tenant `acme`: serviceAccounts is `a']||true||['`; give names of ServiceAccounts, not `default`",
    ],
    "no pods at all": [
      { quota: { pods: 0 } },
      "tenant `acme`: quota.pods is `0`; give a whole number from 1 to 1000000",
    ],
    "a quantity that is none": [
      { quota: { memory: "16GB" } },
      "tenant `acme`: quota.memory is `16GB`; give a quantity such as `16Gi`",
    ],
    "a quota without a namespace": [
      {
        quota: { pods: 5 },
        federation: {
          gitlab: {
            providerArn: "arn:aws:iam::111122223333:oidc-provider/gitlab.com",
            group: "acme",
          },
        },
      },
      "tenant `acme`: quota is set, but with `gitlab` the tenant has no namespace; give `namespace`, or leave it out",
    ],
  };
  for (const [what, [args, message]] of Object.entries(refusals)) {
    it(`refuses ${what}, before anything is registered`, () => {
      const seen = mocked();
      assert.throws(() => new Tenant("acme", { federation, ...args }), { message });
      assert.deepEqual(seen(), []);
    });
  }
});
