import assert from "node:assert/strict";
import { statfsSync, statSync } from "node:fs";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startBroker } from "../../broker/start";
import { spaceOf } from "../../broker/store/space";
import { Store, type Row } from "../../broker/store/store";
import { deskConfiguration } from "./support/desk";

const postgres = { kind: "postgres", url: "postgres://broker@db.acme.example/broker" } as const;

/** A store whose database answers one query with these rows. */
const answering = (rows: () => readonly Row[]): Store =>
  new Store({ run: () => 0, all: rows, begin: "begin", close: () => undefined }, "chain");

describe("how full a store is", () => {
  const folder = mkdtempSync(join(tmpdir(), "agentid-space-"));
  const file = join(folder, "broker.db");
  const state = { kind: "sqlite", file } as const;
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("is in the metrics: of SQLite by the file system of its file", async () => {
    const running = await startBroker(await deskConfiguration({ state }), () => undefined);
    try {
      const answer = await fetch(`http://127.0.0.1:${running.operationsPort}/metrics`);
      const text = await answer.text();
      const valueOf = (metric: string): number =>
        Number(new RegExp(`^${metric} (\\S+)$`, "m").exec(text)?.[1]);
      assert.ok(valueOf("agentid_store_bytes") >= statSync(file).size);
      const { blocks, bsize } = statfsSync(folder);
      assert.equal(valueOf("agentid_store_capacity_bytes"), blocks * bsize);
      assert.ok(valueOf("agentid_store_free_bytes") > 0);
      assert.ok(valueOf("agentid_store_free_bytes") <= blocks * bsize);
    } finally {
      await running.stop();
    }
  });

  it("is that of the smaller one of file system and configured maximum", async () => {
    const store = answering(() => []);
    const [used, wide] = [await spaceOf(store, { state }), 2 ** 50];
    // Other programs write to the file system meanwhile.
    const { free, ...most } = await spaceOf(store, { state, stateBytes: wide });
    assert.deepEqual(most, { used: used.used, capacity: used.capacity });
    assert.ok(Math.abs((free ?? 0) - (used.free ?? 0)) < 1_000_000_000);
    const limit = used.used + 1_000_000;
    assert.deepEqual(await spaceOf(store, { state, stateBytes: limit }), {
      ...{ used: used.used, free: 1_000_000, capacity: limit },
    });
  });

  it("is that of the database, whose maximum only the configuration states", async () => {
    const store = answering(() => [{ used: "9000000" }]);
    assert.deepEqual(await spaceOf(store, { state: postgres }), { used: 9_000_000 });
    for (const [stateBytes, free] of [
      [10_000_000, 1_000_000],
      [9_000_000, 0],
      [1_000_000, 0],
    ] as const) {
      assert.deepEqual(await spaceOf(store, { state: postgres, stateBytes }), {
        ...{ used: 9_000_000, free, capacity: stateBytes },
      });
    }
  });

  it("is not a number where the store does not answer, and not from an earlier time", async () => {
    const missing = { kind: "sqlite", file: join(folder, "none.db") } as const;
    await assert.rejects(
      spaceOf(
        answering(() => []),
        { state: missing },
      ),
      { code: "ENOENT" },
    );
    const failing = answering(() => {
      throw new Error("the database is away");
    });
    await assert.rejects(spaceOf(failing, { state: postgres }), {
      message: "the database is away",
    });
  });
});
