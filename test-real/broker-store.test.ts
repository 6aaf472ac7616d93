import assert from "node:assert/strict";
import { postgresDriver } from "../broker/store/postgres";
import { Store, type Driver } from "../broker/store/store";
import { linesAfter, lookups, start } from "../broker/store/trail";
import { storeContract } from "../test/broker/support/store-contract";
import { startPostgres, type Postgres } from "./support/servers/postgres";

describe("a store in PostgreSQL", () => {
  let postgres: Postgres;
  before(async () => {
    postgres = await startPostgres("broker");
  });
  after(() => postgres.stop());

  storeContract(() => postgresDriver(postgres.url));

  describe("lookups of a trail of 20,000 lines", () => {
    let driver: Driver;
    before(async () => {
      driver = await postgresDriver(postgres.url);
      const store = new Store(driver, "lookups");
      for (let page = 0; page < 200; page++) {
        const lines = Array.from({ length: 100 }, (_, at) => ({
          ...{ at, txn: `t${at}`, chain: ["desk", `a${at % 7}`], user: "", tool: `t${at % 7}` },
          record: { event: "issued" },
        }));
        await store.write({ lines });
      }
      await driver.run({ sql: "analyze trail", values: [] });
      await driver.run({ sql: "analyze trail_name", values: [] });
    });
    after(() => driver.close());

    for (const lookup of [undefined, ...lookups]) {
      it(`use an index: ${lookup ?? "all lines"}`, async () => {
        const values = { task: "t7", agent: "desk", user: "", tool: "t3" };
        const about = lookup && { lookup, value: values[lookup] };
        for (const position of [start, { chain: "lookups", seq: 10_000 }]) {
          const { sql, values: given } = linesAfter(position, about);
          const rows = await driver.all({ sql: `explain ${sql}`, values: given });
          const plan = rows.map((row) => String(row["QUERY PLAN"])).join("\n");
          assert.match(plan, /Index (?:Only )?Scan/);
          assert.doesNotMatch(plan, /Seq Scan/);
        }
      });
    }
  });
});
