/** For what STS makes tokens that a workload shows to a service outside AWS. */
export interface OutboundTokens {
  /** The one audience of the tokens. */
  readonly audience: string;
  /** Longest lifetime of a token, in seconds. */
  readonly maxSeconds: number;
  /** `RS256` or `ES384`. */
  readonly signingAlgorithm: string;
}

/**
 * Statement by which a role has STS issue tokens for one audience, of limited lifetime and one signing algorithm, and no other.
 *
 * `ForAllValues` is true of a request without audience, hence the `Null`. A request without a lifetime is refused where STS
 * adds none. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_policies.html.
 */
export function outboundStatement({
  audience,
  maxSeconds,
  signingAlgorithm,
}: OutboundTokens): object {
  return {
    Effect: "Allow",
    Action: "sts:GetWebIdentityToken",
    Resource: "*",
    Condition: {
      "ForAllValues:StringEquals": { "sts:IdentityTokenAudience": [audience] },
      Null: { "sts:IdentityTokenAudience": "false" },
      NumericLessThanEquals: { "sts:DurationSeconds": String(maxSeconds) },
      StringEquals: { "sts:SigningAlgorithm": signingAlgorithm },
    },
  };
}

/** The default lifetime and signing algorithm of a token. Source: AWS STS API, GetWebIdentityToken. */
export const outboundDefaults = { maxSeconds: 300, signingAlgorithm: "RS256" } as const;
