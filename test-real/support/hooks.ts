import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stopCommands } from "./command";
import { runFolder } from "./shared-between-files";
import { stopServers } from "./servers/server";
import { removeTemporaryFolders } from "./temporary";

/** What mocha runs around the tests of each file, in a worker: nothing they started or wrote outlives them. */
export const mochaHooks = {
  afterAll(): void {
    stopCommands();
    stopServers();
    removeTemporaryFolders();
  },
};

/** What mocha runs once, before workers start. */
export function mochaGlobalSetup(): void {
  process.env[runFolder] = mkdtempSync(join(tmpdir(), "agentid-real-run-"));
}

/** What mocha runs once, when all is over. */
export function mochaGlobalTeardown(): void {
  rmSync(String(process.env[runFolder]), { recursive: true, force: true });
}
