import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqliteDriver } from "../../broker/store/sqlite";
import { startDesk, type Desk } from "./support/desk";
import { faultyDriver, type FaultyDriver } from "./support/faulty-driver";

describe("a broker's readiness", () => {
  const folder = mkdtempSync(join(tmpdir(), "agentid-ready-"));
  let faulty: FaultyDriver;
  let desk: Desk;
  beforeEach(async () => {
    faulty = faultyDriver(await sqliteDriver(join(folder, `${Math.random()}.db`)));
    desk = await startDesk({}, faulty.driver);
    await desk.broker.begin();
  });
  afterEach(() => desk.stop());
  after(() => rmSync(folder, { recursive: true, force: true }));

  const statusOf = async (path: string): Promise<number> => (await fetch(desk.url + path)).status;
  const later = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => setTimeout(resolve, milliseconds));

  it("is a write, which reads alone do not replace", async () => {
    await later(1_000);
    faulty.fault = { at: /^commit/, how: "before" };
    assert.equal(await statusOf("/readyz"), 503);
    assert.equal(await statusOf("/healthz"), 200);
    await later(1_000);
    assert.equal(await statusOf("/readyz"), 200);
  });

  it("fails where the write does not end, and health needs no store", async () => {
    await later(1_000);
    faulty.fault = { at: /^commit/, how: "hangs" };
    const started = performance.now();
    assert.equal(await statusOf("/readyz"), 503);
    assert.ok(performance.now() - started < 3_900);
    assert.equal(await statusOf("/healthz"), 200);
  });

  it("writes once a second, however often it is requested, and its table does not grow", async () => {
    await later(1_000);
    faulty.ran.length = 0;
    const statuses = await Promise.all(Array.from({ length: 200 }, () => statusOf("/readyz")));
    assert.deepEqual(new Set(statuses), new Set([200]));
    const commits = faulty.ran.filter((sql) => sql === "commit").length;
    assert.ok(commits >= 1 && commits <= 3, String(commits));
    const rows = await desk.broker.store.all("select name from chain", []);
    assert.equal(rows.length, 1);
  });
});
