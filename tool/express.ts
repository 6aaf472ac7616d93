import type { IncomingMessage, ServerResponse } from "node:http";
import { authInfoOf } from "./auth-info";
import { attach, callOf, requireCall } from "./checked-call";
import { CallRefused } from "./refusal";
import { toolIntentsCheck, type ToolIntents } from "./tool-intents";
import type { CallVerifier } from "./verifier";

/** A request of Express, Connect or another framework over Node's own. */
interface NodeRequest extends IncomingMessage {
  originalUrl?: string;
  body?: unknown;
  /** The `authInfo` of the call, where the official MCP SDK looks for it. */
  auth?: unknown;
}

/** A middleware as Express has them. */
type NodeMiddleware = (
  request: NodeRequest,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/** What an Express server needs to serve call tokens. */
export interface ExpressAuth {
  /** Answers for the tool's metadata (RFC 9728); for the whole server. */
  readonly metadata: NodeMiddleware;
  /** Requires a call token; handlers have its call by `callOf(request)`. */
  readonly verify: NodeMiddleware;
  /** Requires an intent; after `verify`. */
  intent(intent: string): NodeMiddleware;
  /** Requires the intent and the target of what an MCP request calls; after `verify` and `express.json()`. Throws a TypeError for a tool that states no target. */
  toolIntents(intents: ToolIntents): NodeMiddleware;
  /** Answers for a `CallRefused` that a handler has thrown; after the handlers. */
  readonly refusals: (
    error: unknown,
    request: NodeRequest,
    response: ServerResponse,
    next: (error?: unknown) => void,
  ) => void;
}

/** Makes the middlewares of a tool for Express. */
export function expressAuth(verifier: CallVerifier): ExpressAuth {
  const { metadata, metadataUrl } = verifier;
  return {
    metadata(request, response, next) {
      const isAsked = request.method === "GET" && pathOf(request) === metadataUrl.pathname;
      if (!isAsked) {
        next();
        return;
      }
      answer(response, 200, {}, metadata);
    },
    verify(request, response, next) {
      const { authorization, dpop } = request.headers;
      const { method = "" } = request;
      verifier.verify({ authorization, dpop: textOf(dpop), method, path: pathOf(request) }).then(
        (call) => {
          attach(request, call);
          request.auth = authInfoOf(call);
          next();
        },
        (error: unknown) => refuse(error, response, next),
      );
    },
    intent: (intent) => (request, response, next) =>
      checked(() => requireCall(callOf(request), { intent }), response, next),
    toolIntents: (intents) => {
      const check = toolIntentsCheck(intents);
      return (request, response, next) =>
        checked(
          () => {
            if (request.method === "POST") check(callOf(request), request.body);
          },
          response,
          next,
        );
    },
    refusals: (error, _request, response, next) => refuse(error, response, next),
  };
}

/** The path as the client has called it: a router shortens `url`. */
function pathOf({ originalUrl, url = "" }: NodeRequest): string {
  return (originalUrl ?? url).replace(/\?.*$/, "");
}

function textOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === "string" ? header : header?.join(", ");
}

function checked(
  check: () => void,
  response: ServerResponse,
  next: (error?: unknown) => void,
): void {
  try {
    check();
  } catch (error) {
    refuse(error, response, next);
    return;
  }
  next();
}

function refuse(error: unknown, response: ServerResponse, next: (error?: unknown) => void): void {
  if (!(error instanceof CallRefused)) {
    next(error);
    return;
  }
  answer(response, error.status, error.headers, error);
}

function answer(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: object,
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}
