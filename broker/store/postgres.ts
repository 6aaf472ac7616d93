import type { Client, ClientBase, ClientConfig, Pool, PoolClient } from "pg";
import { schema } from "./schema";
import type { Driver, Row } from "./store";

/** Any number, as long as no other program on the database takes the same: replicas make the tables one after the other. */
const schemaLock = 7_301_942;

/** The login of a token of IAM: its host and user. */
export interface Login {
  readonly hostname: string;
  readonly port: number;
  readonly username: string;
  readonly region?: string;
}

/** Gives what makes a token of IAM for each login. */
export type Tokens = (login: Login) => Promise<() => Promise<string>>;

/**
 * PostgreSQL, for several replicas. The URL has no password: it names a client certificate, or has `login=iam`.
 *
 * With `login=iam` each connection logs in by a token that IAM signs, of 15 minutes (source: Amazon RDS, IAM database
 * authentication).
 *
 * @param tokens makes these tokens; default those of Amazon RDS
 */
export async function postgresDriver(url: string, tokens: Tokens = rdsTokens): Promise<Driver> {
  const { default: pg } = await import("pg");
  const connection = await connectionOf(new URL(url), tokens);
  await makeTables(new pg.Client({ ...connection, connectionTimeoutMillis: connectWait }));
  // By a statement, since a pooler before the database refuses them as parameters of the connection. The pool waits for the
  // promise, which its types do not have.
  const limited = { onConnect: (client: ClientBase) => client.query(serverTimeouts) };
  const poolOf = (max: number): Pool => {
    const pool = new pg.Pool({
      ...{ ...connection, connectionTimeoutMillis: connectWait, query_timeout: queryWait, max },
      ...limited,
    });
    // Without a listener an idle connection that breaks would end the process.
    pool.on("error", () => undefined);
    return pool;
  };
  const [pool, urgent] = [poolOf(6), poolOf(3)];
  const [usual, ending] = [connectionsOf(pool), connectionsOf(urgent)];
  return {
    ...{ run: usual.run, all: usual.all, begin },
    urgent: { run: ending.run, all: ending.all, begin },
    now: async () => {
      const sql = "select extract(epoch from clock_timestamp()) * 1000 as now";
      const { rows } = await pool.query<Row>(sql);
      return Number(rows[0]?.["now"]);
    },
    close: async () => {
      usual.release();
      ending.release();
      await Promise.all([pool.end(), urgent.end()]);
    },
  };
}

const begin = "begin";

/** Milliseconds for a connection, and for a statement: less than any request waits, so that the connection is known to be of no use. */
const connectWait = 2_500;
const queryWait = 2_900;

/** The server gives up first: what a client has left goes on in it, with its locks. */
const serverTimeouts =
  "set statement_timeout = 2500; set lock_timeout = 2500; set idle_in_transaction_session_timeout = 10000";

async function makeTables(client: Client): Promise<void> {
  // Without a listener a connection that breaks would end the process.
  client.on("error", () => undefined);
  await client.connect();
  try {
    await client.query(`select pg_advisory_lock(${schemaLock})`);
    for (const sql of schema) await client.query(sql);
  } finally {
    // Its end gives the lock free.
    await client.end().catch(() => undefined);
  }
}

/** One connection of a pool that writes, and the others that read. */
function connectionsOf(pool: Pool): Pick<Driver, "run" | "all"> & { readonly release: () => void } {
  let writing: PoolClient | undefined;
  const discard = (client: PoolClient): void => {
    if (writing !== client) return;
    writing = undefined;
    client.release(true);
  };
  const writer = async (): Promise<PoolClient> => {
    if (writing !== undefined) return writing;
    const client = await pool.connect();
    client.on("error", () => discard(client));
    return (writing = client);
  };
  return {
    run: async ({ sql, values }) => {
      const client = await writer();
      try {
        return (await client.query(sql, [...values])).rowCount ?? 0;
      } catch (error) {
        // Where the server did not answer, a statement may still be under way.
        if (!isAnswer(error)) discard(client);
        throw error;
      }
    },
    all: async ({ sql, values }) => (await pool.query<Row>(sql, [...values])).rows,
    release: () => {
      // The server may break the connection until it has ended: the pool handles that, and a second release would throw.
      const last = writing;
      writing = undefined;
      last?.release();
    },
  };
}

/** Whether the server itself refused a statement, by an SQLSTATE. Source: PostgreSQL, Appendix A, error codes. */
function isAnswer(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code);
}

/** Tokens that Amazon RDS and Aurora take, signed as the broker's own role. */
export const rdsTokens: Tokens = async (login) => {
  const { Signer } = await import("@aws-sdk/rds-signer");
  const signer = new Signer(login);
  return () => signer.getAuthToken();
};

async function connectionOf(url: URL, tokens: Tokens): Promise<ClientConfig> {
  const [login, region] = ["login", "region"].map((name) => url.searchParams.get(name));
  for (const name of ["login", "region"]) url.searchParams.delete(name);
  const { parse } = await import("pg-connection-string");
  const { host, port, user, database, ssl } = parse(url.href);
  const config = {
    ...{ host: host ?? "localhost", port: Number(port ?? 5432), user: user ?? "" },
    ...(typeof database === "string" && { database }),
    ...(ssl !== undefined && { ssl: ssl as boolean }),
  };
  if (login !== "iam") return config;
  const { host: hostname, port: at, user: username } = config;
  const password = await tokens({
    ...{ hostname, port: at, username },
    ...(region !== null && region !== undefined && { region }),
  });
  return { ...config, password };
}
