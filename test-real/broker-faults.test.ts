import { postgresDriver } from "../broker/store/postgres";
import { faultContract } from "../test/broker/support/fault-contract";
import { startPostgres, type Postgres } from "./support/servers/postgres";

describe("a store in PostgreSQL whose connection breaks", () => {
  let postgres: Postgres;
  before(async () => {
    postgres = await startPostgres("broker");
  });
  after(() => postgres.stop());

  faultContract(() => postgresDriver(postgres.url));
});
