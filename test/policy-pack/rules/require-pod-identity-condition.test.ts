import type { Resource } from "../../../core/snapshot/resource";
import type { Value, ValueRecord } from "../../../core/snapshot/value";
import rule from "../../../policy-pack/rules/require-pod-identity-condition";
import { outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";
import { aboutRole, allow, notYet, roleOf, roleWith } from "../../support/trust";

const pods = { Service: "pods.eks.amazonaws.com" };
const cluster = "arn:aws:eks:eu-west-1:111122223333:cluster/prod";
const associations = "arn:aws:eks:eu-west-1:111122223333:podidentityassociation/prod/";
const arnTag = { "aws:RequestTag/eks-cluster-arn": cluster };
const account = {
  "aws:RequestTag/kubernetes-namespace": "acme",
  "aws:RequestTag/kubernetes-service-account": "triage",
};

const own = resource("pulumi:providers:aws", "prod", { allowedAccountIds: ["111122223333"] });

function pinned(...conditions: readonly Value[]): Resource {
  return roleOf(...conditions.map((condition) => allow(pods, condition)));
}

function association(more: ValueRecord = {}): Resource {
  return resource("aws:eks/podIdentityAssociation:PodIdentityAssociation", "triage", {
    clusterName: "prod",
    namespace: "acme",
    serviceAccount: "triage",
    roleArn: outputOf(urnOf("aws:iam/role:Role", "triage")),
    ...more,
  });
}

function corrected(
  parts: Readonly<Record<string, string>> = {},
  arns?: Readonly<Record<string, string>>,
): string {
  return JSON.stringify({
    StringEquals: {
      "aws:RequestTag/eks-cluster-arn": "arn:aws:eks:REGION:ACCOUNT:cluster/CLUSTER",
      "aws:RequestTag/kubernetes-namespace": "NAMESPACE",
      "aws:RequestTag/kubernetes-service-account": "SERVICE_ACCOUNT",
      ...parts,
    },
    ...(arns && { ArnLike: arns }),
  });
}

const found = { severity: "high", ...aboutRole };

function open(missing: string, replacement: string) {
  return {
    ...found,
    message: `Role \`triage\` trusts pods of EKS Pod Identity without restricting ${missing}`,
    replacement,
  };
}

const unknown = {
  ...found,
  verdict: "undetermined" as const,
  message: "Role `triage` trusts any pod of EKS Pod Identity",
  dependsOn: ["cluster"],
};

function values(missing: string) {
  return {
    ...unknown,
    message: `Role \`triage\` trusts pods of EKS Pod Identity without restricting ${missing}`,
  };
}

ruleTester(rule, {
  accepts: [
    {
      name: "the session tags of cluster, namespace and ServiceAccount",
      resources: [pinned({ StringEquals: { ...arnTag, ...account } })],
    },
    {
      name: "the cluster by the ARN of its associations",
      resources: [
        pinned({ StringEquals: account, ArnLike: { "aws:SourceArn": `${associations}*` } }),
      ],
    },
    {
      name: "the cluster by its own ARN as source",
      resources: [pinned({ StringEquals: account, ArnEquals: { "aws:SourceArn": cluster } })],
    },
    {
      name: "one association, which is of one ServiceAccount, though it sends no tags",
      resources: [
        pinned({ ArnEquals: { "aws:SourceArn": `${associations}a-1` } }),
        association({ disableSessionTags: true }),
      ],
    },
    {
      name: "a list of ServiceAccounts",
      resources: [
        pinned({
          StringEquals: {
            ...arnTag,
            ...account,
            "aws:RequestTag/kubernetes-service-account": ["triage", "planner"],
          },
        }),
      ],
    },
    {
      name: "tags in other case, which IAM does not tell apart",
      resources: [
        pinned({
          StringEquals: {
            "aws:requesttag/EKS-CLUSTER-ARN": cluster,
            "aws:requesttag/Kubernetes-Namespace": "acme",
            "aws:requesttag/Kubernetes-Service-Account": "triage",
          },
        }),
      ],
    },
    {
      name: "the ARN of a cluster of the stack that is not known yet",
      resources: [
        pinned({ StringEquals: { ...account, "aws:RequestTag/eks-cluster-arn": notYet } }),
      ],
    },
    {
      name: "a Deny of all but one cluster, namespace and ServiceAccount",
      resources: [
        roleOf(
          allow(pods, { StringEquals: account }),
          allow(pods, { StringNotEquals: arnTag }, { Effect: "Deny" }),
        ),
      ],
    },
    {
      name: "tags that its association sends",
      resources: [
        pinned({ StringEquals: { ...arnTag, ...account } }),
        association({ disableSessionTags: false }),
      ],
    },
    {
      name: "a namespace or a ServiceAccount that is not known yet, whichever it is, where it has to be equal",
      resources: [
        pinned({
          StringEquals: {
            ...arnTag,
            "aws:RequestTag/kubernetes-namespace": notYet,
            "aws:RequestTag/kubernetes-service-account": notYet,
          },
        }),
      ],
    },
    {
      name: "what is held fast, beside conditions that are not known yet",
      resources: [pinned({ StringEquals: { ...arnTag, ...account }, Bool: notYet })],
    },
    {
      name: "another service",
      resources: [roleOf(allow({ Service: "lambda.amazonaws.com" }))],
    },
  ],
  rejects: [
    {
      name: "no condition",
      resources: [pinned({})],
      findings: [open("cluster, namespace and ServiceAccount", corrected())],
    },
    {
      name: "no condition, with the cluster and the ServiceAccount of the association in the correction",
      resources: [pinned({}), association()],
      findings: [
        open(
          "cluster, namespace and ServiceAccount",
          corrected({
            "aws:RequestTag/eks-cluster-arn": "arn:aws:eks:REGION:ACCOUNT:cluster/prod",
            "aws:RequestTag/kubernetes-namespace": "acme",
            "aws:RequestTag/kubernetes-service-account": "triage",
          }),
        ),
      ],
    },
    {
      name: "no condition, with the account that the provider of the association allows in the correction",
      resources: [own, pinned({}), { ...association(), provider: own.urn }],
      findings: [
        open(
          "cluster, namespace and ServiceAccount",
          corrected({
            "aws:RequestTag/eks-cluster-arn": "arn:aws:eks:REGION:111122223333:cluster/prod",
            "aws:RequestTag/kubernetes-namespace": "acme",
            "aws:RequestTag/kubernetes-service-account": "triage",
          }),
        ),
      ],
    },
    {
      name: "associations of one name in two clusters, which the correction does not choose from",
      resources: [
        pinned({}),
        association(),
        {
          ...association({ clusterName: "staging" }),
          urn: urnOf("aws:eks/podIdentityAssociation:PodIdentityAssociation", "other"),
        },
      ],
      findings: [
        open(
          "cluster, namespace and ServiceAccount",
          corrected({
            "aws:RequestTag/kubernetes-namespace": "acme",
            "aws:RequestTag/kubernetes-service-account": "triage",
          }),
        ),
      ],
    },
    {
      name: "associations of one name of which a cluster is not known, which the correction does not leave out",
      resources: [
        pinned({}),
        association(),
        {
          ...association({ clusterName: notYet }),
          urn: urnOf("aws:eks/podIdentityAssociation:PodIdentityAssociation", "other"),
        },
      ],
      findings: [
        open(
          "cluster, namespace and ServiceAccount",
          corrected({
            "aws:RequestTag/kubernetes-namespace": "acme",
            "aws:RequestTag/kubernetes-service-account": "triage",
          }),
        ),
      ],
    },
    {
      name: "an account, which is not enough",
      resources: [pinned({ StringEquals: { ...account, "aws:SourceAccount": "111122223333" } })],
      findings: [open("cluster", corrected({ ...account, "aws:SourceAccount": "111122223333" }))],
    },
    {
      name: "the name of a cluster, which other regions and accounts have too",
      resources: [
        pinned({ StringEquals: { ...account, "aws:RequestTag/eks-cluster-name": "prod" } }),
      ],
      findings: [
        open("cluster", corrected({ ...account, "aws:RequestTag/eks-cluster-name": "prod" })),
      ],
    },
    {
      name: "associations of any cluster",
      resources: [
        pinned({
          StringEquals: account,
          ArnLike: { "aws:SourceArn": associations.replace("/prod/", "/*") },
        }),
      ],
      findings: [
        open(
          "cluster",
          corrected(account, { "aws:SourceArn": associations.replace("/prod/", "/*") }),
        ),
      ],
    },
    {
      name: "a cluster in any region",
      resources: [
        pinned({
          StringEquals: account,
          ArnLike: { "aws:SourceArn": cluster.replace("eu-west-1", "*") },
        }),
      ],
      findings: [
        open("cluster", corrected(account, { "aws:SourceArn": cluster.replace("eu-west-1", "*") })),
      ],
    },
    {
      name: "a namespace beside the ARN of the cluster, which the correction keeps",
      resources: [
        pinned({
          StringEquals: { "aws:RequestTag/kubernetes-namespace": "acme" },
          ArnEquals: { "aws:SourceArn": cluster },
        }),
      ],
      findings: [
        open(
          "ServiceAccount",
          JSON.stringify({
            StringEquals: {
              "aws:RequestTag/kubernetes-namespace": "acme",
              "aws:RequestTag/kubernetes-service-account": "SERVICE_ACCOUNT",
            },
            ArnEquals: { "aws:SourceArn": cluster },
          }),
        ),
      ],
    },
    {
      name: "a namespace by its start",
      resources: [
        pinned({
          StringEquals: { ...arnTag, "aws:RequestTag/kubernetes-service-account": "triage" },
          StringLike: { "aws:RequestTag/kubernetes-namespace": "acme-*" },
        }),
      ],
      findings: [
        open(
          "namespace",
          corrected({
            ...arnTag,
            "aws:RequestTag/kubernetes-service-account": "triage",
          }),
        ),
      ],
    },
    {
      name: "a ServiceAccount under IfExists",
      resources: [
        pinned({
          StringEquals: { ...arnTag, "aws:RequestTag/kubernetes-namespace": "acme" },
          StringEqualsIfExists: { "aws:RequestTag/kubernetes-service-account": "triage" },
        }),
      ],
      findings: [open("ServiceAccount", corrected({ ...arnTag, ...account }))],
    },
    {
      name: "a second statement without conditions",
      resources: [pinned({ StringEquals: { ...arnTag, ...account } }, {})],
      findings: [open("cluster, namespace and ServiceAccount", corrected())],
    },
    {
      name: "tags that the association leaves out",
      resources: [
        pinned({ StringEquals: { ...arnTag, ...account } }),
        association({ disableSessionTags: true }),
      ],
      findings: [
        {
          ...found,
          holder: "acme/triage",
          message:
            "Role `triage` requires `aws:RequestTag/eks-cluster-arn`, but the Pod Identity association disables session tags",
        },
      ],
    },
    {
      name: "tags that a target role asks for and the association leaves out",
      resources: [
        roleOf(allow({ AWS: "arn:aws:iam::111122223333:role/source" }, { StringEquals: account })),
        association({
          disableSessionTags: true,
          roleArn: "arn:aws:iam::111122223333:role/source",
          targetRoleArn: outputOf(urnOf("aws:iam/role:Role", "triage")),
        }),
      ],
      findings: [
        {
          ...found,
          holder: "acme/triage",
          message:
            "Role `triage` requires `aws:RequestTag/kubernetes-namespace`, but the Pod Identity association disables session tags",
        },
      ],
    },
    {
      name: "as undetermined an association of which that is not known yet",
      resources: [
        pinned({ StringEquals: { ...arnTag, ...account } }),
        association({ disableSessionTags: notYet }),
      ],
      findings: [
        {
          ...unknown,
          holder: "acme/triage",
          message:
            "Role `triage` requires `aws:RequestTag/eks-cluster-arn`, but the Pod Identity association disables session tags",
        },
      ],
    },
    {
      name: "as undetermined a pattern of namespaces that is not known yet, which all may fit",
      resources: [
        pinned({
          StringEquals: { ...arnTag, "aws:RequestTag/kubernetes-service-account": "triage" },
          StringLike: { "aws:RequestTag/kubernetes-namespace": notYet },
        }),
      ],
      findings: [values("namespace")],
    },
    {
      name: "as undetermined a source that is not known yet and may be no cluster",
      resources: [
        pinned({
          StringEquals: account,
          ArnEquals: { "aws:SourceArn": outputOf(urnOf("aws:sqs/queue:Queue", "cluster")) },
        }),
      ],
      findings: [values("cluster")],
    },
    {
      name: "as undetermined a trust policy that is not known yet",
      resources: [roleWith(notYet)],
      findings: [unknown],
    },
    {
      name: "as undetermined a statement that is not known yet",
      resources: [roleOf(notYet)],
      findings: [unknown],
    },
    {
      name: "as undetermined conditions that are not known yet",
      resources: [pinned(notYet)],
      findings: [values("cluster, namespace and ServiceAccount")],
    },
    {
      name: "as undetermined a service that is not known yet",
      resources: [roleOf(allow({ Service: notYet }))],
      findings: [unknown],
    },
    {
      name: "as undetermined an effect that is not known yet",
      resources: [roleOf(allow(pods, undefined, { Effect: notYet }))],
      findings: [
        {
          ...unknown,
          message:
            "Role `triage` trusts pods of EKS Pod Identity without restricting cluster, namespace and ServiceAccount",
        },
      ],
    },
  ],
});
