import { createHash, X509Certificate } from "node:crypto";

/**
 * The thumbprint (`x5t#S256`: SHA-256 in base64url; source: RFC 8705, 3.1) of a client's certificate as a reverse proxy states it in a
 * header; undefined where it states none, or several.
 *
 * | stated as | by |
 * |---|---|
 * | `:MIIB…=:` | `Client-Cert` (source: RFC 9440, 2.1) |
 * | `…;Hash=<hex>;…` | `X-Forwarded-Client-Cert` of Envoy (source: its HTTP connection manager, headers) |
 * | PEM with percent encoding | nginx' `$ssl_client_escaped_cert`, `X-Amzn-Mtls-Clientcert` of AWS' load balancer |
 * | PEM | Node and other servers |
 */
export function thumbprintOf(stated: string): string | undefined {
  const [, binary] = /^:([A-Za-z0-9+/]+={0,2}):$/.exec(stated) ?? [];
  if (binary !== undefined) return ofCertificate(Buffer.from(binary, "base64"));
  if (stated.includes("-----BEGIN")) return ofCertificate(decoded(stated));
  // Several elements are of several proxies: which of them saw the caller is not known.
  const [element = "", ...others] = stated.replace(/"[^"]*"/g, "").split(",");
  const hashes = element
    .split(";")
    .flatMap((part) => /^Hash=([0-9a-f]{64})$/i.exec(part)?.[1] ?? []);
  const [hash = ""] = hashes;
  return others.length === 0 && hashes.length === 1
    ? Buffer.from(hash, "hex").toString("base64url")
    : undefined;
}

function ofCertificate(certificate: string | Buffer | undefined): string | undefined {
  if (certificate === undefined) return undefined;
  try {
    const { raw } = new X509Certificate(certificate);
    return createHash("sha256").update(raw).digest("base64url");
  } catch {
    return undefined;
  }
}

/** A certificate in PEM; more than one names no caller. */
function decoded(stated: string): string | undefined {
  try {
    const text = stated.includes("%") ? decodeURIComponent(stated) : stated;
    return text.split("-----BEGIN").length === 2 ? text : undefined;
  } catch {
    return undefined;
  }
}
