import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from "jose";
import { roleArn, standInForAws } from "./credential";
import { median } from "./lines";
import { processorOf } from "./processor";

/** What was measured of a broker. */
export interface BrokerRun {
  /** Milliseconds from its start until it listens. */
  readonly start: number;
  /** Milliseconds of exchanges at 100 a second: median, and of 99 in 100. */
  readonly p50: number;
  readonly p99: number;
  /** Exchanges a second, with 32 callers that wait for nothing else. */
  readonly most: number;
  /** Seconds in which 1,000 tasks are ended, by 32 callers that each end one after the other. */
  readonly ending: number;
  /** MiB that it held after that. */
  readonly memory: number;
  /** Milliseconds of processor time of one exchange's signatures alone: two verified, one made. */
  readonly signatures: number;
  /** Milliseconds of processor time of an exchange: the broker's, and that of `oidc-provider`, in turn. */
  readonly processor: { readonly ours: number; readonly theirs: number };
  /** Milliseconds of 99 in 100 sessions of a role, at 100 a second: by the broker, and without it. */
  readonly session: { readonly brokered: number; readonly direct: number };
}

const port = 18_443;
const broker = `http://127.0.0.1:${port}`;
const peer = `http://127.0.0.1:${port + 1}`;
const resource = "http://127.0.0.1:1/refunds";

/** Runs a broker over SQLite with so many grants, and exchanges tokens at it. Each exchange is on disk before it is answered. */
export async function runBroker(cli: string, folder: string, size: number): Promise<BrokerRun> {
  const { publicKey, privateKey } = await generateKeyPair("ES256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "k", alg: "ES256" };
  writeFileSync(join(folder, "keys.json"), JSON.stringify({ keys: [jwk] }));
  writeFileSync(join(folder, "broker.yaml"), JSON.stringify(configurationOf(size)));
  const aws = await standInForAws();
  const started = performance.now();
  const child = run(aws.env, ...imageFlags, cli, "broker", "--config", join(folder, "broker.yaml"));
  const children = [child];
  try {
    await listens(child);
    const start = performance.now() - started;
    const other = startPeer(jwk);
    children.push(other);
    await listens(other);
    const body = await requestBody(privateKey);
    await closed(body, 500);
    const paced = await atRate(() => exchange(body), 100, 1_000);
    const began = performance.now();
    const count = 5_000;
    await closed(body, count);
    const most = count / ((performance.now() - began) / 1000);
    return {
      ...{ start, p50: quantile(paced, 0.5), p99: quantile(paced, 0.99), most },
      ending: await ending(privateKey),
      memory: memoryOf(child.pid ?? 0),
      signatures: await signatures(privateKey, publicKey),
      processor: await inTurn(body, privateKey, child, other),
      session: await sessions(await requestBody(privateKey, awsSession), aws.assumeRole),
    };
  } finally {
    aws.stop();
    for (const each of children) {
      each.kill("SIGTERM");
      if (each.exitCode === null && each.signalCode === null) await once(each, "exit");
    }
  }
}

/** Exchanges at 100 a second at a broker over PostgreSQL: milliseconds of 99 in 100. */
export async function runOverPostgres(cli: string, folder: string, url: string): Promise<number> {
  const { publicKey, privateKey } = await generateKeyPair("ES256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "k", alg: "ES256" };
  writeFileSync(join(folder, "keys.json"), JSON.stringify({ keys: [jwk] }));
  const configuration = { ...configurationOf(1_000), state: { postgres: url } };
  writeFileSync(join(folder, "broker.yaml"), JSON.stringify(configuration));
  const child = run({}, ...imageFlags, cli, "broker", "--config", join(folder, "broker.yaml"));
  try {
    await listens(child);
    const body = await requestBody(privateKey);
    await closed(body, 500);
    return quantile(await atRate(() => exchange(body), 100, 1_000), 0.99);
  } finally {
    child.kill("SIGTERM");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }
}

/** Seconds in which 1,000 tasks are ended by the tokens that began them. */
async function ending(key: CryptoKey): Promise<number> {
  const tasks = await Promise.all(
    Array.from({ length: 1_000 }, async (_, at) => {
      const subject = await signed(key, { ...user, jti: `${at}` });
      return { subject, body: await requestBody(key, { subject_token: subject }) };
    }),
  );
  await each(tasks, ({ body }) => exchange(body));
  const assertion = new URLSearchParams(tasks[0]?.body).get("client_assertion") ?? "";
  const began = performance.now();
  await each(tasks, ({ subject }) =>
    exchange(
      new URLSearchParams({
        ...{ token: subject, client_assertion: assertion },
        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      }).toString(),
      `${broker}/revoke`,
    ),
  );
  return (performance.now() - began) / 1000;
}

/** Does something with each of many, by 32 callers. */
async function each<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = [...all];
  const caller = async (): Promise<void> => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) await work(next);
  };
  await Promise.all(Array.from({ length: 32 }, caller));
}

