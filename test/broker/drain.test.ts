import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startBroker, type Running } from "../../broker/start";
import { deskConfiguration, refundRequest } from "./support/desk";

describe("a rolling update", () => {
  const folder = mkdtempSync(join(tmpdir(), "agentid-drain-"));

  const start = async (): Promise<Running> =>
    startBroker(
      await deskConfiguration({
        ...{ state: { kind: "sqlite", file: join(folder, "broker.db") }, drainSeconds: 1 },
      }),
      () => undefined,
    );
  const agent = new Agent({ keepAlive: true });
  const ends = new AbortController();
  let running: readonly Running[] = [];
  after(async () => {
    ends.abort();
    for (const each of running) await each.stop();
    agent.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The status of a request, over connections that stay open; an error's code where there is none. */
  const send = (port: number, path: string, body?: string): Promise<number | string> =>
    new Promise((resolve) => {
      const method = body === undefined ? "GET" : "POST";
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      request({ agent, port, path, method, headers }, (answer) => {
        answer.resume().on("end", () => resolve(answer.statusCode ?? 0));
      })
        .on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
        .end(body);
    });

  it("loses no request behind what sends by readiness", async () => {
    running = [await start(), await start()];
    let ready = running.map(({ port }) => port);
    const looks = (async () => {
      while (!ends.signal.aborted) {
        const found = await Promise.all(
          running.map(async ({ port }) => ((await send(port, "/readyz")) === 200 ? [port] : [])),
        );
        ready = found.flat();
        await sleep(100);
      }
    })();
    const form = Object.entries(await refundRequest()).filter(([, value]) => value !== undefined);
    const body = new URLSearchParams(form as [string, string][]).toString();
    const outcomes = new Map<number | string, number>();
    let at = 0;
    const load = Promise.all(
      [1, 2, 3, 4].map(async () => {
        while (!ends.signal.aborted) {
          const outcome = await send(ready[at++ % ready.length] ?? 0, "/token", body);
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        }
      }),
    );
    for (const each of [...running]) {
      await sleep(200);
      const next = await start();
      running = [...running, next];
      await sleep(300);
      const drained = each.drain();
      assert.equal(await send(each.port, "/readyz"), 503);
      assert.equal(await send(each.port, "/healthz"), 200);
      await drained;
      running = running.filter((one) => one !== each);
      await each.stop();
    }
    ends.abort();
    await Promise.all([load, looks]);
    assert.deepEqual([...outcomes.keys()], [200], JSON.stringify([...outcomes]));
    assert.ok((outcomes.get(200) ?? 0) > 50);
  }).timeout(30_000);
});
