import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { decodeJwt } from "jose";
import { dpopKey, exchange, tokenFile, type Broker, type CallDetails } from "../../agent/index";
import { refused, startBroker, tool, workloadToken, type TestBroker } from "../support/test-broker";
import { soonAfter } from "../support/soon-after";

const details: CallDetails = { intent: "refund", sensitivity: "confidential", target: "order/1" };

describe("the exchange of a token", () => {
  let broker: TestBroker;
  let agent: Broker;

  beforeEach(async () => {
    broker = await startBroker();
    const { issuer } = broker;
    agent = {
      issuer,
      workloadToken: () => workloadToken("system:serviceaccount:acme:triage", issuer),
    };
  });

  afterEach(() => broker.stop());

  const user = () => workloadToken("alice", broker.issuer);
  const call = (by = agent) => exchange(by, { subjectToken: user, resource: tool, details });

  it("gets authority for one call of one tool", async () => {
    const before = Date.now();
    const { token, type, expiresAt } = await call();
    assert.equal(type, "Bearer");
    // The broker counts in whole seconds.
    const [earliest, latest] = [before - 1000, Date.now() + 1000];
    const start = expiresAt - 120_000;
    assert.ok(earliest <= start && start <= latest, `${earliest} ${start} ${latest}`);
    const { aud, sub, client_id } = decodeJwt(token);
    assert.deepEqual([aud, sub, client_id], [tool, "alice", "system:serviceaccount:acme:triage"]);
    const [{ subject_token, client_assertion, ...form }] = broker.exchanges as [
      Readonly<Record<string, string>>,
    ];
    assert.deepEqual(form, {
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      resource: tool,
      authorization_details: JSON.stringify([{ ...details, type: "agentid_call" }]),
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    });
    assert.equal(decodeJwt(subject_token!).sub, "alice");
    assert.equal(decodeJwt(client_assertion!).sub, "system:serviceaccount:acme:triage");
  });

  it("gets a task token for another workload", async () => {
    const { token, type } = await exchange(agent, {
      subjectToken: user,
      audience: "acme.refunder",
      details: [{ intents: ["refund"], targets: ["order/1"] }],
    });
    assert.equal(type, "N_A");
    assert.match(token, /^task for acme\.refunder with .*"type":"agentid_task"/);
    await exchange(agent, { subjectToken: user, audience: "acme.refunder" });
    const [first, second] = broker.exchanges;
    assert.equal("resource" in first!, false);
    assert.equal("authorization_details" in second!, false);
  });

  it("proves a JWT-SVID as one", async () => {
    const svid = () => workloadToken("spiffe://acme.example/triage", broker.issuer);
    await call({ ...agent, workloadToken: svid });
    assert.equal(
      broker.exchanges[0]!["client_assertion_type"],
      "urn:ietf:params:oauth:client-assertion-type:jwt-spiffe",
    );
  });

  it("reads the workload's token from its file each time", async () => {
    const folder = mkdtempSync(join(tmpdir(), "agentid-agent-"));
    const file = join(folder, "token");
    const read = { ...agent, workloadToken: tokenFile(file) };
    for (const name of ["first", "second"]) {
      writeFileSync(file, `${await workloadToken(name, broker.issuer)}\n`);
      assert.equal(decodeJwt((await call(read)).token)["client_id"], name);
    }
    writeFileSync(file, "\n");
    await assert.rejects(call(read), { message: `token file \`${file}\` is empty` });
    rmSync(folder, { recursive: true });
    await assert.rejects(call(read), { code: "ENOENT" });
  });

  it("does not put what is no token into an error", async () => {
    const own = { ...agent, workloadToken: () => "hunter2-hunter2" };
    const error: unknown = await call(own).catch((reason: unknown) => reason);
    assert.match(inspect(error), /the workload's own token is no JWT/);
    assert.doesNotMatch(inspect(error, { depth: 9 }), /hunter2/);
  });

  it("binds tokens to a DPoP key", async () => {
    const { token, type } = await call({ ...agent, dpop: await dpopKey() });
    assert.equal(type, "DPoP");
    assert.equal(typeof (decodeJwt(token)["cnf"] as { jkt: unknown }).jkt, "string");
  });

  it("takes no token that is not bound though it should be, nor the reverse", async () => {
    const answer = (token_type: string) => {
      const body = { access_token: "a", token_type, expires_in: 60 };
      broker.refusals.push({ status: 200, body });
    };
    answer("Bearer");
    await assert.rejects(call({ ...agent, dpop: await dpopKey() }), {
      message: "invalid_dpop_proof: the broker issued a token of type Bearer, not DPoP",
    });
    answer("DPoP");
    await assert.rejects(call(), {
      message: "invalid_dpop_proof: the broker issued a token of type DPoP, not Bearer",
    });
    answer("bearer");
    assert.equal((await call()).type, "Bearer");
  });

  it("reports the broker's reason, in characters that a log can show", async () => {
    const body = { error: "access_denied", error_description: "cents\u001b[31m exceed “5000”" };
    broker.refusals.push({ status: 400, body });
    await assert.rejects(call(), {
      name: "ExchangeRefused",
      error: "access_denied",
      message: "access_denied: cents?[31m exceed ?5000?",
    });
    broker.refusals.push({ status: 401, body: { error: "invalid_client" } });
    await assert.rejects(call(), { message: "invalid_client: the broker answered 401" });
  });

  it("reports that the broker cannot be used", async () => {
    broker.refusals.push({ status: 502, body: "<html>" });
    await assert.rejects(call(), {
      message: "temporarily_unavailable: the broker answered 502",
    });
    broker.refusals.push({ status: 200, body: { token_type: "Bearer" } });
    await assert.rejects(call(), {
      message: "temporarily_unavailable: the broker answered without a token",
    });
    await broker.stop();
    await assert.rejects(call(), { error: "temporarily_unavailable" });
    broker = await startBroker();
  });

  it("follows no redirect with a workload's token", async () => {
    const moved = createServer((_request, response) => {
      response.writeHead(307, { location: `${broker.issuer}/token` }).end();
    }).listen(0, "127.0.0.1");
    await once(moved, "listening");
    const issuer = `http://127.0.0.1:${(moved.address() as AddressInfo).port}`;
    await assert.rejects(call({ ...agent, issuer }), { error: "temporarily_unavailable" });
    assert.equal(broker.exchanges.length, 0);
    moved.closeAllConnections();
    moved.close();
  });

  it("waits for an approval, up to its limit", async () => {
    const pending = refused("authorization_pending");
    broker.refusals.push(pending);
    assert.equal((await call({ ...agent, waitSeconds: 300 })).type, "Bearer");
    assert.equal(broker.exchanges.length, 2);

    broker.refusals.push(pending, pending, pending);
    await assert.rejects(call({ ...agent, waitSeconds: 2 }), { error: "authorization_pending" });
    // One where the first took so long that a second would be too late.
    assert.ok([3, 4].includes(broker.exchanges.length), String(broker.exchanges.length));
  });

  it("does not wait unless it may, nor for anything else", async () => {
    broker.refusals.push(refused("authorization_pending"));
    await assert.rejects(call(), { error: "authorization_pending" });
    broker.refusals.push(refused("access_denied"));
    await assert.rejects(call({ ...agent, waitSeconds: 30 }), { error: "access_denied" });
    assert.equal(broker.exchanges.length, 2);
  });

  it("ends when its caller ends it, also while it waits", async () => {
    const pending = refused("authorization_pending");
    broker.refusals.push(pending, pending);
    const signal = AbortSignal.timeout(100);
    const wanted = { subjectToken: user, resource: tool, details, signal };
    const ended = soonAfter(signal, exchange({ ...agent, waitSeconds: 30 }, wanted));
    await assert.rejects(ended, /abort/i);
  });

  it("ends when its caller ends it, also while the broker does not answer", async () => {
    const silent: NonNullable<Broker["fetch"]> = (_url, init) =>
      new Promise((_, reject) => {
        init?.signal?.addEventListener("abort", () => reject(init.signal!.reason as Error));
      });
    const signal = AbortSignal.timeout(100);
    const wanted = { subjectToken: user, resource: tool, details, signal };
    const ended = soonAfter(signal, exchange({ ...agent, fetch: silent }, wanted));
    await assert.rejects(ended, { name: "TimeoutError" });
  });

  it("takes no broker whose URL is not https", async () => {
    await assert.rejects(call({ ...agent, issuer: "http://broker.acme.example" }), {
      name: "TypeError",
      message:
        "issuer is `http://broker.acme.example`; write the broker's https URL without a path",
    });
  });
});
