import type * as pulumi from "@pulumi/pulumi";
import { argumentError } from "../argument-error";
import { readProvider, withoutScheme, type KnownProvider } from "./oidc-provider";

/** IAM roles for ServiceAccounts of one EKS cluster. */
export interface EksIrsaFederation {
  /** ARN of the cluster's IAM OIDC provider, in the account where the tenant's roles are made. */
  providerArn: pulumi.Input<string>;
  /** Issuer of the cluster, with or without `https://`; the one in `providerArn`. Default: the issuer named in `providerArn`. */
  issuer?: pulumi.Input<string>;
}

/** IAM roles for ServiceAccounts with all values known and checked. */
export interface KnownEksIrsa extends KnownProvider {
  readonly kind: "eksIrsa";
}

/** Reads IAM roles for ServiceAccounts, or throws an error that names `subject`. */
export function readEksIrsa(
  subject: string,
  given: pulumi.Unwrap<EksIrsaFederation>,
): KnownEksIrsa {
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
  return { kind: "eksIrsa", ...provider };
}