/** The slowest of 99 in 100 sessions, the broker's and those made without it in turn. */
async function sessions(
  body: string,
  assumeRole: () => Promise<void>,
): Promise<BrokerRun["session"]> {
  const figures: Record<"brokered" | "direct", number[]> = { brokered: [], direct: [] };
  for (let round = 0; round < 5; round++) {
    const direct = await atRate(assumeRole, 100, 200);
    const brokered = await atRate(() => exchange(body), 100, 200);
    if (round === 0) continue;
    figures.direct.push(...direct);
    figures.brokered.push(...brokered);
  }
  return { brokered: quantile(figures.brokered, 0.99), direct: quantile(figures.direct, 0.99) };
}

function quantile(times: readonly number[], part: number): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length * part)] ?? Number.NaN;
}

/** Processor time of an exchange at the broker and at its peer, each some thousand times, in turn. */
async function inTurn(
  body: string,
  key: CryptoKey,
  ours: Started,
  theirs: Started,
): Promise<BrokerRun["processor"]> {
  const [rounds, count] = [6, 500];
  const spent = async (of: Started, url: string, bodies: readonly string[]): Promise<number> => {
    agent.destroy();
    const before = processorOf(of.pid ?? 0);
    let left = 0;
    const caller = async (): Promise<void> => {
      for (let next = bodies[left++]; next !== undefined; next = bodies[left++]) {
        await exchange(next, url);
      }
    };
    await Promise.all(Array.from({ length: 32 }, caller));
    return (processorOf(of.pid ?? 0) - before) / count;
  };
  const figures: Record<"ours" | "theirs", number[]> = { ours: [], theirs: [] };
  for (let round = 0; round < rounds; round++) {
    // It takes an assertion once.
    const bodies = await Promise.all(
      Array.from({ length: count }, (_, at) => peerBody(key, `${round} ${at}`)),
    );
    const same = Array.from({ length: count }, () => body);
    figures.theirs.push(await spent(theirs, `${peer}/token`, bodies));
    figures.ours.push(await spent(ours, `${broker}/token`, same));
  }
  // The first two are run before V8 has compiled them.
  return { ours: median(figures.ours.slice(2)), theirs: median(figures.theirs.slice(2)) };
}

/** What the image passes to Node: V8 else keeps up to 48 MiB for objects that live as long as one request. */
const imageFlags = ["--max-semi-space-size=4"];

type Started = ReturnType<typeof run>;

function run(more: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const env = { ...process.env, ...more };
  return spawn(process.execPath, [...args], { env, stdio: ["ignore", "pipe", "ignore"] });
}

function startPeer(key: object): Started {
  const peerFile = join(__dirname, "peer.ts");
  return run({}, "--import", "tsx", peerFile, String(port + 1), JSON.stringify(key));
}

async function listens(child: Started): Promise<void> {
  await once(createInterface(child.stdout), "line");
}

