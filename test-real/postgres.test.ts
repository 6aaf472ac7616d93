import assert from "node:assert/strict";
import { Client } from "pg";
import { startPostgres, type Postgres } from "./support/servers/postgres";

describe("PostgreSQL, as the broker of several replicas uses it", () => {
  let postgres: Postgres;

  before(async () => {
    postgres = await startPostgres("broker");
  });

  after(async () => {
    await postgres.stop();
  });

  it("takes a login by certificate, without a password, as the role that the certificate names", async () => {
    const [row] = await query(
      postgres.url,
      "SELECT current_user, rolsuper, ssl, version FROM pg_roles, pg_stat_ssl WHERE rolname = current_user AND pid = pg_backend_pid()",
    );
    assert.deepEqual(row, {
      current_user: "broker",
      rolsuper: false,
      ssl: true,
      version: "TLSv1.3",
    });
  });

  it("refuses a login without a certificate, and one without TLS", async () => {
    const { url } = postgres;
    const without = url.replace(/&sslcert=.*$/, "");
    await assert.rejects(query(without, "SELECT 1"), /requires a valid client certificate/);
    const plain = url.replace(/\?.*$/, "?sslmode=disable");
    await assert.rejects(query(plain, "SELECT 1"), /no pg_hba.conf entry .* no encryption/);
  });

  it("refuses a role that the certificate does not name", async () => {
    const other = postgres.url.replace("broker@", "administrator@");
    await assert.rejects(query(other, "SELECT 1"), /certificate authentication failed/);
  });

  it("keeps what was committed when it is killed, and starts again", async () => {
    await query(postgres.url, "CREATE TABLE issued (id text PRIMARY KEY)");
    await query(postgres.url, "INSERT INTO issued VALUES ('committed')");
    const open = new Client({ connectionString: postgres.url });
    // The connection breaks with the server.
    open.on("error", () => undefined);
    await open.connect();
    await open.query("BEGIN");
    await open.query("INSERT INTO issued VALUES ('open')");
    await postgres.kill();
    await assert.rejects(query(postgres.url, "SELECT 1"), /ECONNREFUSED/);
    await postgres.startAgain();
    assert.deepEqual(await query(postgres.url, "SELECT id FROM issued"), [{ id: "committed" }]);
  });
});

async function query(url: string, text: string): Promise<readonly unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}
