import { EmbeddedJWK, calculateJwkThumbprint, jwtVerify, type JWTPayload } from "jose";
import { tokenHash, withoutQuery } from "../agent/dpop";
import { proofAlgorithms } from "./refusal";
import type { UsedOnce } from "./used-once";

/** Seconds for which a proof is good; it is made for one request. */
const lasts = 60;
/** Seconds that the caller's clock may be ahead of the tool's. */
const ahead = 30;

/** What a proof has to fit. */
export interface Proven {
  readonly method: string;
  readonly url: string;
  readonly token: string;
  /** Thumbprint of the key that the token is bound to. */
  readonly jkt: string;
  readonly now: number;
}

/** Why a DPoP proof does not show that the caller has the key of its token (RFC 9449, 4.3); undefined if it does. */
export async function problemOfProof(
  proof: string | undefined,
  { method, url, token, jkt, now }: Proven,
  used: UsedOnce,
): Promise<string | undefined> {
  if (proof === undefined) return "the request has no DPoP proof";
  let payload: JWTPayload;
  let thumbprint: string;
  try {
    const options = { typ: "dpop+jwt", algorithms: proofAlgorithms };
    const verified = await jwtVerify(proof, EmbeddedJWK, options);
    payload = verified.payload;
    thumbprint = await calculateJwkThumbprint(verified.protectedHeader.jwk ?? {});
  } catch {
    return "the DPoP proof is malformed, or not signed by its key";
  }
  const { htm, htu, ath, jti, iat } = payload;
  if (thumbprint !== jkt) return "the DPoP proof is of another key than the token";
  if (htm !== method) return "the DPoP proof is for another method";
  if (!isSameUrl(htu, url)) return "the DPoP proof is for another URL";
  if (ath !== tokenHash(token)) return "the DPoP proof is for another token";
  if (typeof iat !== "number" || iat < now - lasts || iat > now + ahead) {
    return "the DPoP proof is not of this moment";
  }
  if (typeof jti !== "string" || jti === "" || jti.length > 256) {
    return "the DPoP proof has no jti of at most 256 characters";
  }
  // The key is part of it: a caller cannot use up identifiers of another.
  if (!used.isFirst(`${jkt} ${jti}`, iat + lasts, now)) return "the DPoP proof was used before";
  return undefined;
}

function isSameUrl(claimed: unknown, url: string): boolean {
  return (
    typeof claimed === "string" &&
    URL.canParse(claimed) &&
    withoutQuery(claimed) === withoutQuery(url)
  );
}

/** What of a proof is signed, as a hash: of ECDSA, each signature has a second one that is as valid. */
export function signedPartOf(proof: string): string {
  return tokenHash(proof.slice(0, proof.lastIndexOf(".")));
}
