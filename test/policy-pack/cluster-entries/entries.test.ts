import type { Resource } from "../../../core/snapshot/resource";
import { Unknown, type Value } from "../../../core/snapshot/value";
import rule from "../../../policy-pack/rules/no-wildcard-authority";
import { outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester, type RuleCases } from "../../support/rule-tester";

type Expected = RuleCases["rejects"][number]["findings"][number];

const all = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy";
const roleType = "aws:iam/role:Role";

const desk = resource(roleType, "desk", {
  name: "desk",
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
    ],
  }),
});

/** The cluster of `@pulumi/eks`, as it is declared. */
const component = resource("eks:index:Cluster", "prod", {
  accessEntries: {
    desk: {
      principalArn: outputOf(desk.urn),
      accessPolicies: { all: { policyArn: all, accessScope: { type: "cluster" } } },
    },
  },
});

/** What the component makes of that. */
const made = [
  resource("aws:eks/cluster:Cluster", "prod-eksCluster", {}, { parent: component.urn }),
  resource(
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
    "prod-desk-all",
    {
      clusterName: outputOf(urnOf("aws:eks/cluster:Cluster", "prod-eksCluster")),
      principalArn: outputOf(desk.urn),
      policyArn: all,
      accessScope: { type: "cluster" },
    },
    { parent: component.urn },
  ),
];

function awsAuth(mapRoles: Value, options: Partial<Resource> = {}): Resource {
  const metadata = { name: "aws-auth", namespace: "kube-system" };
  return resource(
    "kubernetes:core/v1:ConfigMap",
    "aws-auth",
    { metadata, data: { mapRoles } },
    options,
  );
}

/** A text in which the ARN of a role is not known. */
function textWith(before: string, hidden: Unknown, after: string): Unknown {
  return Object.assign(new Unknown(hidden.dependsOn), { parts: [before, hidden, after] });
}

const ofNodes = textWith(
  "- rolearn: ",
  outputOf(urnOf(roleType, "nodes")),
  "\n  username: system:node:{{EC2PrivateDNSName}}\n  groups: [system:bootstrappers, system:nodes]\n",
);
const ofDesk = textWith(
  "- rolearn: ",
  outputOf(desk.urn),
  "\n  username: desk\n  groups: [system:masters]\n",
);

/** A cluster that authenticates identities of AWS by a mode, and the objects of its provider. */
function inMode(authenticationMode: Value, object: Resource): readonly Resource[] {
  const type = "aws:eks/cluster:Cluster";
  const provider = "pulumi:providers:kubernetes";
  return [
    resource(type, "prod", { name: "prod", accessConfig: { authenticationMode } }),
    resource(provider, "prod", { kubeconfig: outputOf(urnOf(type, "prod")) }),
    { ...object, provider: urnOf(provider, "prod") },
  ];
}

/** A mapping of a role of one name to the masters. */
function ofArn(name: string): string {
  return `- rolearn: arn:aws:iam::111122223333:role/${name}\n  groups: [system:masters]\n`;
}

function everything(more: Partial<Expected>): Expected {
  return {
    severity: "high",
    about: "AmazonEKSClusterAdminPolicy",
    holder: "desk",
    at: "prod: accessEntries.desk.accessPolicies.all.accessScope",
    message:
      "EKS access policy `AmazonEKSClusterAdminPolicy` allows every verb on every resource in the whole cluster: `* * of *`",
    chain: ["desk -is allowed by-> AmazonEKSClusterAdminPolicy"],
    ...more,
  };
}

const master = everything({
  about: "cluster-admin",
  at: "aws-auth: data.mapRoles[0]",
  message:
    "Group `system:masters` allows every verb on every resource in the whole cluster: `* * of *`",
  chain: ["desk -is allowed by-> cluster-admin"],
});

