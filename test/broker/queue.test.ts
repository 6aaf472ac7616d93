import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Store, type Change, type Driver, type Statement } from "../../broker/store/store";
import { sqliteDriver } from "../../broker/store/sqlite";

/** What SQLite throws where its disk is full. Source: sqlite.org, result codes. */
const full = (): Error => Object.assign(new Error("disk is full"), { code: "SQLITE_FULL" });

describe("what waits for a store", () => {
  const folder = mkdtempSync(join(tmpdir(), "agentid-queue-"));
  let store: Store;
  let ran: string[];
  let before: (statement: Statement) => Promise<void> | void;
  let driver: Driver;
  beforeEach(async () => {
    ran = [];
    before = () => undefined;
    const real = await sqliteDriver(join(folder, `${randomUUID()}.db`));
    driver = {
      ...real,
      run: async (statement) => {
        await before(statement);
        ran.push(statement.sql);
        return real.run(statement);
      },
    };
    store = new Store(driver, randomUUID());
    await store.check();
  });
  afterEach(() => store.close());
  after(() => rmSync(folder, { recursive: true, force: true }));

  const seen = (id: string, isUrgent = false): Change => ({
    statements: [{ sql: "insert into seen (id, until) values ($1, 1)", values: [id] }],
    isUrgent,
  });
  const stored = async (): Promise<readonly unknown[]> =>
    (await store.all("select id from seen order by id", [])).map(({ id }) => id);
  /** Lets statements that begin so wait until they may go on. */
  const held = (start: string): (() => void) => {
    let goOn = (): void => undefined;
    const waiting = new Promise<void>((resolve) => (goOn = resolve));
    before = async ({ sql }) => {
      if (sql.startsWith(start)) await waiting;
    };
    return goOn;
  };

  it("is written after what ends authority, in a transaction of its own", async () => {
    ran = [];
    const goOn = held("commit");
    const order: string[] = [];
    const written = ["first", "a", "b"].map((id) =>
      store.write(seen(id)).then(() => order.push(id)),
    );
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    const urgent = store.write(seen("end", true)).then(() => order.push("end"));
    const late = store.write(seen("c")).then(() => order.push("c"));
    goOn();
    await Promise.all([...written, urgent, late]);
    assert.deepEqual(order, ["first", "a", "b", "end", "c"]);
    assert.equal(ran.filter((sql) => sql === "commit").length, 3);
  });

  it("is refused after three seconds, and never written", async () => {
    const goOn = held("");
    const first = store.write(seen("first")).catch(() => undefined);
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    const started = performance.now();
    await assert.rejects(store.write(seen("second")), /does not answer in time/);
    assert.ok(performance.now() - started < 3_900);
    goOn();
    await first;
    assert.equal(await store.write(seen("third")), true);
    assert.ok(!(await stored()).includes("second"));
  });

  it("has room for what ends authority where the disk is full, and no other until there is room", async () => {
    let isFull = true;
    let isReserved = true;
    const reserve = {
      isFull: (error: unknown) => (error as { code?: string }).code === "SQLITE_FULL",
      release: () => void (isReserved = false),
      restore: () => (isReserved ||= !isFull),
    };
    before = ({ sql }) => {
      if (isFull && isReserved && sql === "commit") throw full();
    };
    store = new Store({ ...driver, reserve }, randomUUID());
    await assert.rejects(store.write(seen("a")), /disk is full/);
    assert.equal(isReserved, true);
    assert.equal(await store.write(seen("end", true)), true);
    assert.equal(isReserved, false);
    await assert.rejects(store.write(seen("b")), /the store is full/);
    await assert.rejects(store.check(), /the store is full/);
    assert.equal(await store.write(seen("end too", true)), true);
    isFull = false;
    assert.equal(await store.write(seen("c")), true);
    assert.equal(isReserved, true);
    assert.deepEqual(await stored(), ["c", "end", "end too"]);
  });

  it("fails where the disk is full and no room is left, also for what ends authority", async () => {
    before = ({ sql }) => {
      if (sql === "commit") throw full();
    };
    await assert.rejects(store.write(seen("end", true)), /disk is full/);
    await assert.rejects(store.write(seen("end", true)), /disk is full/);
  });
});
