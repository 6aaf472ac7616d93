import type * as pulumi from "@pulumi/pulumi";
import { argumentError } from "../arguments/argument-error";
import { checkMtlsUrl, mtlsPortOf, type BrokerMtls } from "../tenant/broker";
import type { BrokerIssuer } from "./deployment-arguments";

/** Where the reference to a broker has its mutual TLS. */
const argument = "broker.place.mtls";

/**
 * The `mtls` of a broker's configuration; throws an error that names `subject` where it is wrong, and where no issuer has
 * authorities for certificates.
 *
 * @param issuer address of the broker without mutual TLS
 */
export function mtlsOf(
  subject: string,
  mtls: pulumi.Unwrap<BrokerMtls>,
  issuer: string,
  issuers: readonly pulumi.Unwrap<BrokerIssuer>[],
): object {
  const { url } = mtls;
  checkMtlsUrl(subject, argument, url, issuer);
  if (!issuers.some(({ kind }) => kind === "spiffe")) {
    throw argumentError(
      subject,
      `${argument} is set, and none of issuers is of kind \`spiffe\`, whose authorities sign X.509-SVIDs; add it to \`issuers\``,
    );
  }
  issuers.forEach(({ kind, keySet }, index) => {
    if (kind !== "spiffe" || keySet === undefined || hasAuthority(keySet)) return;
    throw argumentError(
      subject,
      `issuers[${index}].keySet has no authority for certificates; give the bundle of the trust domain, with its keys of use \`x509-svid\``,
    );
  });
  return { listen: `0.0.0.0:${mtlsPortOf(subject, argument, mtls)}`, url };
}

/** Whether a bundle has an authority for certificates. Source: SPIFFE trust domain and bundle, 4.2.2. */
function hasAuthority(keySet: string): boolean {
  const { keys } = JSON.parse(keySet) as {
    readonly keys: readonly { readonly use?: unknown; readonly x5c?: unknown }[];
  };
  return keys.some(({ use, x5c }) => use === "x509-svid" && Array.isArray(x5c) && x5c.length === 1);
}
