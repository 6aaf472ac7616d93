import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify, type JWK } from "jose";
import { hashOf } from "../hash";
import { Refused } from "../refused";
import type { Tasks } from "../store/tasks";

/** Seconds that a proof counts, in both directions. */
const window = 60;

/** What a proof has to be of. */
export interface ProofOf {
  readonly method: string;
  /** URLs of the endpoint, without query and fragment. */
  readonly urls: readonly string[];
  readonly now: number;
  /** The access token that it goes with. */
  readonly token?: string;
}

/** Algorithms of proofs. */
export const proofAlgorithms = ["ES256", "EdDSA"] as const;

/**
 * The thumbprint of the key whose possession a proof shows (source: RFC 9449, 4.3). Throws {@link Refused}.
 *
 * A proof counts once, at all replicas together.
 */
export async function provenKey(proof: string, of: ProofOf, tasks: Tasks): Promise<string> {
  const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
    algorithms: [...proofAlgorithms],
    typ: "dpop+jwt",
    requiredClaims: ["jti", "iat", "htm", "htu"],
    currentDate: new Date(of.now * 1000),
  }).catch(() => {
    throw bad("it is no proof by a key in its header");
  });
  const jwk = protectedHeader.jwk as JWK;
  if ("d" in jwk || "k" in jwk) throw bad("its header has a private key");
  const { jti, iat = 0, htm, htu, ath } = payload;
  if (htm !== of.method) throw bad("`htm` is not the request's method");
  const named = typeof htu === "string" ? plainUrl(htu) : undefined;
  if (named === undefined || !of.urls.includes(named)) throw bad("`htu` is not this endpoint");
  if (Math.abs(of.now - iat) > window) throw bad("`iat` is not within a minute of now");
  if (typeof jti !== "string" || jti === "" || jti.length > 256)
    throw bad("`jti` is no identifier");
  if (of.token !== undefined && ath !== hashOf(of.token)) throw bad("`ath` is not of the token");
  const thumbprint = await calculateJwkThumbprint(jwk);
  const isFirst = await tasks.isFirst(hashOf(`${thumbprint} ${jti}`), of.now + 2 * window + 5);
  if (!isFirst) throw bad("it was used before");
  return thumbprint;
}

function plainUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { origin, pathname } = new URL(text);
  return origin + pathname;
}

function bad(problem: string): Refused {
  return new Refused("invalid_dpop_proof", `DPoP: ${problem}`);
}
