import * as aws from "@pulumi/aws";

/** A cluster whose ServiceAccount tokens AWS accepts. */
export interface Cluster {
  providerArn: string;
  issuer: string;
}

/** A role for the ServiceAccounts of a cluster whose subject fits a pattern. */
export function serviceAccountRole(name: string, cluster: Cluster, subject: string): aws.iam.Role {
  return new aws.iam.Role(name, {
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Federated: cluster.providerArn },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: {
            StringLike: { [`${cluster.issuer}:sub`]: subject },
            StringEquals: { [`${cluster.issuer}:aud`]: "sts.amazonaws.com" },
          },
        },
      ],
    }),
  });
}
