import type { Resource } from "../../../core/snapshot/resource";
import rule from "../../../policy-pack/rules/no-cross-tenant-binding";
import { outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";

const clusterType = "aws:eks/cluster:Cluster";
const providerType = "pulumi:providers:kubernetes";
const view = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy";

const account = resource("pulumi:providers:aws", "prod", { allowedAccountIds: ["111122223333"] });

/** A cluster, and the provider by which objects are made in it. */
function cluster(name: string): readonly Resource[] {
  return [
    inAccount(resource(clusterType, name, { name })),
    resource(providerType, name, { kubeconfig: outputOf(urnOf(clusterType, name)) }),
  ];
}

function inAccount(of: Resource): Resource {
  return { ...of, provider: account.urn };
}

/** A namespace of one tenant in a cluster. */
function namespace(tenant: string, on: string): Resource {
  const metadata = { name: "agents", labels: { "agentid.dev/tenant": tenant } };
  const type = "kubernetes:core/v1:Namespace";
  return resource(type, `${on}-agents`, { metadata }, { provider: urnOf(providerType, on) });
}

const desk = inAccount(
  resource("aws:iam/role:Role", "desk", {
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
);

/** What the role may view in the namespace of a cluster. */
function views(of: Resource["inputs"][string]): Resource {
  return inAccount(
    resource("aws:eks/accessPolicyAssociation:AccessPolicyAssociation", "views", {
      clusterName: of,
      principalArn: outputOf(desk.urn),
      policyArn: view,
      accessScope: { type: "namespace", namespaces: ["agents"] },
    }),
  );
}

const two = [
  account,
  ...cluster("east"),
  ...cluster("west"),
  namespace("acme", "east"),
  namespace("globex", "west"),
  desk,
];

const crossing = {
  severity: "critical",
  about: "views",
  holder: "desk",
  at: "views: accessScope.namespaces[0]",
  message:
    "AccessPolicyAssociation `views` gives tenant `acme` permissions in namespace `agents` of tenant `globex`",
} as const;

ruleTester(rule, {
  accepts: [
    {
      name: "a namespace of the own tenant in one cluster, called as another tenant's in another",
      resources: [...two, views("east")],
    },
    {
      name: "that cluster by its output",
      resources: [...two, views(outputOf(urnOf(clusterType, "east")))],
    },
  ],
  rejects: [
    {
      name: "a namespace of another tenant in the cluster that is named",
      resources: [...two, views("west")],
      findings: [crossing],
    },
    {
      name: "a namespace of another tenant in the cluster that the name waits for",
      resources: [...two, views(outputOf(urnOf(clusterType, "west")))],
      findings: [crossing],
    },
    {
      name: "a namespace of another tenant in a cluster that nothing says is the one named, as undetermined",
      resources: [
        account,
        resource(providerType, "east", {}),
        resource(providerType, "west", {}),
        namespace("acme", "east"),
        namespace("globex", "west"),
        desk,
        views("west"),
      ],
      findings: [
        {
          ...crossing,
          verdict: "undetermined",
          message:
            "AccessPolicyAssociation `views` gives tenant `acme` permissions in namespace `agents` of tenant `globex`",
        },
      ],
    },
  ],
});
