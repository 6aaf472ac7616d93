import { authInfoOf, type CallAuthInfo } from "./auth-info";
import { attach } from "./checked-call";
import type { ClientCertificates } from "./client-certificate";
import { listedFor, withListed, type IsListed } from "./listed-tools";
import { CallRefused } from "./refusal";
import { toolIntentsCheck, type ToolIntents } from "./tool-intents";
import type { CallVerifier } from "./verifier";

/** What a handler of requests is given besides: the `authInfo` of the call, and the body as JSON. */
export interface HandlerOptions {
  readonly authInfo: CallAuthInfo;
  readonly parsedBody?: unknown;
}

/** Most bytes of a body, as the official MCP SDK has it. */
const longestBody = 4 * 1024 * 1024;

/**
 * Guards a handler of web requests, such as `createMcpHandler(…).fetch` of the official MCP SDK 2: it requires a call token,
 * compares the request with it, and answers for the tool's metadata (RFC 9728).
 *
 * @param certificates default: no client has a certificate
 * @throws TypeError for a tool without an intent, or that states neither a target nor that it takes none
 */
export function guardedFetch(
  verifier: CallVerifier,
  intents: ToolIntents,
  handler: (request: Request, options: HandlerOptions) => Promise<Response>,
  certificates?: ClientCertificates<Request>,
): (request: Request) => Promise<Response> {
  const check = toolIntentsCheck(intents);
  return async (request) => {
    const { method, headers } = request;
    const { pathname } = new URL(request.url);
    if (method === "GET" && pathname === verifier.metadataUrl.pathname) {
      return Response.json(verifier.metadata);
    }
    try {
      const header = (name: string): string | undefined => headers.get(name) ?? undefined;
      const verified = await verifier.verify({
        ...{ authorization: header("authorization"), dpop: header("dpop") },
        certificate: certificates?.clientCertificate(request),
        ...{ method, path: pathname },
      });
      if (method !== "POST") {
        attach(request, verified);
        return await handler(request, { authInfo: authInfoOf(verified) });
      }
      const parsedBody = await bodyOf(request);
      const call = check(verified, parsedBody, {
        ...{ method: header("mcp-method"), name: header("mcp-name") },
        version: header("mcp-protocol-version"),
      });
      attach(request, call);
      const answer = await handler(request, { authInfo: authInfoOf(call), parsedBody });
      const isListed = listedFor(verified, parsedBody, intents);
      return isListed === undefined ? answer : await filtered(answer, isListed);
    } catch (error) {
      if (error instanceof CallRefused) return error.getResponse();
      throw error;
    }
  };
}

/** An answer to `tools/list` with the tools that may be listed. */
export async function filtered(answer: Response, isListed: IsListed): Promise<Response> {
  const { status, statusText } = answer;
  const headers = new Headers(answer.headers);
  headers.delete("content-length");
  const text = withListed(await answer.text(), isListed);
  return new Response(text, { status, statusText, headers });
}

async function bodyOf(request: Request): Promise<unknown> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    length += part.byteLength;
    if (length > longestBody) throw new CallRefused("invalid_request", "the body is too long");
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch {
    return undefined;
  }
}
