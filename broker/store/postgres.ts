import type { ClientConfig, Pool, PoolClient } from "pg";
import { schema } from "./schema";
import type { Driver, Row, Statement } from "./store";

/** Any number, as long as no other program on the database takes the same: replicas make the tables one after the other. */
const schemaLock = 7_301_942;

/**
 * PostgreSQL, for several replicas. The URL has no password: it names a client certificate, or says `login=iam`.
 *
 * By `login=iam` each connection logs in by a token that IAM signs, of 15 minutes (source: Amazon RDS, IAM database authentication).
 */
export async function postgresDriver(url: string): Promise<Driver> {
  const { default: pg } = await import("pg");
  const connection = await connectionOf(new URL(url));
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
      writing?.release();
      await pool.end();
    },
  };
}

async function connectionOf(url: URL): Promise<ClientConfig> {
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
  const { Signer } = await import("@aws-sdk/rds-signer");
  const { host: hostname, port: at, user: username } = config;
  const signer = new Signer({
    ...{ hostname, port: at, username },
    ...(region !== null && region !== undefined && { region }),
  });
  return { ...config, password: () => signer.getAuthToken() };
}
