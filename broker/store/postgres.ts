import type { ClientConfig, Pool, PoolClient } from "pg";
import { schema } from "./schema";
import type { Driver, Row, Statement } from "./store";

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
  const pool: Pool = new pg.Pool({ ...connection, max: 6, connectionTimeoutMillis: 3000 });
  // Without a listener an idle connection that breaks would end the process.
  pool.on("error", () => undefined);
  let writing: PoolClient | undefined;
  const writer = async (): Promise<PoolClient> => {
    if (writing !== undefined) return writing;
    const client = await pool.connect();
    client.on("error", () => {
      if (writing !== client) return;
      writing = undefined;
      client.release(true);
    });
    return (writing = client);
  };
  const first = await writer();
  await first.query(`select pg_advisory_lock(${schemaLock})`);
  for (const sql of schema) await first.query(sql);
  await first.query(`select pg_advisory_unlock(${schemaLock})`);
  return {
    begin: "begin",
    run: async ({ sql, values }: Statement) =>
      (await (await writer()).query(sql, [...values])).rowCount ?? 0,
    all: async ({ sql, values }: Statement) => (await pool.query<Row>(sql, [...values])).rows,
    close: async () => {
      // The server may break the connection until it has ended: the pool handles that, and a second release would throw.
      const last = writing;
      writing = undefined;
      last?.release();
      await pool.end();
    },
  };
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