function configurationOf(size: number): object {
  const subject = (name: string): object => ({ issuer: "i", subject: name });
  const names = Array.from({ length: size }, (_, at) => `agent-${at}`);
  return {
    ...{ tenant: "acme", issuer: broker, listen: `127.0.0.1:${port}` },
    ...{ state: { sqlite: "broker.db" }, perMinute: 1_000_000, drainSeconds: 0 },
    issuers: [
      { name: "i", kind: "oidc", issuer: "https://cluster.example", keys: "keys.json" },
      { name: "people", kind: "oidc", issuer: "https://login.example", keys: "keys.json" },
    ],
    workloads: names.map((name) => ({ name, subjects: [subject(name)], clients: [name] })),
    tools: [
      {
        name: "refunds",
        resource,
        aws: { roleArn, sessions: [{ intents: ["refund"], wholeRole: true }] },
      },
    ],
    users: { issuer: "people", audiences: ["agents"], require: { iss: "https://login.example" } },
    grants: names.map((caller) => ({
      ...{ caller, tool: "refunds", intents: ["refund"], sensitivity: "confidential" },
      ...{ approval: "none", maxSeconds: 60, conditions: [{ key: "cents", atMost: 5000 }] },
    })),
  };
}

function signed(key: CryptoKey, claims: Record<string, unknown>): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: "ES256", kid: "k", typ: "JWT" })
    .setIssuedAt()
    .setExpirationTime("1h")
    .sign(key);
}

const user = { iss: "https://login.example", sub: "alice", aud: "agents", azp: "agent-0" };

async function peerBody(key: CryptoKey, jti: string): Promise<string> {
  const client = { iss: "agent-0", sub: "agent-0", aud: peer, jti };
  return form({
    subject_token: await signed(key, user),
    client_assertion: await signed(key, client),
  });
}

const awsSession = { requested_token_type: "urn:agentid:params:oauth:token-type:aws-session" };

async function requestBody(
  key: CryptoKey,
  more: Readonly<Record<string, string>> = {},
): Promise<string> {
  const cluster = { iss: "https://cluster.example", sub: "agent-0", aud: broker };
  const details = { intent: "refund", sensitivity: "internal", context: { cents: 4_900 } };
  return form({
    subject_token: await signed(key, user),
    client_assertion: await signed(key, cluster),
    authorization_details: JSON.stringify([{ type: "agentid_call", ...details }]),
    ...more,
  });
}

function form(of: Readonly<Record<string, string>>): string {
  return new URLSearchParams({
    ...of,
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    resource,
  }).toString();
}

/** Ended before each part: a server may just be closing a connection that was idle. */
const agent = new Agent({ keepAlive: true, maxSockets: 32 });

function exchange(body: string, url = `${broker}/token`): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      "content-type": "application/x-www-form-urlencoded",
      "content-length": Buffer.byteLength(body),
    };
    request(url, { method: "POST", agent, headers }, (answer) => {
      answer.resume().on("end", () => {
        if (answer.statusCode === 200) resolve();
        else reject(new Error(`an exchange was answered by ${answer.statusCode}`));
      });
    })
      .on("error", reject)
      .end(body);
  });
}

async function closed(body: string, count: number): Promise<void> {
  let left = count;
  const caller = async (): Promise<void> => {
    while (left-- > 0) await exchange(body);
  };
  await Promise.all(Array.from({ length: 32 }, caller));
}

async function atRate(
  work: () => Promise<void>,
  perSecond: number,
  count: number,
): Promise<number[]> {
  const times: number[] = [];
  const all: Promise<void>[] = [];
  agent.destroy();
  const began = performance.now();
  for (let at = 0; at < count; at++) {
    const wait = began + (at * 1000) / perSecond - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const sent = performance.now();
    all.push(work().then(() => void times.push(performance.now() - sent)));
  }
  await Promise.all(all);
  return times;
}

function memoryOf(pid: number): number {
  const [, kib = "0"] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib) / 1024;
}

async function signatures(privateKey: CryptoKey, publicKey: CryptoKey): Promise<number> {
  const { jwtVerify } = await import("jose");
  const sign = (): Promise<string> =>
    new SignJWT({ sub: "x" }).setProtectedHeader({ alg: "ES256" }).sign(privateKey);
  const token = await sign();
  const rounds = 300;
  const { user: before, system } = process.cpuUsage();
  for (let at = 0; at < rounds; at++) {
    await jwtVerify(token, publicKey);
    await jwtVerify(token, publicKey);
    await sign();
  }
  const { user: after, system: later } = process.cpuUsage();
  return (after - before + later - system) / 1000 / rounds;
}
