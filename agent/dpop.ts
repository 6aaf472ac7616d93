import { createHash, randomUUID } from "node:crypto";
import { SignJWT, exportJWK, generateKeyPair } from "jose";
import type { Fetch } from "./endpoint";

/** A request that a proof is for. */
export interface ProvenRequest {
  readonly method: string;
  readonly url: string | URL;
  /** The token that is sent with the request; none at the broker itself. */
  readonly accessToken?: string | undefined;
  /** The `DPoP-Nonce` that the server has given last; default none. */
  readonly nonce?: string | undefined;
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
    proof: ({ method, url, accessToken, nonce }) =>
      new SignJWT({
        ...(nonce !== undefined && { nonce }),
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

/**
 * A `fetch` that proves the key with each request, such as for the official MCP SDK with a login of its own. A token that goes out
 * as `Bearer` goes out as `DPoP`: the proof at the token endpoint has bound it. Where a server demands its nonce, the request is
 * sent once more, unless its body is a stream.
 *
 * @param send sends the requests; default the global `fetch`
 */
export function dpopFetch(dpop: DpopKey, send: Fetch = fetch): Fetch {
  const nonces = new Map<string, string>();
  const once = async (url: URL, init: RequestInit): Promise<Response> => {
    const headers = new Headers(init.headers);
    const [, accessToken] =
      /^(?:Bearer|DPoP) +(\S+)$/i.exec(headers.get("authorization") ?? "") ?? [];
    if (accessToken !== undefined) headers.set("authorization", `DPoP ${accessToken}`);
    const { method = "GET" } = init;
    const nonce = nonces.get(url.origin);
    headers.set("dpop", await dpop.proof({ method, url, accessToken, nonce }));
    const answer = await send(url, { ...init, headers });
    const given = answer.headers.get("dpop-nonce");
    if (given !== null) nonces.set(url.origin, given);
    return answer;
  };
  return async (input, init = {}) => {
    const url = new URL(input);
    const before = nonces.get(url.origin);
    const answer = await once(url, init);
    const isNew = nonces.get(url.origin) !== before;
    const isRefused = answer.status === 401 || answer.status === 400;
    if (!isNew || !isRefused || init.body instanceof ReadableStream) return answer;
    if (!(await demandsNonce(answer))) return answer;
    await answer.body?.cancel();
    return once(url, init);
  };
}

/** Whether a server demands its nonce (source: RFC 9449, 8 and 9). */
async function demandsNonce(answer: Response): Promise<boolean> {
  const error = "use_dpop_nonce";
  if (answer.headers.get("www-authenticate")?.includes(`error="${error}"`)) return true;
  const body = await answer.clone().text();
  return body.includes(`"${error}"`);
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
