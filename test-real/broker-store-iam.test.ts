import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { postgresDriver, rdsTokens, type Login, type Tokens } from "../broker/store/postgres";
import { startPostgres, type Postgres } from "./support/servers/postgres";

describe("a store in PostgreSQL that takes tokens of IAM", () => {
  let postgres: Postgres;
  let url: string;
  let accepted: string;
  let logins: Login[];
  let given: string[];

  /** Stands for the signer of RDS; the server takes one token at a time. */
  const tokens: Tokens = (login) => {
    logins.push(login);
    return Promise.resolve(() => {
      given.push(accepted);
      return Promise.resolve(accepted);
    });
  };

  /** From now on the server takes another token, as RDS does once one has expired. */
  const change = async (): Promise<string> => {
    const token = `token-${randomUUID()}`;
    await postgres.administer(`ALTER ROLE iam PASSWORD '${token}'`);
    return token;
  };

  const endConnections = (): Promise<void> =>
    postgres.administer(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'iam'",
    );

  before(async () => {
    postgres = await startPostgres("broker");
    url = `${await postgres.loginByPassword("iam")}&login=iam&region=eu-central-1`;
  });

  after(() => postgres.stop());

  beforeEach(async () => {
    [logins, given] = [[], []];
    accepted = await change();
  });

  it("requests a token for each connection, and none in between", async () => {
    const driver = await postgresDriver(url, tokens);
    try {
      const { hostname, port, ...rest } = logins[0] ?? {};
      assert.deepEqual(rest, { username: "iam", region: "eu-central-1" });
      assert.deepEqual([logins.length, hostname], [1, "localhost"]);
      assert.ok(url.includes(`localhost:${port}/`));
      assert.deepEqual(given, [accepted]);
      const query = () => driver.all({ sql: "select session_user as who, 1 as one", values: [] });
      assert.deepEqual(await query(), [{ who: "iam", one: 1 }]);
      const first = [...given];
      assert.deepEqual(first, [accepted, accepted]);
      await query();
      assert.deepEqual(given, first);
      accepted = await change();
      await endConnections();
      await eventually(async () => assert.deepEqual(await query(), [{ who: "iam", one: 1 }]));
      await eventually(() => driver.run({ sql: "delete from trail where false", values: [] }));
      assert.ok(given.length >= 3);
      assert.deepEqual(new Set(given.slice(2)), new Set([accepted]));
    } finally {
      await driver.close();
    }
  });

  it("fails clearly by a token that has expired, which no error shows", async () => {
    const refused = (error: unknown): true => {
      assert.match((error as Error).message, /^password authentication failed for user "iam"$/);
      assert.ok(!inspect(error, { depth: 10, showHidden: true }).includes(accepted));
      return true;
    };
    const driver = await postgresDriver(url, tokens);
    try {
      await change();
      await endConnections();
      await eventually(() =>
        assert.rejects(async () => driver.all({ sql: "select 1", values: [] }), refused),
      );
      await assert.rejects(
        async () => driver.run({ sql: "delete from trail where false", values: [] }),
        refused,
      );
    } finally {
      await driver.close();
    }
    await assert.rejects(postgresDriver(url, tokens), refused);
  });

  it("fails clearly where there is no token", async () => {
    const none: Tokens = () =>
      Promise.resolve(() => Promise.reject(new Error("Could not load credentials")));
    await assert.rejects(postgresDriver(url, none), { message: "Could not load credentials" });
  });
});

describe("a token of IAM for Amazon RDS", () => {
  const environment = process.env;
  before(() => {
    process.env = {
      ...environment,
      ...{ AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "example" },
    };
  });
  after(() => {
    process.env = environment;
  });

  it("is for one host, port, role and region, and lasts 15 minutes", async () => {
    const hostname = "db.abc.eu-central-1.rds.amazonaws.com";
    const login = { hostname, port: 5432, username: "broker", region: "eu-central-1" };
    const token = new URL(`https://${await (await rdsTokens(login))()}`);
    assert.deepEqual([token.host, token.pathname], [`${hostname}:5432`, "/"]);
    const requested = Object.fromEntries(token.searchParams);
    assert.equal(requested["Action"], "connect");
    assert.equal(requested["DBUser"], "broker");
    assert.equal(requested["X-Amz-Expires"], "900");
    assert.match(requested["X-Amz-Credential"] ?? "", /\/eu-central-1\/rds-db\/aws4_request$/);
  });
});

/** Tries again while the pool still has connections that the server has ended. */
async function eventually(attempt: () => unknown): Promise<void> {
  // Against an error that stays.
  const end = Date.now() + 300_000;
  for (;;) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
