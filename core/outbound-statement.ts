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
 * Statement by which a role has STS make tokens for one audience, of limited lifetime, signed in one way, and no other.
 *
 * `ForAllValues` is true of a request without audience, hence the `Null`. A request that leaves its lifetime out is
 * refused where STS tells none. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_policies.html.
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

/** How long a token lasts and how it is signed where nothing is said. Source: AWS STS API, GetWebIdentityToken. */
export const outboundDefaults = { maxSeconds: 300, signingAlgorithm: "RS256" } as const;
