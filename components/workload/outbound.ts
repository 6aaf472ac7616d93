import { outboundDefaults, type OutboundTokens } from "../../core/outbound-statement";
import { argumentError, fitting, oneOf } from "../arguments/argument-error";
import { ruleOf, type Egress, type EgressRule } from "../kubernetes/egress";
import { openBits } from "../manifests/ip-block";
import { exactText } from "../arguments/exact-text";

/** Calling a service outside AWS, such as a model provider, with tokens that STS makes for the workload's role in place of an API key. */
export interface Outbound {
  /** Audience of the tokens, as the provider requires it, such as `https://api.openai.com/v1`; whole, and not that of STS. */
  audience: string;
  /** Longest lifetime of a token in whole seconds, 60 to 3600. Default: 300. */
  maxSeconds?: number;
  /** How tokens are signed: `RS256` or `ES384`. Default: `RS256`. */
  signingAlgorithm?: string;
  /** Where the provider is reached, as a tenant's `egress`: its addresses, at most 65,536 a range, or the namespace of a proxy that resolves names. Default: nowhere; required where the tenant has a network policy. */
  egress?: Egress[];
}

/** What a workload may have made by STS, with defaults filled in. */
export interface KnownOutbound extends OutboundTokens {
  /** Rules by which pods may send to the provider; none without its addresses. */
  readonly egress: readonly EgressRule[];
}

/** Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html. */
const seconds = { least: 60, most: 3600 };
const algorithms = { Rsa: "RS256", EllipticCurve: "ES384" };

/** Most bits of an address that a range leaves open: 65,536 addresses of a provider's network. */
const mostOpenBits = 16;

/** Reads what a workload calls outside AWS, or throws an error that names `subject`. */
export function readOutbound(subject: string, given: Outbound): KnownOutbound {
  const {
    audience,
    maxSeconds = outboundDefaults.maxSeconds,
    signingAlgorithm = outboundDefaults.signingAlgorithm,
    egress = [],
  } = given;
  fitting(
    subject,
    "outbound.audience",
    audience,
    exactText,
    "the one audience that the provider wants, whole, such as `https://api.openai.com/v1`",
  );
  if (audience === "sts.amazonaws.com") {
    throw argumentError(
      subject,
      "outbound.audience is that of STS itself, where a token could assume roles; give the provider's own",
    );
  }
  if (!Number.isInteger(maxSeconds) || maxSeconds < seconds.least || maxSeconds > seconds.most) {
    throw argumentError(
      subject,
      `outbound.maxSeconds is \`${maxSeconds}\`; give whole seconds from ${seconds.least} to ${seconds.most}`,
    );
  }
  oneOf(subject, "outbound.signingAlgorithm", signingAlgorithm, algorithms);
  const rules = egress.map((one, index) => {
    const argument = `outbound.egress[${index}]`;
    if (one.cidr !== undefined && (openBits(one.cidr) ?? 0) > mostOpenBits) {
      throw argumentError(
        subject,
        `${argument}.cidr \`${one.cidr}\` is wider than a provider's network, 65,536 addresses; give the provider's ranges, or the namespace of a proxy that resolves names`,
      );
    }
    return ruleOf(subject, argument, one);
  });
  return { audience, maxSeconds, signingAlgorithm, egress: rules };
}

/** Environment by which a workload requests a token of its role from STS; the global endpoint of STS issues none. */
export function outboundVariables({
  audience,
  maxSeconds,
  signingAlgorithm,
}: KnownOutbound): { readonly name: string; readonly value: string }[] {
  return [
    { name: "AWS_STS_REGIONAL_ENDPOINTS", value: "regional" },
    { name: "AGENTID_OUTBOUND_AUDIENCE", value: audience },
    { name: "AGENTID_OUTBOUND_SECONDS", value: String(maxSeconds) },
    { name: "AGENTID_OUTBOUND_ALGORITHM", value: signingAlgorithm },
  ];
}
