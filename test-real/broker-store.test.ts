import { postgresDriver } from "../broker/store/postgres";
import { storeContract } from "../test/broker/support/store-contract";
import { startPostgres, type Postgres } from "./support/servers/postgres";

describe("a store in PostgreSQL", () => {
  let postgres: Postgres;
  before(async () => {
    postgres = await startPostgres("broker");
  });
  after(() => postgres.stop());

  storeContract(() => postgresDriver(postgres.url));
});
