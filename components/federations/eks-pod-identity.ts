import type * as pulumi from "@pulumi/pulumi";
import { argumentError } from "../argument-error";
import { knownArn } from "../known-arn";

/** EKS Pod Identity on one cluster, which has the Pod Identity Agent add-on or runs in EKS Auto Mode. */
export interface EksPodIdentityFederation {
  /** ARN of the cluster; the tenant's roles are made in its account. */
  clusterArn: pulumi.Input<string>;
  /** Name of the cluster, which has to be the one in `clusterArn`. Default: the name in `clusterArn`. */
  clusterName?: pulumi.Input<string>;
}

/** EKS Pod Identity with all values known and checked. */
export interface KnownEksPodIdentity {
  readonly kind: "eksPodIdentity";
  readonly clusterArn: string;
  readonly clusterName: string;
  readonly region: string;
  readonly partition: string;
  readonly account: string;
}

/** Name of an EKS cluster, at most 100 characters. Source: Amazon EKS API, CreateCluster. */
const clusterNames = /^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/;

/** Reads EKS Pod Identity, or throws an error that names `subject`. */
export function readEksPodIdentity(
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
  return { kind: "eksPodIdentity", clusterArn, clusterName, region, partition, account };
}
