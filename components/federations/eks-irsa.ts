import type * as pulumi from "@pulumi/pulumi";
import { argumentError } from "../arguments/argument-error";
import { stsAudience } from "../documents/trust";
import { irsaAnnotations, irsaProof } from "../manifests/irsa";
import { byToken, type Federation } from "./federation";
import { readProvider, withoutScheme, type KnownProvider } from "./oidc-provider";

/** IAM roles for ServiceAccounts of one EKS cluster. */
export interface EksIrsaFederation {
  /** ARN of the cluster's IAM OIDC provider, in the account where the tenant's roles are made. */
  providerArn: pulumi.Input<string>;
  /** Issuer of the cluster, with or without `https://`; the one in `providerArn`. Default: the issuer named in `providerArn`. */
  issuer?: pulumi.Input<string>;
}

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
  proof: irsaProof,
  annotations: irsaAnnotations,
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
