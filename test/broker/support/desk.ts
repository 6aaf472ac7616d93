import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  exportJWK,
  generateKeyPair,
  SignJWT,
  type CryptoKey,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
} from "jose";
import { Broker } from "../../../broker/broker";
import type { Configuration, Workload } from "../../../broker/configuration/configuration";
import { operationsOf, routesOf } from "../../../broker/routes";
import { serve, type Listening } from "../../../broker/http/serve";
import { sqliteDriver } from "../../../broker/store/sqlite";
import type { Driver } from "../../../broker/store/store";
import type { Grant } from "../../../core/grants/grant";

/** A key pair of a test's issuer. */
export interface TestKey {
  readonly alg: string;
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

/** Makes a key pair; of tests alone. */
export async function testKey(kid: string, alg = "ES256"): Promise<TestKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { alg, kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg } };
}

/** What a test's issuers sign: by default valid for five minutes from now. */
export async function signed(
  key: TestKey,
  claims: JWTPayload,
  header: Partial<JWTHeaderParameters> = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ iat: now, exp: now + 300, ...claims })
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: "JWT", ...header })
    .sign(key.privateKey);
}

export const spireKey = testKey("spire-1");
export const clusterKey = testKey("cluster-1", "RS256");
export const peopleKey = testKey("people-1");

const tenant = "acme";
export const resource = "https://refunds.acme.example/mcp";
export const crm = "https://crm.acme.example/mcp";

/** A grant of the desk with other parts. */
export function grant(parts: Partial<Grant> = {}): Grant {
  return {
    ...{ tenant, caller: "triage", tool: "refunds", intents: ["refund"] },
    ...{ sensitivity: "confidential", conditions: [], approval: "none", maxSeconds: 60 },
    ...parts,
  };
}

const workload = (name: string, parts: Partial<Workload> = {}): Workload => ({
  name,
  subjects: [
    { issuer: "spire", subject: `spiffe://acme.example/acme/${name}` },
    { issuer: "cluster", subject: `system:serviceaccount:acme:${name}` },
  ],
  clients: [],
  ...parts,
});

/** The configuration of a desk: `desk` orchestrates `triage`, which calls `refunds` and `crm`. */
export async function deskConfiguration(
  parts: Partial<Configuration> = {},
): Promise<Configuration> {
  const keysOf = async (
    key: Promise<TestKey>,
  ): Promise<Configuration["issuers"][number]["keys"]> => ({
    kind: "set",
    set: { keys: [(await key).jwk] },
  });
  return {
    tenant,
    issuer: "https://broker.acme.example",
    listen: { host: "127.0.0.1", port: 0 },
    state: { kind: "sqlite", file: "broker.db" },
    ...{ taskSeconds: 3600, depth: 3, approvalSeconds: 900, perMinute: 100_000, drainSeconds: 0 },
    trailDays: 400,
    issuers: [
      {
        ...{ name: "spire", kind: "spiffe", id: "acme.example" },
        ...{ keys: await keysOf(spireKey), algorithms: ["ES256"] },
      },
      {
        ...{ name: "cluster", kind: "kubernetes", id: "https://cluster.example" },
        ...{ keys: await keysOf(clusterKey), algorithms: ["RS256"] },
      },
      {
        ...{ name: "people", kind: "oidc", id: "https://login.acme.example" },
        ...{ keys: await keysOf(peopleKey), algorithms: ["ES256"] },
      },
    ],
    workloads: [
      workload("desk", { clients: ["desk-web"] }),
      workload("triage", { clients: ["triage-web"] }),
      workload("other", { clients: ["other-web"] }),
      workload("refunds", { tool: { resource } }),
      workload("crm", { tool: { resource: crm } }),
    ],
    users: { issuer: "people", audiences: ["agents"], name: "sub", require: { org: "acme" } },
    approvers: { groups: "approvers" },
    operators: { groups: "platform" },
    loginClient: "console",
    grants: [grant()],
    ...parts,
  };
}

