import { webcrypto, X509Certificate } from "node:crypto";
import "reflect-metadata";
import * as x509 from "@peculiar/x509";

x509.cryptoProvider.set(webcrypto as unknown as Parameters<typeof x509.cryptoProvider.set>[0]);

/** A certificate of a test with its key. */
export interface TestCertificate {
  readonly certificate: X509Certificate;
  /** With those between it and the authority, in PEM. */
  readonly chain: string;
  /** In PEM. */
  readonly key: string;
  /** Certifies another key, by default as SPIRE does for a workload. */
  certify(parts?: Partial<Wanted>): Promise<TestCertificate>;
}

/** What a certificate of a test has. */
export interface Wanted {
  readonly uris: readonly string[];
  readonly hosts: readonly string[];
  readonly isAuthority: boolean;
  readonly usages: x509.KeyUsageFlags | undefined;
  readonly purposes: readonly string[];
  /** Seconds from now. */
  readonly from: number;
  readonly until: number;
  readonly subject: string;
}

export const usages = x509.KeyUsageFlags;
export const purposes = { client: "1.3.6.1.5.5.7.3.2", server: "1.3.6.1.5.5.7.3.1" } as const;

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

const workload: Wanted = {
  ...{ uris: [], hosts: [], isAuthority: false, from: -10, until: 3_600, subject: "O=SPIRE" },
  ...{ usages: usages.digitalSignature, purposes: Object.values(purposes) },
};

/** The authority of a trust domain, as SPIRE makes it. */
export function testAuthority(
  trustDomain: string,
  parts: Partial<Wanted> = {},
): Promise<TestCertificate> {
  return made(authorityOf(trustDomain, parts));
}

/** What an authority has, for one between. */
export function authorityOf(trustDomain: string, parts: Partial<Wanted> = {}): Wanted {
  const name = { uris: [`spiffe://${trustDomain}`], subject: `O=${trustDomain}` };
  return {
    ...{ ...workload, ...name, isAuthority: true, purposes: [] },
    ...{ usages: usages.keyCertSign | usages.cRLSign },
    ...parts,
  };
}

/** The key of the authority that certifies a certificate in PEM, as SPIRE names it; undefined when it names none. */
export function certifierOf(certificate: string): string | undefined {
  return new x509.X509Certificate(certificate).getExtension(x509.AuthorityKeyIdentifierExtension)
    ?.keyId;
}

/** A SPIFFE bundle with authorities for certificates. */
export function x509Bundle(...authorities: readonly TestCertificate[]): string {
  const keys = authorities.map(({ certificate }) => ({
    ...{ ...certificate.publicKey.export({ format: "jwk" }), use: "x509-svid" },
    x5c: [certificate.raw.toString("base64")],
  }));
  return JSON.stringify({ spiffe_sequence: 1, spiffe_refresh_hint: 300, keys });
}

interface Signer {
  readonly issuer: string;
  readonly keys: webcrypto.CryptoKeyPair;
  /** In PEM, with those above it but the authority. */
  readonly chain: string;
}

async function made(wanted: Wanted, signer?: Signer): Promise<TestCertificate> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const at = (seconds: number): Date => new Date(Date.now() + seconds * 1000);
  const names = [
    ...wanted.uris.map((value) => ({ type: "url", value }) as const),
    ...wanted.hosts.map((value) => ({ type: "dns", value }) as const),
  ];
  const own = await x509.X509CertificateGenerator.create({
    ...{ subject: wanted.subject, issuer: signer?.issuer ?? wanted.subject },
    ...{ notBefore: at(wanted.from), notAfter: at(wanted.until), signingAlgorithm: algorithm },
    ...{ publicKey: keys.publicKey, signingKey: (signer?.keys ?? keys).privateKey },
    extensions: [
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ...(signer === undefined
        ? []
        : [await x509.AuthorityKeyIdentifierExtension.create(signer.keys.publicKey)]),
      new x509.BasicConstraintsExtension(wanted.isAuthority, undefined, true),
      ...(wanted.usages === undefined ? [] : [new x509.KeyUsagesExtension(wanted.usages, true)]),
      ...(wanted.purposes.length === 0
        ? []
        : [new x509.ExtendedKeyUsageExtension([...wanted.purposes])]),
      ...(names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names)]),
    ],
  });
  const pem = `${own.toString("pem")}\n`;
  const chain = signer === undefined ? pem : pem + signer.chain;
  const exported = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  const below = signer === undefined ? "" : chain;
  return {
    ...{ certificate: new X509Certificate(pem), chain },
    key: x509.PemConverter.encode(exported, "PRIVATE KEY"),
    certify: (parts = {}) =>
      made({ ...workload, ...parts }, { issuer: wanted.subject, keys, chain: below }),
  };
}
