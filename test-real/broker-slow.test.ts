import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { Client } from "pg";
import { postgresDriver } from "../broker/store/postgres";
import { Store, type Driver } from "../broker/store/store";
import { Tasks, type Credential } from "../broker/store/tasks";
import { startPostgres, type Postgres } from "./support/servers/postgres";

const now = 1_800_000_000;
const line = { at: now, txn: "", chain: [], user: "", tool: "", record: { event: "x" } };

function credential(): Credential {
  const id = randomUUID();
  return {
    ...{ id, kind: "call", hash: id, txn: id, begunAt: now, chain: ["other"], user: "alice" },
    ...{ tool: "refunds", parent: "", issuedAt: now, until: now + 60, instance: "" },
  };
}

describe("a store in PostgreSQL that is slow", () => {
  let postgres: Postgres;
  let driver: Driver;
  let store: Store;
  let tasks: Tasks;
  let holder: Client;
  before(async () => {
    postgres = await startPostgres("broker");
  });
  after(() => postgres.stop());
  beforeEach(async () => {
    driver = await postgresDriver(postgres.url);
    store = new Store(driver, randomUUID());
    tasks = new Tasks(store);
    await store.begin(now, {});
    holder = new Client(postgres.url);
    await holder.connect();
  });
  afterEach(async () => {
    await holder.end();
    await store.close();
  });

  const issue = (made = credential()): Promise<boolean> =>
    tasks.issue(made, line, { until: now + 60, tokenUntil: now + 60 }, {});
  const found = async (id: string): Promise<number> =>
    (await store.all("select id from credential where id = $1", [id])).length;

  it("has the time of the database", async () => {
    assert.ok(Math.abs(Number(await driver.now?.()) - Date.now()) < 1_000);
  });

  it("revokes while nothing can be issued, and what was not issued in time never is", async () => {
    await holder.query("begin; lock table credential in exclusive mode");
    const made = Array.from({ length: 20 }, credential);
    const started = performance.now();
    const issuing = Promise.allSettled(made.map(issue));
    await new Promise((resolve) => setTimeout(resolve, 100));
    // The lock lets reads pass; a revocation writes elsewhere.
    const revoking = performance.now();
    await tasks.revoke("agent", "triage", now, now + 60, line);
    assert.ok(performance.now() - revoking < 1_000);
    const outcomes = await issuing;
    assert.ok(performance.now() - started < 9_000, String(performance.now() - started));
    assert.deepEqual(new Set(outcomes.map(({ status }) => status)), new Set(["rejected"]));
    await holder.query("rollback");
    const left = await Promise.all(made.map(({ id }) => found(id)));
    assert.deepEqual(new Set(left), new Set([0]));
  });

  it("issues again once it is fast again, in the same chain", async () => {
    await holder.query("begin; lock table credential in exclusive mode");
    await assert.rejects(issue());
    await holder.query("rollback");
    assert.equal(await issue(), true);
    const chains = await store.all("select distinct chain from trail", []);
    // That of calls, and that of ends.
    assert.equal(chains.length % 2, 0);
  });

  it("answers reads in time while all its connections wait", async () => {
    await holder.query("begin; lock table credential in access exclusive mode");
    const started = performance.now();
    const reads = Array.from({ length: 30 }, () => tasks.standing("none", now));
    const outcomes = await Promise.allSettled(reads);
    assert.ok(performance.now() - started < 6_000, String(performance.now() - started));
    assert.deepEqual(new Set(outcomes.map(({ status }) => status)), new Set(["rejected"]));
    await holder.query("rollback");
    assert.equal(await tasks.standing("none", now), undefined);
  });
});
