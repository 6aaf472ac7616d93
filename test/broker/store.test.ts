import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqliteDriver, threadedSqlite } from "../../broker/store/sqlite";
import { storeContract } from "./support/store-contract";

describe("a store in SQLite", () => {
  const folder = mkdtempSync(join(tmpdir(), "agentid-store-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  storeContract(() => sqliteDriver(join(folder, "broker.db")));
});

describe("a store in SQLite that is written on a thread of its own", () => {
  const folder = mkdtempSync(join(tmpdir(), "agentid-store-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  storeContract(() => threadedSqlite(join(folder, "broker.db")));
});
