import { callTokens, type CalledTool, type Wanted } from "./call-tokens";
import { dpopFetch, withoutQuery } from "./dpop";
import { endpoint, isObject, type Fetch } from "./endpoint";
import {
  authenticated,
  endpointOf,
  exchangeForm,
  type Broker,
  type CallDetails,
  type CertifiedBroker,
  type IssuedToken,
} from "./exchange";
import { mcpMessage, purposeOf, type McpMessage } from "../core/mcp-message";

/** What an agent is about to send to a tool. */
export interface Need {
  /** The HTTP request; absent while only an MCP connection is set up. */
  readonly http?: { readonly method: string; readonly url: URL };
  /** The MCP message, if the request has one. */
  readonly message?: McpMessage;
  /** The call of an MCP tool, if the message is one. */
  readonly tool?: { readonly name: string; readonly arguments: Readonly<Record<string, unknown>> };
  /** The intent that the tool requires, after it has refused another. */
  readonly scope?: string;
}

/** Which tool is called, on whose behalf, and what for. */
export interface CallOptions extends CalledTool {
  /**
   * The details for the broker's decision.
   *
   * Where a tool requires another intent, these details must have that intent. Default: requests have intents alone, which the
   * broker decides by the tool's defaults where grants allow that.
   */
  readonly details?: (need: Need) => CallDetails | Promise<CallDetails>;
}

/** The tool has refused a token that the broker issued for it. */
export class ToolRefused extends Error {
  override readonly name = "ToolRefused";

  constructor(
    readonly status: number,
    readonly challenge: string,
  ) {
    super(`the tool refuses the call: ${status} ${challenge.replace(/[^\x20-\x7e]/g, "?")}`);
  }
}

/**
 * An `OAuthClientProvider` of the official MCP SDK, and a `fetch` for every HTTP client.
 *
 * As `authProvider` it serves connections whose calls all have the same details. With its `fetch`, each call has details and a
 * token of its own, and a tool can require another intent. The SDK passes neither the message nor the scope of a 403 to a
 * provider (1.32).
 */
export interface CallProvider {
  /** Sends a request of the tool with a token for it; anything else as it is. */
  readonly fetch: Fetch;
  readonly redirectUrl: undefined;
  readonly clientMetadata: { redirect_uris: string[] };
  clientInformation(): { client_id: string; issuer: string };
  discoveryState(): {
    authorizationServerUrl: string;
    authorizationServerMetadata: {
      issuer: string;
      authorization_endpoint: string;
      token_endpoint: string;
      response_types_supported: string[];
    };
    resourceMetadata: { resource: string; authorization_servers: string[] };
  };
  tokens(): Promise<{ access_token: string; token_type: string } | undefined>;
  saveTokens(tokens: { access_token: string; expires_in?: number | undefined }): Promise<void>;
  prepareTokenRequest(scope?: string): Promise<URLSearchParams>;
  addClientAuthentication(headers: Headers, form: URLSearchParams): Promise<void>;
  redirectToAuthorization(): never;
  saveCodeVerifier(): never;
  codeVerifier(): never;
}

