import type { JWTPayload } from "jose";
import { Refused } from "../refused";
import type { SigningKeys } from "./signing-keys";

/** Longest token, in characters: servers take headers of 8 KiB at least (source: nginx, large_client_header_buffers). */
const longestToken = 7168;

/** Signs a token; throws {@link Refused} where it would fit no header. */
export async function issuedToken(
  keys: SigningKeys,
  claims: JWTPayload,
  type: string,
  now: number,
): Promise<string> {
  const token = await keys.sign(claims, type, now);
  if (token.length <= longestToken) return token;
  throw new Refused(
    "invalid_authorization_details",
    `authorization_details: the token would be longer than ${longestToken} characters; send shorter details`,
  );
}
