import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { callVerifier, type CallVerifier } from "../../tool/index";
import { signingKey, startBroker, tool, type TestBroker } from "../support/test-broker";

describe("the broker's keys", () => {
  let broker: TestBroker;
  let verifier: CallVerifier;

  beforeEach(async () => {
    broker = await startBroker();
    verifier = callVerifier({ issuer: broker.issuer, resource: tool });
  });

  afterEach(() => broker.stop());

  const verify = async (token: string) => verifier.verify({ authorization: `Bearer ${token}` });

  it("are fetched once for many calls", async () => {
    const token = await broker.callToken();
    await Promise.all(Array.from({ length: 10 }, () => verify(token)));
    await verify(await broker.callToken());
    assert.equal(broker.fetchedKeys, 1);
  });

  it("are known from replicas that start one after the other", async () => {
    await verify(await broker.callToken());
    for (const each of [1, 2]) {
      const key = await signingKey();
      broker.keys.push(key);
      const call = await verify(await broker.callToken({}, {}, key));
      assert.equal(call.caller, "acme.triage", `replica ${each}`);
    }
  });

  it("are fetched about once a second while strangers send tokens of unknown keys", async () => {
    await verify(await broker.callToken());
    const stranger = await signingKey();
    const token = await broker.callToken({}, {}, stranger);
    const answers = await Promise.allSettled(
      Array.from({ length: 50 }, async (_, index) => {
        await sleep(index * 10);
        return verify(token);
      }),
    );
    assert.ok(answers.every(({ status }) => status === "rejected"));
    assert.ok(broker.fetchedKeys <= 3, `fetched ${broker.fetchedKeys} times`);
  });

  it("are of no more use two minutes after the broker has stopped to list them", async () => {
    const [old] = broker.keys;
    await verify(await broker.callToken());
    broker.keys[0] = await signingKey();
    const real = Date.now;
    try {
      Date.now = () => real() + 115_000;
      await verify(await broker.callToken({}, {}, old));
      Date.now = () => real() + 121_000;
      await assert.rejects(verify(await broker.callToken({}, {}, old)), { status: 401 });
      await verify(await broker.callToken());
    } finally {
      Date.now = real;
    }
  });

  it("that the configuration has are used, and no others are fetched", async () => {
    const { jwk } = broker.keys[0]!;
    const own = callVerifier({ issuer: broker.issuer, resource: tool, keys: { keys: [jwk] } });
    await own.verify({ authorization: `Bearer ${await broker.callToken()}` });
    const other = await signingKey();
    broker.keys.push(other);
    const token = await broker.callToken({}, {}, other);
    await assert.rejects(own.verify({ authorization: `Bearer ${token}` }), { status: 401 });
    assert.equal(broker.fetchedKeys, 0);
  });

  it("make a tool refuse calls for now, if they cannot be fetched", async () => {
    const token = await broker.callToken();
    await broker.stop();
    await assert.rejects(verify(token), {
      status: 503,
      code: "temporarily_unavailable",
      description: "the broker's keys cannot be fetched",
      headers: { "cache-control": "no-store" },
    });
    broker = await startBroker();
  });

  it("make a tool refuse calls for now, if they are no keys", async () => {
    const fetch = () => Promise.resolve(new Response("<html>", { status: 200 }));
    const own = callVerifier({ issuer: broker.issuer, resource: tool, fetch });
    const authorization = `Bearer ${await broker.callToken()}`;
    await assert.rejects(own.verify({ authorization }), { status: 503 });
  });
});
