import type { VendorFormat } from "./vendor-formats";

/** Seconds that a token may live to count as short-lived. */
const day = 86_400;

/** Header, claims and signature in base64url; an encrypted token has two parts more. */
const token = /(?<![\w.-])(ey[\w-]{8,4000})\.(ey[\w-]{2,16000})\.[\w-]{16,4000}(?![\w-]|\.[\w-])/g;

/**
 * The JSON Web Tokens in a text that live for more than a day, or for ever.
 *
 * One with an end but no start lives for as long as a clock shows; there is none, so only its name can make it a credential. The key
 * that Supabase makes for browsers (`role: anon`) is published.
 *
 * Source: RFC 7519, section 4.1 (`exp`, `nbf`, `iat`); supabase.com/docs, API keys.
 */
export function lastingTokensIn(text: string): readonly VendorFormat[] {
  if (!text.includes(".ey")) return [];
  return [...text.matchAll(token)].flatMap(({ 0: found, 1: header, 2: claims, index }) => {
    const life = lifeOf(objectIn(header), objectIn(claims));
    if (life === undefined) return [];
    return [{ what: `JSON Web Token that ${life}`, format: "jwt", text: found, index }];
  });
}

type Claims = Readonly<Record<string, unknown>>;

/** How long a signed token lives, as the end of a sentence; undefined for one that is short-lived or none. */
function lifeOf(header: Claims | undefined, claims: Claims | undefined): string | undefined {
  if (typeof header?.["alg"] !== "string" || header["alg"] === "none") return undefined;
  if (claims === undefined || claims["role"] === "anon") return undefined;
  const { exp, iat, nbf } = claims;
  if (exp === undefined) return "never expires";
  const start = typeof nbf === "number" ? nbf : iat;
  if (typeof exp !== "number" || typeof start !== "number" || exp - start <= day) return undefined;
  return `lasts ${Math.ceil((exp - start) / day)} days`;
}

/** The object of JSON that a part has in base64url. */
function objectIn(part = ""): Claims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Claims) : undefined;
  } catch {
    return undefined;
  }
}
