import type { Pool, PoolClient } from "pg";
import { schema } from "./schema";
import type { Driver, Row, Statement } from "./store";

/** Any number, as long as no other program on the database takes the same: replicas make the tables one after the other. */
const schemaLock = 7_301_942;

/** PostgreSQL, for several replicas. The URL names a client certificate or none; it has no password. */
export async function postgresDriver(url: string): Promise<Driver> {
  const { default: pg } = await import("pg");
  const pool: Pool = new pg.Pool({ connectionString: url, max: 6, connectionTimeoutMillis: 3000 });
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
