import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { argumentError } from "../arguments/argument-error";
import type { TrustStatement } from "../documents/trust";
import { knownArn } from "../arguments/known-arn";
import type { Federation, Home, WorkloadName } from "./federation";

/** EKS Pod Identity on one cluster, which has the Pod Identity Agent add-on or runs in EKS Auto Mode. */
export interface EksPodIdentityFederation {
  /** ARN of the cluster; the tenant's roles are made in its account. */
  clusterArn: pulumi.Input<string>;
  /** Name of the cluster, which has to be the one in `clusterArn`. Default: the name in `clusterArn`. */
  clusterName?: pulumi.Input<string>;
}

/** EKS Pod Identity with all values known and checked. */
interface KnownEksPodIdentity extends Home {
  readonly clusterArn: string;
  readonly clusterName: string;
  readonly region: string;
}

/** Name of an EKS cluster, at most 100 characters. Source: Amazon EKS API, CreateCluster. */
const clusterNames = /^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/;

/** EKS Pod Identity. */
export const eksPodIdentity: Federation<EksPodIdentityFederation, KnownEksPodIdentity> = {
  knownBy: "account",
  sdk: { module: "eks", resource: "PodIdentityAssociation", since: "6.13.2" },
  read: readEksPodIdentity,
  cluster: ({ clusterArn }) => clusterArn,
  trust: (_, known, workload) => {
    const { namespace, serviceAccount } = workload;
    return {
      statement: podIdentityTrust(known, workload),
      proof: `ServiceAccount ${namespace}/${serviceAccount} of ${known.clusterArn}`,
      // A task broker takes the tokens of the cluster, whose issuer is not known.
      token: {
        kind: "kubernetes",
        subject: `system:serviceaccount:${namespace}:${serviceAccount}`,
      },
    };
  },
  // Source: Amazon EKS user guide, EKS Pod Identity Agent.
  agent: { cidrs: ["169.254.170.23/32", "fd00:ec2::23/128"], port: 80 },
  // Source: Amazon EKS user guide, how EKS Pod Identity works.
  podToken: { audience: "pods.eks.amazonaws.com", seconds: 86_400 },
  tagsSessions: true,
  register: ({ parent, resourceName, namespace, serviceAccount, labels, roleArn, from }) => {
    const clusterName = from((known) => known.clusterName);
    new aws.eks.PodIdentityAssociation(
      resourceName,
      { clusterName, namespace, serviceAccount, roleArn, tags: labels },
      { parent },
    );
    return undefined;
  },
};

/**
 * Statement by which EKS assumes a role for the pods of one ServiceAccount of one cluster, and for nothing else.
 *
 * The request tags are set by EKS alone; without them any association of the account would do.
 * Source: Amazon EKS user guide, EKS Pod Identity, role trust policy and session tags.
 */
function podIdentityTrust(
  { partition, region, account, clusterArn, clusterName }: KnownEksPodIdentity,
  { namespace, serviceAccount }: WorkloadName,
): TrustStatement {
  return {
    Effect: "Allow",
    Principal: { Service: "pods.eks.amazonaws.com" },
    Action: ["sts:AssumeRole", "sts:TagSession"],
    Condition: {
      StringEquals: {
        "aws:SourceAccount": account,
        "aws:RequestTag/eks-cluster-arn": clusterArn,
        "aws:RequestTag/kubernetes-namespace": namespace,
        "aws:RequestTag/kubernetes-service-account": serviceAccount,
      },
      // The association's own id is not known before the role that it names is made.
      ArnLike: {
        "aws:SourceArn": `arn:${partition}:eks:${region}:${account}:podidentityassociation/${clusterName}/*`,
      },
    },
  };
}

function readEksPodIdentity(
  subject: string,
  given: pulumi.Unwrap<EksPodIdentityFederation>,
): KnownEksPodIdentity {
  const { clusterArn } = given;
  const arn = knownArn(clusterArn);
  const [type, name = "", ...more] = arn?.resource.split("/") ?? [];
  if (
    arn?.service !== "eks" ||
    arn.region === "" ||
    type !== "cluster" ||
    more.length > 0 ||
    !clusterNames.test(name)
  ) {
    throw argumentError(
      subject,
      `clusterArn \`${clusterArn}\` is no EKS cluster; give an ARN such as \`arn:aws:eks:eu-central-1:111122223333:cluster/prod\``,
    );
  }
  const clusterName = given.clusterName ?? name;
  if (clusterName !== name) {
    throw argumentError(
      subject,
      `clusterName \`${clusterName}\` is not the one in clusterArn, \`${name}\`; leave \`clusterName\` out or give both of one cluster`,
    );
  }
  const { partition, region, account } = arn;
  return { clusterArn, clusterName, region, partition, account };
}
