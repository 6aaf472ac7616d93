import { readFile } from "node:fs/promises";
import { decodeJwt } from "jose";

/** Gives a token at each use; platforms renew tokens, so that the next one may differ. */
export type TokenSource = () => string | Promise<string>;

/** Reads a token from a file at each use, such as a projected ServiceAccount token or a JWT-SVID. */
export function tokenFile(path: string): TokenSource {
  return async () => {
    const token = (await readFile(path, "utf8")).trim();
    if (token === "") throw new Error(`token file \`${path}\` is empty`);
    return token;
  };
}

const assertionTypes = "urn:ietf:params:oauth:client-assertion-type:";

/**
 * Parameters by which a workload proves to the broker who it is (RFC 7523).
 *
 * A JWT-SVID has an assertion type of its own. Its subject is a SPIFFE ID, which no other token may have.
 */
export async function clientAuthentication(
  workloadToken: TokenSource,
): Promise<Readonly<Record<"client_assertion" | "client_assertion_type", string>>> {
  const token = await workloadToken();
  return {
    client_assertion: token,
    client_assertion_type: `${assertionTypes}${isSvid(token) ? "jwt-spiffe" : "jwt-bearer"}`,
  };
}

function isSvid(token: string): boolean {
  try {
    return decodeJwt(token).sub?.startsWith("spiffe://") === true;
  } catch {
    throw new Error("the workload's own token is no JWT; name the file or function that gives one");
  }
}
