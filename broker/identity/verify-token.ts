import {
  decodeJwt,
  decodeProtectedHeader,
  errors,
  jwtVerify,
  type JWTPayload,
  type ProtectedHeaderParameters,
} from "jose";
import type { Issuer } from "../configuration/configuration";
import { Refused, type OAuthError } from "../refused";
import { issuerKeys, KeysUnavailable, type IssuerKeys } from "./issuer-keys";

/** An issuer, with what finds its keys. */
export interface Anchor {
  readonly issuer: Issuer;
  readonly keys: IssuerKeys;
  /** Tokens that were verified a moment ago, by token and audiences: platforms hand out one for many requests. */
  readonly verified: Map<string, { readonly payload: JWTPayload; readonly at: number }>;
}

/** Seconds for which a signature is not verified again, and how many are known: a key that is taken out counts as long. */
const verifiedSeconds = 5;
const mostVerified = 10_000;

/** What a token proves. */
export interface Proven {
  /** Name of the issuer in the configuration. */
  readonly issuer: string;
  readonly subject: string;
  readonly claims: JWTPayload;
}

/** What a token has to be. */
export interface Wanted {
  readonly issuers: readonly Anchor[];
  /** Of which the token has exactly one. */
  readonly audiences: readonly string[];
  /** The time, in seconds since 1970. */
  readonly now: number;
  /** The code of a refusal. */
  readonly error: OAuthError;
  /** Whose it is: a user's may be an access token, and of an assertion about a user, `typ` states that. Default: a workload's. */
  readonly kind?: "user" | "assertion";
  /** How a refusal names the token, such as `client_assertion`. */
  readonly named: string;
}

/** Seconds by which clocks may differ. */
export const tolerance = 5;

/**
 * Kinds of tokens, by `typ`, that prove neither workload nor user: what a broker issues, proofs of possession, and notices to a
 * client (sources: OpenID Connect Back-Channel Logout 1.0, 2.4; RFC 8417, 2.3; RFC 9701, 5).
 */
const otherKinds: readonly string[] = [
  ...["txntoken+jwt", "dpop+jwt", "agentid-task+jwt"],
  ...["logout+jwt", "secevent+jwt", "token-introspection+jwt"],
];

/** The kind that users may have, and no workload (source: RFC 9068, 2.1). */
const accessToken = "at+jwt";

/** The kind of an Identity Assertion JWT Authorization Grant (source: draft-ietf-oauth-identity-assertion-authz-grant, 3). */
const idJag = "oauth-id-jag+jwt";

/** What a token states itself to be, without `application/`; empty where it does not. */
function kindOf({ typ = "" }: { readonly typ?: string | undefined }): string {
  return typ.toLowerCase().replace(/^application\//, "");
}

/** Whether a token states itself to be an ID-JAG. */
export function isIdJag(token: string): boolean {
  try {
    return kindOf(decodeProtectedHeader(token)) === idJag;
  } catch {
    return false;
  }
}

/** An issuer with its keys. */
export function anchorOf(issuer: Issuer): Anchor {
  return { issuer, keys: issuerKeys(issuer), verified: new Map() };
}

/**
 * Verifies a token of a workload or a user. Throws {@link Refused} for one that is not accepted.
 *
 * The issuer is found by `iss`, or by the trust domain of a SPIFFE ID, since a JWT-SVID may lack `iss` (source: SPIFFE JWT-SVID, 3).
 */
export async function verifyToken(token: string, wanted: Wanted): Promise<Proven> {
  const { issuers, now, error, named } = wanted;
  const { header, claims } = decoded(token, wanted);
  const anchor = issuers.find(({ issuer }) => isOf(issuer, claims));
  if (anchor === undefined) {
    throw new Refused(error, `${named}: no issuer of the broker's configuration signs it`);
  }
  const kind = kindOf(header);
  const isOther =
    otherKinds.includes(kind) ||
    (kind === accessToken && wanted.kind !== "user") ||
    (kind === idJag) !== (wanted.kind === "assertion");
  if (isOther) {
    throw new Refused(error, `${named}: it is a token of another kind`);
  }
  const payload = await payloadOf(token, anchor, wanted);
  const { sub = "", aud = [], iat } = payload;
  if ([aud].flat().length !== 1) {
    throw new Refused(
      error,
      `${named}: it has several audiences; request one with a single audience`,
    );
  }
  if (iat !== undefined && iat > now + tolerance) {
    throw new Refused(error, `${named}: it is issued in the future; compare the clocks`);
  }
  return { issuer: anchor.issuer.name, subject: sub, claims: payload };
}

async function payloadOf(
  token: string,
  { issuer, keys, verified }: Anchor,
  wanted: Wanted,
): Promise<JWTPayload> {
  const { audiences, now } = wanted;
  const of = `${audiences.join(" ")} ${token}`;
  const known = verified.get(of);
  const isRecent = known !== undefined && now >= known.at && now < known.at + verifiedSeconds;
  if (isRecent && now < (known.payload.exp ?? 0)) return known.payload;
  const { payload } = await jwtVerify(token, keys.find, {
    algorithms: [...issuer.algorithms],
    audience: [...audiences],
    requiredClaims: ["exp", "sub", "aud"],
    currentDate: new Date(now * 1000),
    clockTolerance: tolerance,
  }).catch((thrown: unknown) => {
    throw refusalOf(thrown, wanted);
  });
  if (verified.size >= mostVerified) verified.clear();
  verified.set(of, { payload, at: now });
  return payload;
}

function decoded(
  token: string,
  { error, named }: Wanted,
): { readonly header: ProtectedHeaderParameters; readonly claims: JWTPayload } {
  try {
    return { header: decodeProtectedHeader(token), claims: decodeJwt(token) };
  } catch {
    throw new Refused(error, `${named}: it is no JWT`);
  }
}

function isOf({ kind, id }: Issuer, { iss, sub }: JWTPayload): boolean {
  return kind === "spiffe"
    ? typeof sub === "string" && sub.startsWith(`spiffe://${id}/`)
    : iss === id;
}

function refusalOf(thrown: unknown, { error, named, audiences }: Wanted): Refused {
  if (thrown instanceof errors.JWTExpired) return new Refused(error, `${named}: it has expired`);
  if (thrown instanceof errors.JWTClaimValidationFailed) {
    const what =
      thrown.claim === "aud"
        ? `its audience is not ${audiences.join(" or ")}`
        : `\`${thrown.claim}\` is not accepted`;
    return new Refused(error, `${named}: ${what}`);
  }
  if (thrown instanceof errors.JOSEAlgNotAllowed) {
    return new Refused(error, `${named}: its algorithm is not one of its issuer's`);
  }
  if (thrown instanceof KeysUnavailable || !(thrown instanceof errors.JOSEError)) {
    return new Refused("temporarily_unavailable", `${named}: keys of its issuer cannot be read`);
  }
  return new Refused(error, `${named}: its signature is not valid`);
}
