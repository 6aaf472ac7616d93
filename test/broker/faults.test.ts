import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqliteDriver } from "../../broker/store/sqlite";
import { faultContract } from "./support/fault-contract";

describe("a store in SQLite whose connection breaks", () => {
  const folder = mkdtempSync(join(tmpdir(), "agentid-faults-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  faultContract(() => sqliteDriver(join(folder, "broker.db")));
});
