import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crashContract } from "./support/crash-contract";

describe("a broker over SQLite", () => {
  const folder = mkdtempSync(join(tmpdir(), "agentid-crash-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  crashContract(folder, () => ({ kind: "sqlite", file: join(folder, "broker.db") }));
});
