import type * as pulumi from "@pulumi/pulumi";
import { argumentError } from "../arguments/argument-error";
import { stsAudience } from "../documents/trust";
import { byToken, type Federation } from "./federation";
import { readProvider, withoutScheme, type KnownProvider } from "./oidc-provider";

/** IAM roles for ServiceAccounts of one EKS cluster. */
export interface EksIrsaFederation {
  /** ARN of the cluster's IAM OIDC provider, in the account where the tenant's roles are made. */
  providerArn: pulumi.Input<string>;
  /** Issuer of the cluster, with or without `https://`; the one in `providerArn`. Default: the issuer named in `providerArn`. */
  issuer?: pulumi.Input<string>;
}

/** Lifetime of the token in seconds; the kubelet renews it after four fifths. */
const expirationSeconds = 3600;

/**
 * Volume and folder have the names that the EKS Pod Identity webhook uses, so that it adds no token of its own, which
 * would last 24 hours. Source: github.com/aws/amazon-eks-pod-identity-webhook, pkg/handler/handler.go.
 */
const name = "aws-iam-token";
const mountPath = "/var/run/secrets/eks.amazonaws.com/serviceaccount";

/** IAM roles for ServiceAccounts. */
export const eksIrsa: Federation<EksIrsaFederation, KnownProvider> = {
  knownBy: "account",
  read: readEksIrsa,
  cluster: ({ issuer }) => issuer,
  trust: (_, { providerArn, issuer }, { namespace, serviceAccount }) =>
    byToken(
      {
        providerArn,
        issuer,
        subject: `system:serviceaccount:${namespace}:${serviceAccount}`,
        audience: stsAudience,
      },
      "kubernetes",
    ),
  proof: ({ roleArn, sessionName }) => {
    const serviceAccountToken = { audience: stsAudience, expirationSeconds, path: "token" };
    return {
      volumes: [{ name, projected: { sources: [{ serviceAccountToken }] } }],
      env: [
        { name: "AWS_ROLE_ARN", value: roleArn },
        { name: "AWS_WEB_IDENTITY_TOKEN_FILE", value: `${mountPath}/token` },
        { name: "AWS_ROLE_SESSION_NAME", value: sessionName },
      ],
      volumeMounts: [{ name, mountPath, readOnly: true }],
    };
  },
  annotations: (roleArn) => ({
    "eks.amazonaws.com/role-arn": roleArn,
    // Pods that do not use our volume get the webhook's token, which would last 24 hours.
    "eks.amazonaws.com/token-expiration": String(expirationSeconds),
  }),
};

function readEksIrsa(subject: string, given: pulumi.Unwrap<EksIrsaFederation>): KnownProvider {
  const provider = readProvider(
    subject,
    given.providerArn,
    "oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE",
  );
  const issuer = withoutScheme(given.issuer ?? provider.issuer);
  if (issuer !== provider.issuer) {
    throw argumentError(
      subject,
      `issuer \`${issuer}\` is not the provider's, \`${provider.issuer}\`; conditions on it would never apply; leave \`issuer\` out or give both of one cluster`,
    );
  }
  return provider;
}