/** Makes the provider for one tool. Its token is sent only to this tool. */
export function callProvider(broker: Broker | CertifiedBroker, options: CallOptions): CallProvider {
  const { issuer, dpop } = broker;
  const { resource, subjectToken, assertion } = options;
  const tokens = callTokens(broker, options);
  /** Intents of requests without details: those that tools have named, and those before. */
  let scope: string | undefined;
  const wantedFor = async (need: Need): Promise<Wanted> =>
    options.details === undefined ? { scope } : { details: await options.details(need) };
  let isUsedAsFetch = false;
  const plain = broker.fetch ?? fetch;
  const sendProven = dpop ? dpopFetch(dpop, plain) : plain;

  async function send(url: URL, init: RequestInit): Promise<Response> {
    const { method = "GET", body } = init;
    const need = { http: { method, url }, ...messageOf(body) };
    const wanted = await wantedFor(need);
    // Authority is for one call; only what sets up an MCP connection, and calls nothing, shares a token.
    const isShared = isOpening(need.message, init);
    const fresh = (each: Wanted) => tokens.fresh(each, init.signal ?? undefined);
    let issued = await (isShared ? tokens.shared(wanted) : fresh(wanted));
    let response = await sendWith(issued, url, init);
    if (response.status === 401 && isShared) {
      tokens.drop();
      issued = await tokens.shared(wanted);
      response = await retried(response, () => sendWith(issued, url, init));
    }
    const required = scopeOf(response);
    if (required !== undefined && !(body instanceof ReadableStream)) {
      scope = unionOf(issued.scope ?? scope, required);
      const other = await wantedFor({ ...need, scope: required });
      const { details } = other;
      const isOther = JSON.stringify(other) !== JSON.stringify(wanted);
      if (isOther && (details === undefined || details.intent === required)) {
        issued = await fresh(other);
        response = await retried(response, () => sendWith(issued, url, init));
      }
    }
    // Passed on, these would make the SDK exchange once more, for the same answer.
    if (response.status !== 401 && !isScopeRefused(response)) return response;
    await response.body?.cancel();
    throw new ToolRefused(response.status, challengeOf(response));
  }

  async function sendWith({ token, type }: IssuedToken, url: URL, init: RequestInit) {
    const headers = new Headers(init.headers);
    headers.set("authorization", `${type} ${token}`);
    // A redirect could lead to where the token is not meant for, and a proof is for one URL.
    return sendProven(url, { redirect: "manual", ...init, headers });
  }

  return {
    async fetch(input, init = {}) {
      const url = new URL(input);
      if (!isWithin(url, resource)) return (broker.fetch ?? fetch)(input, init);
      isUsedAsFetch = true;
      return send(url, init);
    },
    redirectUrl: undefined,
    clientMetadata: { redirect_uris: [] },
    // The id is never sent: the broker identifies the workload by its token. With the issuer, the SDK sends that token to no
    // other server.
    clientInformation: () => ({ client_id: "workload", issuer }),
    // The agent has the addresses of its broker and its tool, so no document of the tool can name another.
    discoveryState: () => ({
      authorizationServerUrl: issuer,
      authorizationServerMetadata: {
        issuer,
        authorization_endpoint: endpoint(issuer, "/authorize").href,
        token_endpoint: endpointOf(broker, "/token").href,
        response_types_supported: ["code"],
      },
      resourceMetadata: { resource, authorization_servers: [issuer] },
    }),
    async tokens() {
      if (isUsedAsFetch || dpop) return undefined;
      const { token, type } = await tokens.shared(await wantedFor({}));
      return { access_token: token, token_type: type };
    },
    async saveTokens({ access_token: token, expires_in: seconds = 0 }) {
      const expiresAt = Date.now() + seconds * 1000;
      tokens.share(await wantedFor({}), { token, type: "Bearer", expiresAt });
    },
    async prepareTokenRequest(requested) {
      if (dpop)
        throw new Error("the MCP SDK sends no DPoP proofs; give it `fetch` of the provider");
      if (requested !== undefined) scope = unionOf(scope, requested);
      const form = { resource, subjectToken, assertion, ...(await wantedFor({})) };
      return new URLSearchParams(await exchangeForm(form));
    },
    async addClientAuthentication(_headers, form) {
      const given = Object.fromEntries(form) as Readonly<Record<string, string>>;
      const all = await authenticated(broker, given);
      for (const [name, value] of Object.entries(all)) form.set(name, value);
    },
    redirectToAuthorization: notInteractive,
    saveCodeVerifier: notInteractive,
    codeVerifier: notInteractive,
  };
}

/** Intents that a token is to have: those before and those required now (source: MCP 2026-07-28, Authorization, Step-Up). */
function unionOf(before: string | undefined, required: string): string {
  return [...new Set(`${before ?? ""} ${required}`.split(" "))].filter(Boolean).join(" ");
}

function notInteractive(): never {
  throw new Error("a workload authenticates by its own token, and opens no login page");
}

async function retried(refused: Response, send: () => Promise<Response>): Promise<Response> {
  await refused.body?.cancel();
  return send();
}

/** Whether a URL is the tool's, or below it. */
function isWithin(url: URL, resource: string): boolean {
  const tool = withoutQuery(resource).replace(/\/$/, "");
  const called = withoutQuery(url);
  return called === tool || called.startsWith(`${tool}/`);
}

/** A request as an MCP message, if its body is one. */
function messageOf(body: RequestInit["body"]): Pick<Need, "message" | "tool"> {
  const message = typeof body === "string" ? mcpMessage(parsed(body)) : undefined;
  if (message === undefined) return {};
  const { name, arguments: given } = message.params;
  if (message.method !== "tools/call" || typeof name !== "string") return { message };
  return { message, tool: { name, arguments: isObject(given) ? given : {} } };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a request belongs to an MCP connection, and calls nothing. */
function isOpening(message: McpMessage | undefined, { headers }: RequestInit): boolean {
  if (message !== undefined) return purposeOf(message).kind === "opening";
  // The stream of a server's notifications, and the end of a session, have no message.
  return new Headers(headers).has("mcp-protocol-version");
}

function challengeOf(response: Response): string {
  return response.headers.get("www-authenticate") ?? "";
}

function isScopeRefused(response: Response): boolean {
  return response.status === 403 && /\berror="insufficient_scope"/.test(challengeOf(response));
}

/** The intent that a tool requires (RFC 6750, 3.1). */
function scopeOf(response: Response): string | undefined {
  if (!isScopeRefused(response)) return undefined;
  return /(?:^|[\s,])scope="([^"]+)"/.exec(challengeOf(response))?.[1];
}
