import assert from "node:assert/strict";
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { decodeProtectedHeader } from "jose";
import { Outcomes } from "./support/outcomes";
import { startBalancer, type Distributed } from "./support/servers/balancer";
import { exchangeForm, startBrokerProcess } from "./support/servers/broker";
import { startPostgres, type Postgres } from "./support/servers/postgres";
import type { Proxy } from "./support/servers/proxy";
import { freePorts, type KillableServer } from "./support/servers/server";

/** Milliseconds between calls, and for which they come at least. */
const interval = 20;
const leastDuration = 20_000;

// kube-proxy itself needs the right to change the host's packet filter, which tests do not have.
for (const distributed of ["connections", "requests"] satisfies Distributed[]) {
  describe(`two replicas of a broker behind what distributes ${distributed} by readiness`, () => {
    let postgres: Postgres;
    let ports: readonly number[];
    let running: readonly KillableServer[] = [];
    let balancer: Proxy;
    const agent = new Agent({ keepAlive: true, maxSockets: 16 });

    before(async () => {
      postgres = await startPostgres("broker");
      ports = await freePorts(4);
      running = [await replica(0), await replica(1)];
      balancer = await startBalancer(distributed, ports);
    });

    after(async () => {
      agent.destroy();
      await balancer.stop();
      await Promise.all(running.map((each) => each.kill()));
      await postgres.stop();
    });

    const replica = (at: number): Promise<KillableServer> =>
      startBrokerProcess({
        port: ports[at] ?? 0,
        parts: { state: { postgres: postgres.url } },
      });

    /** The status of an exchange, or the code of the error, and the id of the key that signed the call token. */
    async function exchange(): Promise<{ readonly outcome: string; readonly signer?: string }> {
      const form = (await exchangeForm()).toString();
      return new Promise((resolve) => {
        const headers = { "content-type": "application/x-www-form-urlencoded" };
        const failed = (error: NodeJS.ErrnoException): void =>
          resolve({ outcome: error.code ?? error.message });
        request(`${balancer.url}/token`, { agent, method: "POST", headers }, (answer) => {
          let text = "";
          answer
            .setEncoding("utf8")
            .on("data", (part: string) => (text += part))
            .on("error", failed)
            .on("end", () => {
              if (answer.statusCode !== 200) {
                resolve({ outcome: `${answer.statusCode} ${text}` });
                return;
              }
              const { access_token: token } = JSON.parse(text) as { readonly access_token: string };
              resolve({ outcome: "200", signer: decodeProtectedHeader(token).kid ?? "" });
            });
        })
          .on("error", failed)
          .end(form);
      });
    }

    it("lose no call while one after the other is replaced, at 50 calls a second", async function () {
      const outcomes = new Outcomes();
      const signers = new Outcomes();
      const ended = new AbortController();
      const calls: Promise<void>[] = [];
      const began = Date.now();
      const load = (async () => {
        while (!ended.signal.aborted) {
          calls.push(
            exchange().then(({ outcome, signer }) => {
              outcomes.add(outcome);
              if (signer !== undefined) signers.add(signer);
            }),
          );
          // By the clock, so that a late call delays none of those after it.
          await sleep(Math.max(0, began + calls.length * interval - Date.now()));
        }
      })();
      /** Waits until so many replicas have signed a call token. */
      const signedBy = async (count: number): Promise<void> => {
        while (signers.kinds().length < count) await sleep(interval);
      };

      await signedBy(2);
      for (const [at, old] of [...running.entries()]) {
        const next = await replica(at + 2);
        running = [...running, next];
        await old.stop();
        running = running.filter((each) => each !== old);
        await signedBy(at + 3);
      }
      while (Date.now() - began < leastDuration) await sleep(interval);
      ended.abort();
      await load;
      await Promise.all(calls);
      assert.deepEqual(outcomes.kinds(), ["200"], String(outcomes));
      const seconds = (Date.now() - began) / 1_000;
      assert.ok(outcomes.count() / seconds > 40, `${outcomes.count()} calls in ${seconds} s`);
      if (this.test) this.test.title += ` (${String(outcomes)} in ${seconds.toFixed(0)} s)`;
    });
  });
}
