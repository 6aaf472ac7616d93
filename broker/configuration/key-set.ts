import { X509Certificate } from "node:crypto";
import type { JwkSet } from "./configuration";

/**
 * The public keys of a JWK set or a SPIFFE bundle, as JSON has it; throws an error whose message is one sentence about the text.
 *
 * Keys of a SPIFFE bundle have the use `jwt-svid`, which JOSE does not define; those with the use `x509-svid` are its authorities
 * for certificates (source: SPIFFE trust domain and bundle, 4.2.2).
 */
export function readKeySet(text: string): JwkSet {
  let read: { readonly keys?: unknown } | null;
  try {
    read = JSON.parse(text) as typeof read;
  } catch {
    throw new Error("it is not JSON");
  }
  const all = Array.isArray(read?.keys) ? (read.keys as JwkSet["keys"]) : [];
  const isOfCertificates = ({ use }: JwkSet["keys"][number]): boolean => use === "x509-svid";
  const ofTokens = all.filter((key) => !isOfCertificates(key));
  if (ofTokens.some((key) => "d" in key || "k" in key)) {
    throw new Error("it has a private or symmetric key; give public keys alone");
  }
  const authorities = all.filter(isOfCertificates).flatMap((key) => authorityOf(key) ?? []);
  if (ofTokens.length + authorities.length === 0)
    throw new Error('it is no JWK set with a key; write `{ "keys": [ … ] }`');
  const keys = ofTokens.map((key) =>
    Object.fromEntries(Object.entries(key).filter(([name]) => name !== "use")),
  );
  return { keys, ...(authorities.length > 0 && { authorities }) };
}

/** The certificate of an authority; undefined for an entry that has none, which is to be ignored. */
function authorityOf({ x5c }: Readonly<Record<string, unknown>>): X509Certificate | undefined {
  const [encoded, ...others] = Array.isArray(x5c) ? (x5c as readonly unknown[]) : [];
  if (typeof encoded !== "string" || others.length > 0) return undefined;
  try {
    const certificate = new X509Certificate(Buffer.from(encoded, "base64"));
    return certificate.ca ? certificate : undefined;
  } catch {
    return undefined;
  }
}
