import { join } from "node:path";
import { crashContract } from "../test/broker/support/crash-contract";
import { startPostgres, type Postgres } from "./support/servers/postgres";
import { temporaryFolder } from "./support/temporary";

describe("a broker over SQLite", () => {
  const folder = temporaryFolder();

  crashContract(folder, () => ({ kind: "sqlite", file: join(folder, "broker.db") }));
});

describe("a broker over PostgreSQL", () => {
  let postgres: Postgres;
  before(async () => {
    postgres = await startPostgres("broker");
  });
  after(() => postgres.stop());

  crashContract(temporaryFolder(), () => ({ kind: "postgres", url: postgres.url }));
});
