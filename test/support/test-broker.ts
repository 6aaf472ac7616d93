import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  SignJWT,
  calculateJwkThumbprint,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  jwtVerify,
  type CryptoKey,
  type JWK,
  type JWTPayload,
} from "jose";

/** A key by which tests sign tokens. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly jwk: JWK;
}

export async function signingKey(kid: string = randomUUID(), alg = "ES256"): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg);
  return { kid, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, alg } };
}

export function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** What the broker has answered instead of a token, or to an introspection. */
interface Reported {
  readonly status: number;
  readonly body: unknown;
}

/** As much of the task broker's protocol as a tool and an agent meet, with keys of its own. */
export interface TestBroker {
  readonly issuer: string;
  /** Keys that it publishes; a test may change them. */
  readonly keys: SigningKey[];
  /** Forms it received at `/token`, the last one last. */
  readonly exchanges: Readonly<Record<string, string>>[];
  readonly introspections: Readonly<Record<string, string>>[];
  /** How often its keys were fetched. */
  fetchedKeys: number;
  /** Answers to the next exchanges, instead of tokens. */
  readonly refusals: Reported[];
  /** Refuses an exchange if it returns an answer. */
  decide: (details: Readonly<Record<string, unknown>>) => Reported | undefined;
  /** What `/introspect` answers; the default is active. */
  introspect: (form: Readonly<Record<string, string>>) => Reported;
  /** A call token; what is `undefined` is left out. */
  callToken(
    claims?: Readonly<Record<string, unknown>>,
    header?: Readonly<Record<string, unknown>>,
    key?: SigningKey,
  ): Promise<string>;
  stop(): Promise<void>;
}

const refundDetail = {
  type: "agentid_call",
  intent: "refund",
  target: "order/8812",
  sensitivity: "confidential",
  environment: "production",
  context: { cents: 4900 },
  seconds: 60,
};

/** Claims of a token for one call: alice's task, by the orchestrator `acme.desk` and the agent `acme.triage`. */
export function callClaims(issuer: string, aud: string): JWTPayload {
  const now = seconds();
  return {
    iss: issuer,
    ...{ aud, sub: "alice", client_id: "acme.triage", scope: "refund" },
    act: { sub: "acme.triage", act: { sub: "acme.desk" } },
    authorization_details: [refundDetail],
    ...{ txn: "txn-1", tenant: "acme", grant: "grant-1", jti: randomUUID() },
    ...{ iat: now, exp: now + 60 },
  };
}

export const tool = "https://refunds.acme.example/mcp";

export async function startBroker(): Promise<TestBroker> {
  const server = createServer((request, response) => {
    answer(broker, request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const broker: TestBroker = {
    issuer,
    ...{ keys: [await signingKey()], exchanges: [], introspections: [], refusals: [] },
    fetchedKeys: 0,
    decide: () => undefined,
    introspect: () => ({ status: 200, body: { active: true } }),
    callToken: (claims = {}, header = {}, key = broker.keys[0]!) =>
      new SignJWT({ ...callClaims(issuer, tool), ...claims })
        .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: key.kid, ...header })
        .sign(key.privateKey),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return broker;
}

async function answer(broker: TestBroker, request: IncomingMessage, response: ServerResponse) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const form = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString("utf8")));
  const { status, body } = await reported(broker, request, form);
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function reported(
  broker: TestBroker,
  { method, url, headers }: IncomingMessage,
  form: Readonly<Record<string, string>>,
): Promise<Reported> {
  switch (`${method} ${url}`) {
    case "GET /jwks":
      broker.fetchedKeys += 1;
      return { status: 200, body: { keys: broker.keys.map(({ jwk }) => jwk) } };
    case "POST /introspect":
      broker.introspections.push(form);
      return broker.introspect(form);
    case "POST /token": {
      broker.exchanges.push(form);
      const refused = broker.refusals.shift();
      return refused ?? issue(broker, form, headers["dpop"]);
    }
    default:
      return { status: 404, body: {} };
  }
}

async function issue(
  broker: TestBroker,
  form: Readonly<Record<string, string>>,
  proof: string | string[] | undefined,
): Promise<Reported> {
  const {
    client_assertion: assertion = "",
    subject_token: subject = "",
    resource,
    audience,
  } = form;
  const { sub: caller = "", aud } = decodeJwt(assertion);
  if (aud !== broker.issuer) return refused("invalid_client", 401);
  const [detail] = JSON.parse(form["authorization_details"] ?? "[]") as Record<string, unknown>[];
  if (resource === undefined) {
    return token(`task for ${audience} with ${JSON.stringify(detail)}`, "N_A", 3600);
  }
  if (detail?.["type"] !== "agentid_call") return refused("invalid_authorization_details");
  const decided = broker.decide(detail);
  if (decided !== undefined) return decided;
  const { sub = "" } = decodeJwt(subject);
  const now = seconds();
  const lasts = (detail["seconds"] as number | undefined) ?? 120;
  const jkt = typeof proof === "string" ? await thumbprintOf(proof) : undefined;
  const claims = {
    ...{ aud: resource, sub, client_id: caller, act: { sub: caller } },
    ...{ scope: detail["intent"], authorization_details: [detail], exp: now + lasts },
    ...(jkt !== undefined && { cnf: { jkt } }),
  };
  return token(await broker.callToken(claims), jkt ? "DPoP" : "Bearer", lasts);
}

async function thumbprintOf(proof: string): Promise<string> {
  const { jwk } = decodeProtectedHeader(proof);
  await jwtVerify(proof, jwk as JWK, { typ: "dpop+jwt" });
  return calculateJwkThumbprint(jwk as JWK);
}

function token(access_token: string, token_type: string, expires_in: number): Reported {
  return { status: 200, body: { access_token, token_type, expires_in } };
}

export function refused(error: string, status = 400): Reported {
  return { status, body: { error, error_description: `why: ${error}` } };
}

/** A token by which a workload proves itself to the broker. */
export async function workloadToken(sub: string, issuer: string): Promise<string> {
  const { privateKey } = await platform;
  return new SignJWT({ sub, aud: issuer, exp: seconds() + 600 })
    .setProtectedHeader({ alg: "ES256" })
    .sign(privateKey);
}

const platform = signingKey("platform");
