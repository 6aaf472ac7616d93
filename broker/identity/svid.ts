import { createHash, type X509Certificate } from "node:crypto";
import { Refused } from "../refused";
import { authorityMarksOf } from "./certificate-extensions";
import { tolerance } from "./verify-token";

/** A certificate that a caller presented on its connection (mutual TLS). */
export interface Presented {
  /** With the issuers that the caller sent, as `issuerCertificate`. */
  readonly certificate: X509Certificate;
  /** Whether TLS found a valid path to one of the authorities of all trust domains when the connection began. */
  readonly isVerified: boolean;
}

/** What an X.509-SVID proves. */
export interface ProvenSvid {
  readonly id: string;
  readonly trustDomain: string;
  /** Its SHA-256 in base64url: `x5t#S256` (source: RFC 8705, 3.1). */
  readonly thumbprint: string;
  /** When it ends, in seconds since 1970. */
  readonly until: number;
}

/** Certificates between a workload's and the authority of its trust domain at most. */
const mostIssuers = 5;

/** A SPIFFE ID of a workload (source: SPIFFE ID, 2): a trust domain, and a path without empty or relative segments. */
const spiffeId = /^spiffe:\/\/([a-z0-9._-]{1,255})((?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._-]+)+)$/;
const longestId = 2_048;

/**
 * Verifies an X.509-SVID (source: SPIFFE X509-SVID, 5). Throws {@link Refused}.
 *
 * TLS has verified a path to an authority of any trust domain. So a path to one of the SVID's own is verified here, at each request: also
 * of a connection that is older than a rotation.
 *
 * @param authoritiesOf those of a trust domain now
 */
export function verifySvid(
  { certificate, isVerified }: Presented,
  authoritiesOf: (trustDomain: string) => readonly X509Certificate[],
  now: number,
): ProvenSvid {
  const { id, trustDomain } = idOf(certificate);
  if (isAuthority(certificate)) {
    throw bad("it is an authority's, which identifies no workload");
  }
  if (!isVerified) throw bad("no authority of the broker's configuration certifies it");
  checkPath(certificate, authoritiesOf(trustDomain), now);
  return {
    ...{ id, trustDomain, until: Math.floor(Date.parse(certificate.validTo) / 1000) },
    thumbprint: createHash("sha256").update(certificate.raw).digest("base64url"),
  };
}

/** Its one URI, among any number of names of other kinds. */
function idOf({ subjectAltName = "" }: X509Certificate): {
  readonly id: string;
  readonly trustDomain: string;
} {
  // Node puts names with characters of its own separators in quotes, which no SPIFFE ID needs.
  const names = subjectAltName.includes('"') ? [] : subjectAltName.split(", ");
  const [id = "", ...others] = names
    .filter((name) => name.startsWith("URI:"))
    .map((name) => name.slice("URI:".length));
  if (id === "" || others.length > 0) {
    throw bad("it is no X.509-SVID, which has exactly one URI as its subject's name");
  }
  const [, trustDomain] = id.length > longestId ? [] : (spiffeId.exec(id) ?? []);
  if (trustDomain === undefined) throw bad("its URI is no SPIFFE ID of a workload");
  return { id, trustDomain };
}

function isAuthority({ raw }: X509Certificate): boolean {
  try {
    return Object.values(authorityMarksOf(raw)).includes(true);
  } catch {
    throw bad("its extensions cannot be read");
  }
}

function checkPath(
  leaf: X509Certificate,
  authorities: readonly X509Certificate[],
  now: number,
): void {
  let certificate = leaf;
  for (let issuers = 0; issuers <= mostIssuers; issuers += 1) {
    checkTime(certificate, now);
    if (authorities.some((authority) => isIssuedBy(certificate, authority, now))) return;
    const { issuerCertificate: issuer } = certificate;
    if (issuer === undefined || !isIssuedBy(certificate, issuer, now)) break;
    certificate = issuer;
  }
  throw bad("no authority of its own trust domain certifies it");
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate, now: number): boolean {
  return (
    issuer.ca &&
    certificate.checkIssued(issuer) &&
    certificate.verify(issuer.publicKey) &&
    isCurrent(issuer, now)
  );
}

function checkTime(certificate: X509Certificate, now: number): void {
  if (!isCurrent(certificate, now)) throw bad("it has expired, or is not valid yet");
}

function isCurrent({ validFrom, validTo }: X509Certificate, now: number): boolean {
  const [from, to] = [validFrom, validTo].map((text) => Date.parse(text) / 1000) as [
    number,
    number,
  ];
  return now + tolerance >= from && now <= to + tolerance;
}

function bad(sentence: string): Refused {
  return new Refused("invalid_client", `the certificate: ${sentence}`);
}
