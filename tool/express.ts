import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { authInfoOf } from "./auth-info";
import { attach, callOf, requireCall } from "./checked-call";
import { ofConnection, type ClientCertificates } from "./client-certificate";
import { listedFor, withListed, type IsListed } from "./listed-tools";
import type { McpHeaders } from "./mcp-headers";
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

/**
 * Makes the middlewares of a tool for Express.
 *
 * @param certificates default: the client's certificate is that of the connection
 */
export function expressAuth(
  verifier: CallVerifier,
  certificates: ClientCertificates<IncomingMessage> = { clientCertificate: ofConnection },
): ExpressAuth {
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
      const certificate = certificates.clientCertificate(request);
      const sent = { authorization, dpop: textOf(dpop), certificate };
      verifier.verify({ ...sent, method, path: pathOf(request) }).then(
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
            if (request.method !== "POST") return;
            const call = check(callOf(request), request.body, mcpHeadersOf(request));
            const isListed = listedFor(call, request.body, intents);
            if (isListed !== undefined) filter(response, isListed);
            attach(request, call);
            request.auth = authInfoOf(call);
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

/** Makes a response send only tools that may be listed: it is sent as a whole at its end. */
function filter(response: ServerResponse, isListed: IsListed): void {
  const parts: Buffer[] = [];
  const end = response.end.bind(response);
  const keep = (part: unknown, encoding: unknown): void => {
    if (typeof part === "string") {
      const isNamed = typeof encoding === "string" && Buffer.isEncoding(encoding);
      parts.push(Buffer.from(part, isNamed ? encoding : "utf8"));
    } else if (part instanceof Uint8Array) parts.push(Buffer.from(part));
  };
  const doneOf = (args: readonly unknown[]): (() => void) | undefined =>
    args.find((each): each is () => void => typeof each === "function");
  const replaced = {
    flushHeaders: () => undefined,
    writeHead: (status: number, ...[text, given]: readonly unknown[]) => {
      response.statusCode = status;
      setHeaders(response, typeof text === "string" ? given : text);
      return response;
    },
    write: (part: unknown, ...rest: readonly unknown[]) => {
      keep(part, rest[0]);
      const done = doneOf(rest);
      if (done !== undefined) process.nextTick(done);
      return true;
    },
    end: (...args: readonly unknown[]) => {
      keep(args[0], args[1]);
      for (const name of Object.keys(replaced)) Reflect.deleteProperty(response, name);
      response.removeHeader("content-length");
      const text = withListed(Buffer.concat(parts).toString("utf8"), isListed);
      return end(text, "utf8", doneOf(args));
    },
  };
  Object.assign(response, replaced);
}

/** Sets headers as `writeHead` takes them: by name, or as a list of names and values. */
function setHeaders(response: ServerResponse, given: unknown): void {
  if (Array.isArray(given)) {
    const list = given as readonly (string | readonly string[])[];
    for (let at = 0; at + 1 < list.length; at += 2) {
      response.setHeader(String(list[at]), list[at + 1] ?? "");
    }
    return;
  }
  for (const [name, value] of Object.entries((given ?? {}) as OutgoingHttpHeaders)) {
    if (value !== undefined) response.setHeader(name, value);
  }
}

function mcpHeadersOf({ headers }: NodeRequest): McpHeaders {
  return {
    method: textOf(headers["mcp-method"]),
    name: textOf(headers["mcp-name"]),
    version: textOf(headers["mcp-protocol-version"]),
  };
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