ruleTester(rule, {
  accepts: [
    {
      name: "nodes that a mapping lets in, whatever their role is called",
      resources: [desk, awsAuth(ofNodes)],
    },
    {
      name: "a mapping that the cluster of `@pulumi/eks` makes and a preview does not know",
      resources: [
        desk,
        resource("eks:index:Cluster", "prod", {}),
        awsAuth(new Unknown([urnOf(roleType, "nodes")]), {
          parent: urnOf("eks:index:Cluster", "prod"),
        }),
      ],
    },
    {
      name: "a master by the mapping of a cluster that takes access entries alone",
      resources: [desk, ...inMode("API", awsAuth(ofDesk))],
    },
  ],
  rejects: [
    {
      name: "a master by the mapping of a cluster that takes both",
      resources: [desk, ...inMode("API_AND_CONFIG_MAP", awsAuth(ofDesk))],
      findings: [master],
    },
    {
      name: "a master by the mapping of a cluster of which it is not known whether it reads that, as undetermined",
      resources: [desk, ...inMode(outputOf(urnOf("t:index:Config", "config")), awsAuth(ofDesk))],
      findings: [
        {
          ...master,
          verdict: "undetermined",
          message:
            "Group `system:masters` allows every verb on every resource in the whole cluster: `* * of *`",
          dependsOn: ["config"],
        },
      ],
    },
    {
      name: "an administrator that the cluster of `@pulumi/eks` lets in",
      resources: [desk, component],
      findings: [everything({})],
    },
    {
      name: "that administrator once, where what the component makes is seen as well",
      resources: [desk, component, ...made],
      findings: [everything({ at: "prod-desk-all: accessScope" })],
    },
    {
      name: "entries that are not known as a whole, as undetermined",
      resources: [
        desk,
        resource("eks:index:Cluster", "prod", { accessEntries: outputOf(desk.urn) }),
      ],
      findings: [
        {
          verdict: "undetermined",
          severity: "high",
          about: "prod#accessEntries",
          holder: "prod#accessEntries",
          at: "prod: accessEntries",
          message: "`prod` allows every verb, or every resource",
          dependsOn: ["desk"],
        },
      ],
    },
    {
      name: "a list of mappings that is not known between white space, as undetermined",
      resources: [desk, awsAuth(textWith("\n", outputOf(desk.urn), "\n"))],
      findings: [
        {
          verdict: "undetermined",
          severity: "high",
          about: "aws-auth#data.mapRoles[0]",
          holder: "desk",
          at: "aws-auth: data.mapRoles[0]",
          message:
            "`kube-system/aws-auth` uses group `system:masters`, whose members have all rights in the cluster",
          chain: ["desk -is allowed by-> aws-auth#data.mapRoles[0]"],
          dependsOn: ["desk"],
        },
      ],
    },
    {
      name: "the rights of every user for a mapping of which the user is not known, as undetermined",
      resources: [
        desk,
        awsAuth(
          textWith(
            "- rolearn: arn:aws:iam::111122223333:role/desk\n  username: ",
            outputOf(urnOf("t:index:Config", "config")),
            "\n",
          ),
        ),
        resource("kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding", "all", {
          metadata: { name: "all" },
          roleRef: { kind: "ClusterRole", name: "cluster-admin" },
          subjects: [{ kind: "User", name: "operator" }],
        }),
      ],
      findings: [
        everything({
          verdict: "undetermined",
          about: "cluster-admin",
          at: "all: subjects[0]",
          chain: [
            "desk -enters the cluster as-> operator",
            "operator -is allowed by-> cluster-admin",
          ],
          message:
            "Role `cluster-admin` allows every verb on every resource in the whole cluster: `* * of *`",
          dependsOn: ["config"],
        }),
      ],
    },
    {
      name: "a master by the ARN of what may be a role of the stack, whose account nothing tells, as undetermined",
      resources: [desk, awsAuth(ofArn("desk"))],
      findings: [
        everything({
          verdict: "undetermined",
          about: "cluster-admin",
          at: "aws-auth: data.mapRoles[0]",
          message:
            "Group `system:masters` allows every verb on every resource in the whole cluster: `* * of *`",
          chain: ["desk -is allowed by-> cluster-admin"],
        }),
      ],
    },
    {
      name: "a master by the ARN of another role as undetermined, and milder",
      resources: [desk, awsAuth(ofArn("operators"))],
      findings: [
        everything({
          verdict: "undetermined",
          severity: "medium",
          about: "cluster-admin",
          holder: "operators",
          at: "aws-auth: data.mapRoles[0]",
          message:
            "Group `system:masters` allows every verb on every resource in the whole cluster: `* * of *`",
          chain: ["operators -is allowed by-> cluster-admin"],
        }),
      ],
    },
    {
      name: "a master by a mapping of which the ARN is not known",
      resources: [desk, awsAuth(ofDesk)],
      findings: [master],
    },
  ],
});
