import assert from "node:assert/strict";
import { Agent } from "node:http";
import { join } from "node:path";
import { checkout } from "./support/checkout";
import { runCommand } from "./support/command";
import { startBalancer, type Distributed } from "./support/servers/balancer";
import { startBrokerProcess } from "./support/servers/broker";
import { startPostgres, type Postgres } from "./support/servers/postgres";
import type { Proxy } from "./support/servers/proxy";
import { freePorts, type KillableServer } from "./support/servers/server";
import { updateUnderLoad, type UpdateOutcome } from "./support/update-under-load";

const behaviour = "lose no call while one after the other is replaced, at 50 calls a second";

/** Asserts that no call was lost; returns what the title of the test says of them. */
function allAnswered({ kinds, counts, calls, seconds }: UpdateOutcome): string {
  assert.deepEqual(kinds, ["200"], counts);
  assert.ok(calls / seconds > 40, `${calls} calls in ${seconds} s`);
  return ` (${counts} in ${seconds.toFixed(0)} s)`;
}

for (const distributed of ["connections", "requests"] satisfies Distributed[]) {
  describe(`two replicas of a broker behind Envoy, which distributes ${distributed}`, () => {
    let postgres: Postgres;
    let ports: readonly number[];
    let balancer: Proxy;
    const replicas: KillableServer[] = [];

    before(async () => {
      postgres = await startPostgres("broker");
      ports = await freePorts(4);
      replicas.push(await start(0), await start(1));
      balancer = await startBalancer(distributed, ports);
    });

    after(async () => {
      await balancer.stop();
      await Promise.all(replicas.map((each) => each.kill()));
      await postgres.stop();
    });

    const start = (at: number): Promise<KillableServer> =>
      startBrokerProcess({
        listen: `127.0.0.1:${ports[at]}`,
        parts: { state: { postgres: postgres.url } },
      });

    it(behaviour, async function () {
      const connection = (): Agent => new Agent({ keepAlive: true, maxSockets: 1 });
      const outcome = await updateUnderLoad({ url: balancer.url, connection, replicas, start });
      const stated = allAnswered(outcome);
      if (this.test) this.test.title += stated;
    });
  });
}

describe("two replicas of a broker behind a Service of kube-proxy", () => {
  it(behaviour, async function () {
    const isRoot = process.getuid?.() === 0;
    const alone = [
      ...(isRoot ? [] : ["--user", "--map-current-user", "--keep-caps"]),
      // What it starts ends with it.
      ...["--net", "--pid", "--fork", "--kill-child", "--mount-proc"],
    ];
    const script = join(checkout, "test-real/support/update-behind-kube-proxy.ts");
    const { exitCode, stdout, stderr } = await runCommand(
      "unshare",
      [...alone, process.execPath, "--require", "tsx/cjs", script],
      // `ip` and `nft` are commands of administrators.
      { cwd: checkout, env: { ...process.env, PATH: `${process.env["PATH"] ?? ""}:/usr/sbin` } },
    );
    assert.equal(exitCode, 0, stderr);
    const stated = allAnswered(JSON.parse(stdout) as UpdateOutcome);
    if (this.test) this.test.title += stated;
  });
});
