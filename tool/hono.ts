import { attach, callOf, requireCall } from "./checked-call";
import type { ClientCertificates } from "./client-certificate";
import { filtered } from "./fetch-handler";
import { listedFor, type IsListed } from "./listed-tools";
import { CallRefused } from "./refusal";
import { toolIntentsCheck, type ToolIntents } from "./tool-intents";
import type { CallVerifier } from "./verifier";

/** What of Hono's context is used. */
interface HonoContext {
  /** The answer, once a handler has made it. */
  res: Response | undefined;
  readonly req: {
    readonly method: string;
    readonly url: string;
    header(name: string): string | undefined;
    json(): Promise<unknown>;
  };
}

/** A middleware as Hono has them. */
type HonoMiddleware = (
  context: HonoContext,
  next: () => Promise<void>,
) => Promise<Response | undefined>;

/** What a Hono server needs to serve call tokens. A `CallRefused` that a handler throws needs nothing: it is Hono's answer. */
export interface HonoAuth {
  /** Answers for the tool's metadata (RFC 9728); for the whole server. */
  readonly metadata: HonoMiddleware;
  /** Requires a call token; handlers have its call by `callOf(context)`. */
  readonly verify: HonoMiddleware;
  /** Requires an intent; after `verify`. */
  intent(intent: string): HonoMiddleware;
  /** Requires the intent and the target of what an MCP request calls; after `verify`. Throws a TypeError for a tool that states no target. */
  toolIntents(intents: ToolIntents): HonoMiddleware;
}

/**
 * Makes the middlewares of a tool for Hono.
 *
 * @param certificates default: no client has a certificate
 */
export function honoAuth<Context extends HonoContext>(
  verifier: CallVerifier,
  certificates?: ClientCertificates<Context>,
): HonoAuth {
  const { metadata, metadataUrl } = verifier;
  return {
    metadata: async ({ req }, next) => {
      const isAsked = req.method === "GET" && new URL(req.url).pathname === metadataUrl.pathname;
      if (isAsked) return Response.json(metadata);
      await next();
      return undefined;
    },
    verify: checking(async (context) => {
      const { req } = context;
      const call = await verifier.verify({
        ...{ authorization: req.header("authorization"), dpop: req.header("dpop") },
        certificate: certificates?.clientCertificate(context as Context),
        ...{ method: req.method, path: new URL(req.url).pathname },
      });
      attach(context, call);
    }),
    intent: (intent) => checking((context) => requireCall(callOf(context), { intent })),
    toolIntents: (intents) => {
      const check = toolIntentsCheck(intents);
      return checking(async (context) => {
        const { req } = context;
        if (req.method !== "POST") return;
        const headers = {
          method: req.header("mcp-method"),
          name: req.header("mcp-name"),
          version: req.header("mcp-protocol-version"),
        };
        const body = await req.json().catch(() => undefined);
        const call = check(callOf(context), body, headers);
        attach(context, call);
        const isListed = listedFor(call, body, intents);
        if (isListed !== undefined) lists.set(context, isListed);
      });
    },
  };
}

function checking(check: (context: HonoContext) => void | Promise<void>): HonoMiddleware {
  return async (context, next) => {
    try {
      await check(context);
    } catch (error) {
      if (error instanceof CallRefused) return error.getResponse();
      throw error;
    }
    await next();
    const isListed = lists.get(context);
    if (isListed !== undefined && context.res !== undefined) {
      lists.delete(context);
      const listed = await filtered(context.res, isListed);
      // Hono merges the headers of an answer that is there into the next one.
      context.res = undefined;
      context.res = listed;
    }
    return undefined;
  };
}

/** Which tools the answer of a context may list, where it lists some. */
const lists = new WeakMap<HonoContext, IsListed>();
