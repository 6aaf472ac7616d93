import { createHash, randomUUID } from "node:crypto";
import { SignJWT, exportJWK, generateKeyPair } from "jose";

/** A request that a proof is for. */
export interface ProvenRequest {
  readonly method: string;
  readonly url: string | URL;
  /** The token that is sent with the request; none at the broker itself. */
  readonly accessToken?: string;
}

/** A key by which an agent proves that a token is its own (DPoP, RFC 9449). */
export interface DpopKey {
  /** The value of the header `DPoP` for one request; every request needs a new one. */
  proof(request: ProvenRequest): Promise<string>;
}

/** Makes a DPoP key. It exists in this process's memory alone and cannot be exported. */
export async function dpopKey(): Promise<DpopKey> {
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const jwk = await exportJWK(publicKey);
  return {
    proof: ({ method, url, accessToken }) =>
      new SignJWT({
        htm: method,
        htu: withoutQuery(url),
        ...(accessToken !== undefined && { ath: tokenHash(accessToken) }),
      })
        .setProtectedHeader({ alg: "ES256", typ: "dpop+jwt", jwk })
        .setJti(randomUUID())
        .setIssuedAt()
        .sign(privateKey),
  };
}

/** The URL of a request as a proof has it: without query and fragment. */
export function withoutQuery(url: string | URL): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

/** The hash of a token that a proof for its use has. */
export function tokenHash(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}
