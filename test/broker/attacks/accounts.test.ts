import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startCluster, type Cluster } from "../support/cluster";
import {
  deskConfiguration,
  refundRequest,
  resource,
  startDesk,
  userToken,
  type Answered,
  type Desk,
} from "../support/desk";

const kubernetes = "urn:agentid:params:oauth:token-type:kubernetes-account";

describe("accounts of Kubernetes that calls have", () => {
  const folder = mkdtempSync(join(tmpdir(), "agentid-accounts-"));
  let cluster: Cluster;
  let desk: Desk;
  const start = async (issuer = "https://broker.acme.example"): Promise<void> => {
    const tokenFile = join(folder, "token");
    writeFileSync(tokenFile, "x");
    const { workloads } = await deskConfiguration();
    desk = await startDesk({
      issuer,
      kubernetes: { api: { url: cluster.url, tokenFile }, tasksNamespace: "tasks" },
      workloads: workloads.map((each) =>
        each.name === "refunds"
          ? {
              ...each,
              tool: {
                resource,
                roles: { namespace: "acme", of: [{ intents: ["refund"], role: "refunds" }] },
              },
            }
          : each,
      ),
    });
  };
  beforeEach(async () => {
    cluster = await startCluster();
    await start();
  });
  afterEach(async () => {
    await desk.stop();
    cluster.server.closeAllConnections();
    await new Promise((resolve) => cluster.server.close(resolve));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const ask = async (): Promise<Answered> =>
    desk.exchange(await refundRequest({ requested_token_type: kubernetes }));
  const revoke = async (): Promise<Answered> =>
    desk.post("/revocations", JSON.stringify({ kind: "agent", value: "triage" }), {
      authorization: `Bearer ${await userToken("olga", "console", { groups: ["platform"] })}`,
    });

  for (const [what, of] of [
    ["account", /serviceaccounts$/],
    ["binding", /rolebindings$/],
    ["token", /token$/],
  ] as const) {
    it(`leave nothing behind where the answer to the request for the ${what} is lost, and comes into effect late`, async () => {
      cluster.loses = (_method, path) => of.test(path);
      const { status } = await ask();
      assert.equal(status, 503);
      cluster.loses = () => false;
      await desk.broker.reap();
      assert.equal(cluster.objects.size, 0);
      cluster.arrive();
      desk.ahead = 45;
      await desk.broker.reap();
      assert.equal(cluster.objects.size, 0);
      const states = async (): Promise<readonly unknown[]> =>
        (await desk.broker.store.all("select state from account", [])).map(({ state }) => state);
      assert.deepEqual(await states(), ["dropped"]);
      desk.ahead = 120;
      await desk.broker.reap();
      assert.deepEqual(await states(), ["gone"]);
      assert.equal((await desk.trail()).filter(({ event }) => event === "removed").length, 1);
    });
  }

  it("are removed where the store does not know them, once they are two minutes old, and no other broker's", async () => {
    assert.equal((await ask()).status, 200);
    assert.equal(cluster.objects.size, 2);
    await desk.stop();
    await start("https://other.acme.example");
    desk.ahead = 300;
    await desk.broker.reapForgotten();
    assert.equal(cluster.objects.size, 2);
    await desk.stop();
    await start();
    desk.ahead = 60;
    await desk.broker.reapForgotten();
    assert.equal(cluster.objects.size, 2);
    desk.ahead = 300;
    desk.ahead = 0;
    assert.equal((await ask()).status, 200);
    desk.ahead = 300;
    await desk.broker.reapForgotten();
    // The account of the second store is known to it.
    assert.equal(cluster.objects.size, 2);
    assert.deepEqual(
      desk.logged.filter(({ removed }) => removed !== undefined).map(({ removed }) => removed),
      [1],
    );
  });

  it("are listed page by page", async () => {
    assert.equal((await ask()).status, 200);
    const [[path, made] = ["", undefined]] = cluster.objects;
    assert.ok(made !== undefined);
    cluster.objects.clear();
    for (let at = 0; at < 1_201; at++) cluster.objects.set(`${path}${at}`, made);
    await desk.broker.store.write({ statements: [{ sql: "delete from account", values: [] }] });
    desk.ahead = 300;
    await desk.broker.reapForgotten();
    assert.equal(cluster.objects.size, 0);
  });

  it("that a revocation ends are counted where they are not removed in time, with the end of their tokens", async () => {
    await Promise.all(Array.from({ length: 60 }, ask));
    assert.equal(cluster.objects.size, 120);
    cluster.delay = 1_500;
    const now = desk.broker.now();
    cluster.loses = (method, path) => method === "DELETE" && /[0-7]$/.test(path);
    const { status, body } = await revoke();
    const { left, until } = body["accounts"] as { readonly left: number; readonly until: number };
    assert.equal(status, 200);
    const remaining = [...cluster.objects.keys()].filter((path) =>
      path.includes("serviceaccounts"),
    );
    assert.equal(left, remaining.length);
    assert.ok(left > 0 && Math.abs(until - now - 600) <= 5, String(until - now));
    cluster.loses = () => false;
    cluster.delay = 0;
    desk.ahead = 40;
    await desk.broker.reap();
    assert.equal(cluster.objects.size, 0);
    desk.ahead = 0;
    const { accounts } = (await revoke()).body;
    assert.deepEqual(accounts, { left: 0, until: 0 });
  });

  it("of a revocation are all removed before it is answered, where the API server is fast", async () => {
    await Promise.all(Array.from({ length: 250 }, ask));
    assert.deepEqual((await revoke()).body["accounts"], { left: 0, until: 0 });
    assert.equal(cluster.objects.size, 0);
  });
});
