import assert from "node:assert/strict";
import { spaceOf } from "../broker/store/space";
import { postgresDriver } from "../broker/store/postgres";
import { Store } from "../broker/store/store";
import { startPostgres, type Postgres } from "./support/servers/postgres";

describe("how full a store in PostgreSQL is", () => {
  let postgres: Postgres;
  before(async () => {
    postgres = await startPostgres("broker");
  });
  after(() => postgres.stop());

  it("grows with its database, and is free up to the configured maximum", async () => {
    const store = new Store(await postgresDriver(postgres.url), "chain");
    try {
      const state = { kind: "postgres", url: postgres.url } as const;
      const before = await spaceOf(store, { state });
      assert.ok(before.used > 1_000_000);
      assert.deepEqual(Object.keys(before), ["used"]);
      await store.all(
        "create table filler as select repeat(md5(i::text), 100) as text from generate_series(1, 5000) i",
        [],
      );
      const { used, free, capacity } = await spaceOf(store, { state, stateBytes: 1_000_000_000 });
      assert.ok(used > before.used + 100_000, `${before.used} and then ${used}`);
      assert.deepEqual([free, capacity], [1_000_000_000 - used, 1_000_000_000]);
    } finally {
      await store.close();
    }
  });
});
