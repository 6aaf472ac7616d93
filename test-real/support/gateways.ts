import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { decodeProtectedHeader, importJWK, jwtVerify, type JWK, type JWTPayload } from "jose";
import { bearerAssertion, signed, type TestKey } from "../../test/broker/support/desk";
import { checkout } from "./checkout";
import { runCommand } from "./command";
import { freePorts, startServer, type Server } from "./servers/server";
import { temporaryFolder } from "./temporary";
import { builtPrograms } from "./tools";

type Headers = Readonly<Record<string, string>>;

/** ToolHive's middleware in front of a tool that answers what it receives. */
export interface ToolHive extends Server {
  readonly url: string;
}

/** Starts ToolHive's middleware by the entries of a RunConfig. */
export async function startToolHive(config: object): Promise<ToolHive> {
  const [program] = builtPrograms(["toolhive"]);
  const [port = 0] = await freePorts(1);
  const folder = temporaryFolder();
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  const url = `http://127.0.0.1:${port}`;
  const server = await startServer({
    ...{ name: "ToolHive's middleware", command: program, cwd: folder, timeout: 60_000 },
    args: [`127.0.0.1:${port}`, "config.json"],
    isReady: async () => (await fetch(url)).status === 404,
  });
  return { ...server, url };
}

/** What kagent's STS client gets for the parts of an exchange. */
export async function exchangeByKagent(
  parts: Readonly<Record<string, unknown>>,
): Promise<{ readonly token?: string; readonly refused?: string }> {
  const [python] = builtPrograms(["kagent-sts"]);
  const script = join(checkout, "test-real/support/kagent-sts.py");
  const run = await runCommand(python, ["-B", script, JSON.stringify(parts)], {
    cwd: temporaryFolder(),
    env: {},
  });
  if (run.exitCode !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as { readonly token?: string; readonly refused?: string };
}

/*
 * What agentgateway does with its policies, by its source (agentgateway/agentgateway at 75b4e6ce, 206 commits after v1.4.1).
 * The gateway itself is not built: its workspace is not on crates.io, and replaces crates by branches in Git.
 */

/** `mcpAuthentication` of a route. */
export interface McpAuthentication {
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly jwks?: { readonly url: string };
}

/** The claims of a token that is valid for a route: crates/agentgateway/src/http/jwt.rs, `from_jwks` and `validate_claims`. */
export async function claimsByAgentgateway(
  { issuer, audiences, jwks }: McpAuthentication,
  token: string,
): Promise<JWTPayload> {
  // types/agent.rs, `derived_jwks_url`, for a provider that is not configured.
  const answer = await fetch(jwks?.url ?? `${issuer}/.well-known/jwks.json`);
  if (!answer.ok) throw new Error(`no keys: ${answer.status}`);
  const { keys } = (await answer.json()) as { readonly keys: readonly JWK[] };
  const { kid } = decodeProtectedHeader(token);
  const jwk = keys.find((each) => each.kid === kid);
  if (jwk?.alg === undefined) throw new Error("unknown key");
  const { payload } = await jwtVerify(token, await importJWK(jwk, jwk.alg), {
    ...{ algorithms: [jwk.alg], issuer, audience: [...audiences] },
    ...{ requiredClaims: ["exp", "iss", "aud"], clockTolerance: 60 },
  });
  return payload;
}

/** `extAuthz` of a route. */
export interface ExtAuthz {
  readonly host: string;
  readonly protocol: {
    readonly http: { readonly path: string; readonly includeResponseHeaders: readonly string[] };
  };
  readonly includeRequestHeaders?: readonly string[];
}

/** What the backend, or the client, receives for a request: crates/agentgateway/src/http/ext_authz.rs, `check_http`. */
export async function checkByAgentgateway(
  { host, protocol: { http }, includeRequestHeaders = ["authorization"] }: ExtAuthz,
  headers: Headers,
): Promise<{ readonly refused: string } | { readonly backend: Headers }> {
  const answer = await fetch(`http://${host}${literal(http.path)}`, {
    method: "POST",
    headers: chosen(headers, includeRequestHeaders),
  });
  if (!answer.ok) {
    return { refused: `${answer.status} ${answer.headers.get("www-authenticate") ?? ""}` };
  }
  const added = chosen(Object.fromEntries(answer.headers), http.includeResponseHeaders);
  return { backend: { ...headers, ...added } };
}

/** `backendAuth.oauthTokenExchange` of a backend. */
export interface TokenExchange {
  readonly host: string;
  readonly path: string;
  readonly subjectToken?: { readonly tokenType: string };
  readonly actorToken?: {
    readonly source: { readonly header: { readonly name: string } };
    readonly tokenType: string;
  };
  readonly audiences?: readonly string[];
  readonly scopes?: readonly string[];
  readonly resources?: readonly string[];
  readonly clientAuth?: {
    readonly method: "clientSecretBasic" | "clientSecretPost" | "privateKeyJwt";
    readonly clientId: string;
    readonly clientSecret?: string;
    readonly assertionAudience?: string;
  };
  readonly additionalParams?: Readonly<Record<string, string>>;
}

/**
 * The token that the backend receives, or the refusal: crates/agentgateway/src/http/auth/oauth/transport.rs,
 * `build_token_request_form` and `into_token`.
 *
 * @param key that `privateKeyJwt` signs with
 */
export async function exchangeByAgentgateway(
  policy: TokenExchange,
  headers: Headers,
  key?: TestKey,
): Promise<{ readonly token?: string; readonly refused?: string }> {
  const form = new URLSearchParams({
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    subject_token: (headers["authorization"] ?? "").replace(/^Bearer /, ""),
    subject_token_type:
      policy.subjectToken?.tokenType ?? "urn:ietf:params:oauth:token-type:access_token",
  });
  if (policy.actorToken !== undefined) {
    form.append("actor_token", headers[policy.actorToken.source.header.name] ?? "");
    form.append("actor_token_type", policy.actorToken.tokenType);
  }
  for (const audience of policy.audiences ?? []) form.append("audience", audience);
  if (policy.scopes !== undefined) form.append("scope", policy.scopes.join(" "));
  for (const resource of policy.resources ?? []) form.append("resource", resource);
  for (const [name, expression] of Object.entries(policy.additionalParams ?? {})) {
    form.append(name, literal(expression));
  }
  const { method, clientId = "", clientSecret = "", assertionAudience } = policy.clientAuth ?? {};
  if (method === "clientSecretPost") {
    form.append("client_id", clientId);
    form.append("client_secret", clientSecret);
  }
  if (method === "privateKeyJwt" && key !== undefined && assertionAudience !== undefined) {
    // client_auth.rs, `sign_client_assertion`: it is ten seconds old.
    const from = Math.floor(Date.now() / 1000) - 10;
    const claims = { iss: clientId, sub: clientId, aud: assertionAudience, jti: randomUUID() };
    form.append("client_id", clientId);
    form.append("client_assertion_type", bearerAssertion);
    form.append("client_assertion", await signed(key, { ...claims, iat: from, nbf: from }));
  }
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
  const answer = await fetch(`http://${policy.host}${policy.path}`, {
    method: "POST",
    headers: {
      accept: "application/json",
      ...(method === "clientSecretBasic" && { authorization: `Basic ${basic}` }),
    },
    body: form,
  });
  const body = (await answer.json()) as Readonly<Record<string, string>>;
  if (!answer.ok) {
    return { refused: `${answer.status} ${body["error"]} ${body["error_description"]}` };
  }
  if (!/^bearer$/i.test(body["token_type"] ?? "")) return { refused: "unsupported token_type" };
  return { token: String(body["access_token"]) };
}

/** The value of a CEL expression that is one literal. */
function literal(expression: string): string {
  return JSON.parse(expression) as string;
}

function chosen(headers: Headers, names: readonly string[]): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => names.includes(name)));
}
