import type { Resource } from "../../../core/snapshot/resource";
import type { Value } from "../../../core/snapshot/value";
import escalation from "../../../policy-pack/rules/no-privilege-escalation";
import crossing from "../../../policy-pack/rules/no-cross-tenant-binding";
import trust from "../../../policy-pack/rules/no-cross-tenant-trust";
import { outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester, type RuleCases } from "../../support/rule-tester";

type Expected = RuleCases["rejects"][number]["findings"][number];

const providerType = "pulumi:providers:kubernetes";
const clusterType = "aws:eks/cluster:Cluster";
const config = resource("t:index:Config", "config", {});
const account = resource("pulumi:providers:aws", "prod", { allowedAccountIds: ["111122223333"] });

/** A cluster with the provider by which objects are made in it. */
function cluster(name: string): readonly Resource[] {
  return [
    { ...resource(clusterType, name, { name }), provider: account.urn },
    resource(providerType, name, { kubeconfig: outputOf(urnOf(clusterType, name)) }),
  ];
}

/** A namespace of a tenant in which a group has a role. */
function bound(tenant: string, role: string, on: string): readonly Resource[] {
  return boundIn(tenant, { "agentid.dev/tenant": tenant }, role, on);
}

/** A namespace with labels in which a group has a role. */
function boundIn(name: string, labels: Value, role: string, on: string): readonly Resource[] {
  const provider = urnOf(providerType, on);
  const metadata = { name, labels };
  return [
    resource("kubernetes:core/v1:Namespace", `${on}/${name}`, { metadata }, { provider }),
    resource(
      "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
      `${on}/${name}/gives`,
      {
        metadata: { name: "gives", namespace: name },
        roleRef: { kind: "ClusterRole", name: role },
        subjects: [{ kind: "Group", name: `${name}-deployers` }],
      },
      { provider },
    ),
  ];
}

const desk: Resource = {
  ...resource("aws:iam/role:Role", "desk", {
    name: "desk",
    tags: { "agentid.dev/tenant": "acme" },
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
  }),
  provider: account.urn,
};

/** Enters a cluster in a group that is not known. */
const enters: Resource = {
  ...resource("aws:eks/accessEntry:AccessEntry", "enters", {
    clusterName: "east",
    principalArn: outputOf(desk.urn),
    kubernetesGroups: [outputOf(config.urn)],
  }),
  provider: account.urn,
};

const crosses: Expected = {
  verdict: "undetermined",
  severity: "critical",
  about: "globex/gives",
  holder: "desk",
  at: "east/globex/gives: subjects[0]",
  message:
    "RoleBinding `globex/gives` gives tenant `acme` permissions in namespace `globex` of tenant `globex`",
  dependsOn: ["config"],
};

const obtains: Expected = {
  verdict: "undetermined",
  severity: "critical",
  about: "globex",
  holder: "desk",
  at: "east/globex/gives: subjects[0]",
  message:
    "ServiceAccounts of namespace `globex` of tenant `globex` can be assumed from tenant `acme`",
  chain: ["desk -requests tokens of-> globex"],
  dependsOn: ["config"],
};

/** Of no tenant: before, between and behind those of tenants by name. */
const untenanted = ["aaa", "bbb", "zzz"];

const stack = [account, config, ...cluster("east"), ...cluster("west"), desk, enters];
const chain = (tenant: string, role: string): readonly string[] => [
  `desk -enters the cluster as-> ${tenant}-deployers`,
  `${tenant}-deployers -is allowed by-> ${role}`,
];

ruleTester(crossing, {
  accepts: [
    {
      name: "a group that is not known, where only groups of the own tenant are bound",
      resources: [...stack, ...bound("acme", "edit", "east")],
    },
    {
      name: "a group that is not known, where groups of other tenants are bound in another cluster",
      resources: [...stack, ...bound("acme", "edit", "east"), ...bound("globex", "edit", "west")],
    },
    {
      name: "a group that is not known, where groups of no other tenant are bound in namespaces of no tenant too",
      resources: [
        ...stack,
        ...bound("acme", "edit", "east"),
        ...untenanted.flatMap((name) => boundIn(name, {}, "edit", "east")),
      ],
    },
  ],
  rejects: [
    {
      name: "a group that may be any of several other tenants' once, as undetermined",
      resources: [
        ...stack,
        ...bound("acme", "edit", "east"),
        ...bound("globex", "edit", "east"),
        ...bound("initech", "view", "east"),
        ...bound("umbrella", "edit", "east"),
      ],
      findings: [crosses],
    },
    ...untenanted.map((name) => ({
      name: `a group that may be another tenant's, the same beside ${name} of no tenant`,
      resources: [
        ...stack,
        ...boundIn(name, {}, "edit", "east"),
        ...bound("acme", "edit", "east"),
        ...bound("globex", "edit", "east"),
      ],
      findings: [crosses],
    })),
    {
      name: "a group that may be of a tenant that is not known once, as undetermined",
      resources: [
        ...stack,
        ...boundIn("aaa", { "agentid.dev/tenant": outputOf(config.urn) }, "edit", "east"),
        ...bound("acme", "edit", "east"),
        ...bound("globex", "edit", "east"),
      ],
      findings: [
        {
          ...crosses,
          about: "aaa/gives",
          at: "east/aaa/gives: subjects[0]",
          message:
            "RoleBinding `aaa/gives` gives tenant `acme` permissions in namespace `aaa` of another tenant",
        },
      ],
    },
  ],
});

ruleTester(escalation, {
  accepts: [
    {
      name: "a group that is not known, where groups may only view",
      resources: [...stack, ...bound("acme", "view", "east"), ...bound("globex", "view", "east")],
    },
    {
      name: "a group that is not known, where groups may edit in another cluster",
      resources: [...stack, ...bound("acme", "edit", "west")],
    },
  ],
  rejects: [
    {
      name: "a group that may be any of several that edit once, as undetermined",
      resources: [...stack, ...bound("acme", "view", "east"), ...bound("globex", "edit", "east")],
      findings: [
        {
          verdict: "undetermined",
          severity: "high",
          about: "edit",
          holder: "desk",
          at: "east/globex/gives: subjects[0]",
          message:
            "Role `edit` allows privilege escalation in namespace `globex`: impersonate ServiceAccounts (`impersonate serviceaccounts`); request tokens of ServiceAccounts (`create serviceaccounts/token`); and 4 more",
          chain: chain("globex", "edit"),
          dependsOn: ["config"],
        },
      ],
    },
  ],
});

ruleTester(trust, {
  accepts: [
    {
      name: "a group that is not known, where only groups of the own tenant may edit",
      resources: [...stack, ...bound("acme", "edit", "east"), ...bound("globex", "view", "east")],
    },
  ],
  rejects: [
    {
      name: "accounts of other tenants by a group that is not known once, as undetermined",
      resources: [
        ...stack,
        ...bound("acme", "edit", "east"),
        ...bound("globex", "edit", "east"),
        ...bound("initech", "edit", "east"),
      ],
      findings: [obtains],
    },
    ...untenanted.map((name) => ({
      name: `accounts of another tenant by a group that is not known, the same beside ${name} of no tenant`,
      resources: [
        ...stack,
        ...boundIn(name, {}, "edit", "east"),
        ...bound("acme", "edit", "east"),
        ...bound("globex", "edit", "east"),
      ],
      findings: [obtains],
    })),
  ],
});
