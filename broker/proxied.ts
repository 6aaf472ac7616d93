import type { IncomingMessage } from "node:http";
import type { JWTPayload } from "jose";
import type { Broker } from "./broker";
import { thumbprintOf } from "../core/client-certificate";
import { headerValue, purposeOf } from "../core/mcp-message";
import type { Answer } from "./http/answer";

/** Characters that a header may have; others are written as percent encoding. */
const notInHeaders = /[^\x20-\x24\x26-\x7e]/gu;

/**
 * `GET /authorization/<tool>`: whether a reverse proxy passes a request to a tool.
 *
 * 200 with the names of the actors, which is the only status that Envoy takes for consent; 401 without a valid call token for
 * the tool; 403 where `?intent=`, or what the headers of MCP say is called, needs another one. A token that is bound to a key
 * is refused: a proxy does not pass the method and URL of its proof. One that is bound to a certificate needs the header in which the
 * proxy states it.
 */
export async function authorization(
  broker: Broker,
  request: IncomingMessage,
  name: string,
): Promise<Answer> {
  const { issuer } = broker.configuration;
  const tool = broker.identities.named(name)?.tool;
  const [, token = ""] = /^Bearer ([\w.-]+)$/i.exec(request.headers.authorization ?? "") ?? [];
  if (tool === undefined || token === "") return refused(401, "Bearer");
  const now = broker.now();
  const audience = tool.resource;
  const claims = await broker.keys.verify(token, "at+jwt", { issuer, audience }, now);
  // Also where the store does not answer: an error lets a request pass at a proxy that is set to allow then.
  const stands = claims !== undefined && (await broker.standing(token, now));
  if (claims === undefined || !stands || !isConfirmed(claims, request, tool.certificateHeader)) {
    return refused(401, 'Bearer error="invalid_token"');
  }
  const scopes = String(claims["scope"]).split(" ");
  const asked = new URL(request.url ?? "/", "http://broker").searchParams.get("intent");
  const wanted = [...(asked === null ? [] : [asked]), ...intentsByHeaders(request, tool.calls)];
  const missing = wanted.find((intent) => !scopes.includes(intent));
  if (missing !== undefined) {
    const scope = missing.replace(/[^\x21\x23-\x5b\x5d-\x7e]/g, "");
    return refused(403, `Bearer error="insufficient_scope", scope="${scope}"`);
  }
  const [intent = scopes[0]] = wanted;
  const granted = broker.grantedIntents(String(claims["client_id"]), name);
  return { status: 200, headers: headersOf(claims, intent, granted) };
}

/** Whether a token is bound to nothing, or to the certificate that the proxy states. */
function isConfirmed(
  { cnf }: JWTPayload,
  { headers }: IncomingMessage,
  certificateHeader: string | undefined,
): boolean {
  if (cnf === undefined) return true;
  const { "x5t#S256": bound, ...others } = cnf as Readonly<Record<string, unknown>>;
  if (typeof bound !== "string" || Object.keys(others).length > 0) return false;
  const stated = certificateHeader && headers[certificateHeader.toLowerCase()];
  return typeof stated === "string" && thumbprintOf(stated) === bound;
}

/** No token has it. */
const noIntent = "";

/**
 * The intent that a request of MCP needs, by its headers: none for what opens a connection.
 *
 * Headers count from the version on whose servers refuse those that contradict the body (source: MCP 2026-07-28, Streamable
 * HTTP, Server Validation). An earlier request, and one that names nothing known, needs an intent that no token has.
 */
function intentsByHeaders(
  { headers }: IncomingMessage,
  calls: Readonly<Record<string, string>> | undefined,
): readonly string[] {
  if (calls === undefined) return [];
  const text = (name: string): string => [headers[name]].flat().join(", ");
  if (text("mcp-protocol-version") < "2026-07-28") return [noIntent];
  const name = headerValue(text("mcp-name"));
  const purpose = purposeOf({ method: text("mcp-method"), params: { name } });
  if (purpose.kind === "opening") return [];
  const key = purpose.kind === "call" ? purpose.name : "";
  return [Object.hasOwn(calls, key) ? (calls[key] ?? noIntent) : noIntent];
}

function refused(status: number, challenge: string): Answer {
  return { status, headers: { "www-authenticate": challenge } };
}

function headersOf(
  claims: JWTPayload,
  intent: string | undefined,
  granted: readonly string[],
): Readonly<Record<string, string>> {
  const [details = {}] = claims["authorization_details"] as readonly Record<string, unknown>[];
  const given = {
    "x-agentid-subject": claims.sub,
    "x-agentid-actor": claims["client_id"],
    "x-agentid-task": claims["txn"],
    "x-agentid-intent": intent,
    "x-agentid-intents": granted.join(" "),
    "x-agentid-target": details["target"],
  };
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      typeof value === "string" ? value.replace(notInHeaders, encodeURIComponent) : "",
    ]),
  );
}
