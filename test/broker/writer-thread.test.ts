import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Libsql from "libsql";
import { threadedSqlite } from "../../broker/store/sqlite";
import { Store, type Change } from "../../broker/store/store";
import { WriterThread } from "../../broker/store/writer-thread";

describe("the thread that writes to SQLite", () => {
  const folder = mkdtempSync(join(tmpdir(), "agentid-thread-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const seen = (id: string): Change => ({
    statements: [{ sql: "insert into seen (id, until) values ($1, 1)", values: [id] }],
  });

  it("holds no other work up while the file is locked, and leaves nothing of what was given up", async () => {
    const file = join(folder, "locked.db");
    const store = new Store(await threadedSqlite(file), "chain");
    await store.write(seen("before"));
    const other = new Libsql(file);
    other.exec("begin immediate");
    let turns = 0;
    const counting = setInterval(() => (turns += 1), 10);
    const started = performance.now();
    const outcomes = await Promise.allSettled(["a", "b", "c"].map((id) => store.write(seen(id))));
    const took = performance.now() - started;
    clearInterval(counting);
    assert.deepEqual(
      outcomes.map((each) => each.status === "rejected" && (each.reason as Error).message),
      Array.from({ length: 3 }, () => "the store does not answer in time"),
    );
    assert.ok(took < 3_900 && turns > 50, `${took} ms, ${turns} turns`);
    other.exec("rollback");
    other.close();
    // After all that was given up.
    while (!(await store.write(seen("after")).catch(() => false)));
    const rows = await store.all("select id from seen order by id", []);
    assert.deepEqual(
      rows.map(({ id }) => id),
      ["after", "before"],
    );
    await store.close();
  });

  it("fails what waits for it where it cannot open the file, and is started again by what comes next", async () => {
    const inside = join(folder, "file");
    writeFileSync(inside, "");
    const thread = new WriterThread({ file: join(inside, "broker.db"), chain: "chain" });
    await assert.rejects(Promise.all([thread.write(seen("a")), thread.write(seen("b"))]));
    rmSync(inside);
    mkdirSync(inside);
    assert.equal(await thread.write(seen("c")), true);
    await thread.close();
  });

  it("names the error of a statement, with its code", async () => {
    const store = new Store(await threadedSqlite(join(folder, "named.db")), "chain");
    await store.write(seen("a"));
    await assert.rejects(store.write(seen("a")), { code: "SQLITE_CONSTRAINT_PRIMARYKEY" });
    await store.close();
  });

  it("ends once it is closed, with all that was asked before on disk", async () => {
    const file = join(folder, "closed.db");
    const store = new Store(await threadedSqlite(file), "chain");
    const written = Promise.all(Array.from({ length: 50 }, (_, at) => store.write(seen(`${at}`))));
    await store.close();
    await written;
    const again = new Store(await threadedSqlite(file), "other");
    assert.equal((await again.all("select id from seen", [])).length, 50);
    await again.close();
  });
});
