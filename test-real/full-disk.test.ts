import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, statSync, writeFileSync, appendFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqliteDriver } from "../broker/store/sqlite";
import { Store } from "../broker/store/store";
import { Tasks, type Credential } from "../broker/store/tasks";

const now = 1_800_000_000;
const line = { at: now, txn: "", chain: [], user: "", tool: "", record: { event: "x" } };

describe("a store in SQLite on a disk that is full", () => {
  let folder: string;
  let store: Store;
  let tasks: Tasks;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "agentid-disk-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=24m", "tmpfs", folder]);
  });
  after(() => {
    // SQLite's own handles may stay until they are collected.
    execFileSync("umount", ["--lazy", folder]);
    rmSync(folder, { recursive: true, force: true });
  });
  const open = async (): Promise<void> => {
    store = new Store(await sqliteDriver(join(folder, "broker.db")), randomUUID());
    tasks = new Tasks(store);
    await store.begin(now, {});
  };
  const fill = (): void => {
    const other = join(folder, "other");
    writeFileSync(other, "");
    for (const size of [1 << 20, 1 << 12, 1 << 8]) {
      try {
        for (;;) appendFileSync(other, Buffer.alloc(size, 1));
      } catch (error) {
        assert.equal((error as NodeJS.ErrnoException).code, "ENOSPC");
      }
    }
  };
  const issue = (): Promise<boolean> => {
    const id = randomUUID();
    const made: Credential = {
      ...{ id, kind: "call", hash: id, txn: id, begunAt: now, chain: ["triage"], user: "alice" },
      ...{ tool: "refunds", parent: "", issuedAt: now, until: now + 60, instance: "" },
    };
    return tasks.issue(made, line, { until: now + 60, tokenUntil: now + 60 }, {});
  };
  const revoke = (at: number): Promise<void> =>
    tasks.revoke("user", `user ${at}`, now, now + 60, line);

  it("revokes two hundred times while it issues nothing, also after a new start, and issues once there is room", async () => {
    await open();
    assert.equal(await issue(), true);
    assert.equal(statSync(join(folder, "broker.db-reserve")).size, 8 * 1024 * 1024);
    fill();
    // What is left of the last page may still take a few.
    let issued = 0;
    while (await issue().catch(() => false)) assert.ok(++issued < 1_000);
    for (let at = 0; at < 100; at++) await revoke(at);
    await assert.rejects(issue(), /full/);
    await store.close();
    await open();
    await assert.rejects(issue(), /full/);
    for (let at = 100; at < 200; at++) await revoke(at);
    const [row] = await store.all("select count(*) as n from revocation", []);
    assert.equal(Number(row?.["n"]), 200);
    assert.equal(
      await tasks.isEnded(
        { txn: "x", begunAt: now, chain: ["triage"], user: "user 150", tool: "", instance: "" },
        now,
      ),
      true,
    );
    rmSync(join(folder, "other"));
    assert.equal(await issue(), true);
    await store.close();
  });
});
