/** The audience of a token that is meant for STS and for nothing else. */
export const stsAudience = "sts.amazonaws.com";

/** A statement of a trust policy: who may assume a role, and on which conditions, whose values are texts. */
export interface TrustStatement<Text = string> {
  readonly Effect: "Allow";
  readonly Principal: Readonly<Record<string, string>>;
  readonly Action: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, Text | readonly string[]>>>>;
}

/** The one token that may assume a role, and its provider. */
export interface TokenTrust {
  /** ARN of the IAM OIDC provider. */
  readonly providerArn: string;
  /** Its issuer, host and path without `https://`. */
  readonly issuer: string;
  /** The token's `sub`, whole. */
  readonly subject: string;
  /** The token's `aud`, whole. */
  readonly audience: string;
  /** Values of further condition keys. Default: none. */
  readonly claims?: Readonly<Record<string, string>>;
}

/**
 * Statement by which only the tokens of one subject assume a role.
 *
 * Subject and audience are compared whole, in one statement, under the issuer of the named provider. Source: Amazon EKS user
 * guide, IAM roles for service accounts; IAM user guide, OIDC federation.
 */
export function tokenTrust(trust: TokenTrust): TrustStatement {
  return {
    Effect: "Allow",
    Principal: { Federated: trust.providerArn },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: {
      StringEquals: {
        [`${trust.issuer}:sub`]: trust.subject,
        [`${trust.issuer}:aud`]: trust.audience,
        ...trust.claims,
      },
    },
  };
}
