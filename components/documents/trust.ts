/** The audience of a token that is meant for STS and for nothing else. */
export const stsAudience = "sts.amazonaws.com";

/** The one ServiceAccount that may obtain a role, and the cluster whose word counts. */
export interface ServiceAccountTrust {
  /** ARN of the cluster's IAM OIDC provider. */
  readonly providerArn: string;
  /** Issuer of the cluster, host and path without `https://`. */
  readonly issuer: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

/**
 * Trust policy by which one ServiceAccount of one cluster, and nothing else, obtains a role.
 *
 * Subject and audience are compared whole, in one statement, under the issuer of the provider that is named.
 * Source: Amazon EKS user guide, IAM roles for service accounts.
 */
export function serviceAccountTrust(trust: ServiceAccountTrust): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: trust.providerArn },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: {
            [`${trust.issuer}:sub`]: `system:serviceaccount:${trust.namespace}:${trust.serviceAccount}`,
            [`${trust.issuer}:aud`]: stsAudience,
          },
        },
      },
    ],
  });
}