/** What the token endpoint answers. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A broker of a test, listening. */
export interface Desk {
  readonly broker: Broker;
  readonly url: string;
  /** What the broker logged. */
  readonly logged: readonly Readonly<Record<string, unknown>>[];
  /** Seconds by which the broker's clock is ahead. */
  ahead: number;
  readonly post: (
    path: string,
    form: Readonly<Record<string, string>> | URLSearchParams | string,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answered>;
  /** Exchanges; parts that are undefined are left out. */
  readonly exchange: (
    form: Readonly<Record<string, string | undefined>>,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answered>;
  /** Lines of the trail, in order. */
  readonly trail: () => Promise<readonly Readonly<Record<string, unknown>>[]>;
  readonly stop: () => Promise<void>;
}

/** Starts a broker on a free port, by default with a store of its own. @param isWhole whether the parts are all there is */
export async function startDesk(
  parts: Partial<Configuration> = {},
  driver?: Driver,
  isWhole = false,
): Promise<Desk> {
  const folder = mkdtempSync(join(tmpdir(), "agentid-broker-"));
  const configuration = isWhole ? (parts as Configuration) : await deskConfiguration(parts);
  const logged: Readonly<Record<string, unknown>>[] = [];
  const clock = { ahead: 0 };
  const broker = new Broker(configuration, {
    driver: driver ?? (await sqliteDriver(join(folder, "broker.db"))),
    clock: () => Date.now() + clock.ahead * 1000,
    log: (record) => logged.push(record),
  });
  const problem = (message: string, reason: string): void => void logged.push({ message, reason });
  const [routes, operations] = [routesOf(broker), operationsOf(broker)];
  const listening: Listening = await serve(
    configuration.listen,
    undefined,
    (request, path) => (/^\/(?:health|ready)z$/.test(path) ? operations : routes)(request, path),
    problem,
  );
  const url = `http://127.0.0.1:${listening.port}`;
  const post: Desk["post"] = async (path, form, headers = {}) => {
    const answer = await fetch(url + path, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
      body: typeof form === "string" ? form : new URLSearchParams(form).toString(),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      headers: answer.headers,
      body: text === "" ? {} : (JSON.parse(text) as Answered["body"]),
    };
  };
  return {
    ...{ broker, url, logged, post },
    get ahead() {
      return clock.ahead;
    },
    set ahead(seconds) {
      clock.ahead = seconds;
    },
    exchange: async (form, headers) => {
      const given = Object.entries(form).filter(([, value]) => value !== undefined);
      return post("/token", new URLSearchParams(given as [string, string][]), headers);
    },
    trail: async () => {
      const rows = await broker.store.all("select line from trail order by chain, seq", []);
      return rows.map(({ line }) => JSON.parse(String(line)) as Readonly<Record<string, unknown>>);
    },
    stop: async () => {
      await listening.stop();
      await broker.store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const exchangeGrant = "urn:ietf:params:oauth:grant-type:token-exchange";
const jwtType = "urn:ietf:params:oauth:token-type:jwt";
export const spiffeAssertion = "urn:ietf:params:oauth:client-assertion-type:jwt-spiffe";
export const bearerAssertion = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
export const issuer = "https://broker.acme.example";

/** The JWT-SVID of a workload for the broker. */
export async function svid(
  name: string,
  claims: JWTPayload = {},
  header?: Partial<JWTHeaderParameters>,
): Promise<string> {
  const sub = `spiffe://acme.example/acme/${name}`;
  return signed(await spireKey, { sub, aud: [issuer], ...claims }, header);
}

/** The ServiceAccount token of a workload for the broker. */
export async function accountToken(name: string, claims: JWTPayload = {}): Promise<string> {
  const sub = `system:serviceaccount:acme:${name}`;
  const of = { iss: "https://cluster.example", sub, aud: [issuer], jti: randomUUID() };
  return signed(await clusterKey, { ...of, ...claims });
}

/** The token of a user who has logged in just now, issued to a client; `console` is the broker's own. */
export async function userToken(
  name: string,
  client: string,
  claims: JWTPayload = {},
  header?: Partial<JWTHeaderParameters>,
): Promise<string> {
  const of = { iss: "https://login.acme.example", sub: name, aud: "agents", azp: client };
  const loggedIn = { auth_time: Math.floor(Date.now() / 1000) };
  return signed(
    await peopleKey,
    { ...of, ...loggedIn, org: "acme", jti: randomUUID(), ...claims },
    header,
  );
}

/** `authorization_details` of one call. */
export function call(parts: Readonly<Record<string, unknown>> = {}): string {
  const details = { type: "agentid_call", intent: "refund", sensitivity: "internal", ...parts };
  return JSON.stringify([details]);
}

/** A whole request for a call of `refunds` by `triage` for `alice`; parts that are undefined are left out. */
export async function refundRequest(
  parts: Readonly<Record<string, string | undefined>> = {},
): Promise<Readonly<Record<string, string | undefined>>> {
  return {
    grant_type: exchangeGrant,
    subject_token: await userToken("alice", "triage-web"),
    subject_token_type: jwtType,
    client_assertion: await svid("triage"),
    client_assertion_type: spiffeAssertion,
    resource,
    authorization_details: call(),
    ...parts,
  };
}

/** A record without some of its entries. */
export function without(
  record: Readonly<Record<string, unknown>>,
  ...names: readonly string[]
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));
}
