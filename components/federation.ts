import type * as pulumi from "@pulumi/pulumi";
import { isAccountId, oidcIssuer, parseArn } from "../core/arn";
import { argumentError, exactlyOne } from "./argument-error";

/** How the workloads of a tenant prove who they are; give exactly one. */
export interface TenantFederation {
  /** Tokens of an EKS cluster's ServiceAccounts, accepted by AWS through the cluster's IAM OIDC provider. */
  eksIrsa?: EksIrsaFederation;
}

/** IAM roles for ServiceAccounts of one EKS cluster. */
export interface EksIrsaFederation {
  /** ARN of the cluster's IAM OIDC provider, in the account where the tenant's roles are made. */
  providerArn: pulumi.Input<string>;
  /** Issuer of the cluster, with or without `https://`. Default: the issuer named in `providerArn`. */
  issuer?: pulumi.Input<string>;
}

/** A federation with all its values known and checked. */
export interface KnownEksIrsa {
  readonly providerArn: string;
  /** Host and path, without `https://`. */
  readonly issuer: string;
  readonly partition: string;
  readonly account: string;
}

/** Refuses a federation of none or of two kinds. */
export function checkFederation(subject: string, federation: TenantFederation): void {
  exactlyOne(subject, "federation", { eksIrsa: federation.eksIrsa });
}

/** Reads a federation's values, or throws an error that names `subject`. */
export function readFederation(
  subject: string,
  federation: pulumi.Unwrap<TenantFederation>,
): KnownEksIrsa {
  const given = federation.eksIrsa;
  if (given === undefined) {
    throw argumentError(subject, "federation is empty; give `eksIrsa`");
  }
  const parsed = parseArn(given.providerArn);
  const named = parsed.ok ? oidcIssuer(parsed.arn) : undefined;
  if (!parsed.ok || named === undefined || !isAccountId(parsed.arn.account)) {
    throw argumentError(
      subject,
      `providerArn \`${given.providerArn}\` is no IAM OIDC provider; give an ARN such as \`arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE\``,
    );
  }
  const issuer = withoutScheme(given.issuer ?? named);
  if (issuer !== named) {
    throw argumentError(
      subject,
      `issuer \`${issuer}\` is not the provider's, \`${named}\`; conditions on it would never apply; leave \`issuer\` out or give both of one cluster`,
    );
  }
  return {
    providerArn: given.providerArn,
    issuer,
    partition: parsed.arn.partition,
    account: parsed.arn.account,
  };
}

function withoutScheme(issuer: string): string {
  const bare = issuer.startsWith("https://") ? issuer.slice("https://".length) : issuer;
  return bare.endsWith("/") ? bare.slice(0, -1) : bare;
}
