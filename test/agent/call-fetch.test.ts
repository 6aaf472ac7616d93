import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { decodeJwt } from "jose";
import { callProvider, dpopKey, type Broker, type CallDetails, type Need } from "../../agent/index";
import { callOf, callVerifier, expressAuth } from "../../tool/index";
import { refused, startBroker, workloadToken, type TestBroker } from "../support/test-broker";
import { soonAfter } from "../support/soon-after";

describe("a fetch that authorizes each call of a tool", () => {
  let broker: TestBroker;
  let agent: Broker;
  let server: Server;
  let resource: string;
  /** `Authorization` of each request that the tool's server received, also beside the tool. */
  let received: (string | undefined)[];

  before(async () => {
    broker = await startBroker();
    const { issuer } = broker;
    agent = { issuer, workloadToken: () => workloadToken("acme.triage", issuer) };
    const app = express();
    server = createServer(app).listen(0, "127.0.0.1");
    await once(server, "listening");
    resource = `http://127.0.0.1:${(server.address() as AddressInfo).port}/refunds`;
    const auth = expressAuth(callVerifier({ issuer, resource }));
    app.use((request, _response, next) => {
      received.push(request.headers.authorization);
      next();
    });
    app.get("/refunds/moved", (_request, response) => response.redirect(307, "/other"));
    app.use("/refunds", auth.verify);
    app.get("/refunds/:id", auth.intent("read"), (request, response) => {
      response.json(callOf(request));
    });
    app.post("/refunds/:id", auth.intent("refund"), express.text(), (request, response) => {
      response.json({ ...callOf(request), body: request.body });
    });
    app.use((_request, response) => response.json({}));
  });

  beforeEach(() => {
    received = [];
    broker.exchanges.length = 0;
  });

  after(async () => {
    server.closeAllConnections();
    server.close();
    await broker.stop();
  });

  const details = ({ http, scope }: Need): CallDetails => ({
    intent: scope ?? (http?.method === "POST" ? "refund" : "read"),
    ...{ sensitivity: "confidential", target: http!.url.pathname.slice(1) },
  });
  const fetching = (by = agent, wanted: (need: Need) => CallDetails = details) =>
    callProvider(by, {
      resource,
      subjectToken: () => workloadToken("alice", broker.issuer),
      details: wanted,
    }).fetch;

  const json = async (response: Response) => (await response.json()) as Record<string, unknown>;

  it("sends each request with a token of its own", async () => {
    const send = fetching();
    const read = await json(await send(`${resource}/8812`));
    const again = await json(await send(`${resource}/8812`));
    const refund = await json(
      await send(`${resource}/8812`, {
        method: "POST",
        body: "all",
        headers: { "content-type": "text/plain" },
      }),
    );
    assert.deepEqual([read["intent"], read["target"]], ["read", "refunds/8812"]);
    assert.deepEqual([refund["intent"], refund["body"]], ["refund", "all"]);
    assert.equal(new Set([read["id"], again["id"], refund["id"]]).size, 3);
  });

  it("proves its key, anew for each request", async () => {
    const send = fetching({ ...agent, dpop: await dpopKey() });
    for (const query of ["", "?a=b"]) {
      assert.equal((await send(`${resource}/8812${query}`)).status, 200);
    }
    assert.ok(received.every((authorization) => authorization?.startsWith("DPoP ")));
  });

  it("requests the intent that the tool names, and sends the same body again", async () => {
    const send = fetching(agent, (need) => ({ ...details(need), intent: need.scope ?? "read" }));
    const response = await send(`${resource}/8812`, {
      method: "POST",
      body: "all",
      headers: { "content-type": "text/plain" },
    });
    const { intent, body } = await json(response);
    assert.deepEqual([intent, body], ["refund", "all"]);
    assert.equal(broker.exchanges.length, 2);
  });

  it("does not send a stream again", async () => {
    const send = fetching(agent, (need) => ({ ...details(need), intent: need.scope ?? "read" }));
    const body = new Blob(["all"]).stream();
    const sent = send(`${resource}/8812`, { method: "POST", body, duplex: "half" });
    await assert.rejects(sent, { name: "ToolRefused", status: 403 });
    assert.equal(broker.exchanges.length, 1);
  });

  it("sends requests of others without a token, and as they are", async () => {
    const send = fetching();
    const { origin } = new URL(resource);
    const beside = [`${origin}/refunds2`, `${origin}/`, `${origin}/other`, `${resource}/../other`];
    for (const url of beside) assert.equal((await send(url)).status, 200);
    await send(`${origin}/other`, { headers: { authorization: "Basic YTpi" } });
    const other = new URL(resource);
    other.hostname = "localhost";
    await send(other).catch(() => undefined);
    assert.deepEqual(
      received.filter((authorization) => authorization !== undefined),
      ["Basic YTpi"],
    );
    assert.equal(broker.exchanges.length, 0);
  });

  it("leaves a redirect to its caller", async () => {
    const response = await fetching()(`${resource}/moved`);
    assert.equal(response.status, 307);
    assert.equal(received.length, 1);
  });

  it("reports a tool that refuses a new token", async () => {
    const own = { ...agent, fetch: changing(resource) };
    await assert.rejects(fetching(own)(`${resource}/8812`), {
      name: "ToolRefused",
      status: 401,
      challenge: /the token is malformed, or not signed by the broker/,
    });
    assert.equal(broker.exchanges.length, 1);
  });

  it("ends with its caller's signal", async () => {
    const signal = AbortSignal.abort();
    await assert.rejects(fetching()(`${resource}/8812`, { signal }), /abort/i);
    assert.equal(received.length, 0);
  });

  it("ends with its caller's signal, also during a wait for approval", async () => {
    broker.refusals.push(refused("authorization_pending"));
    const send = fetching({ ...agent, waitSeconds: 30 });
    const signal = AbortSignal.timeout(100);
    const ended = soonAfter(signal, send(`${resource}/8812`, { signal }));
    await assert.rejects(ended, /abort/i);
  });

  it("sends the required details", async () => {
    await fetching()(`${resource}/8812`);
    const { client_assertion, authorization_details } = broker.exchanges[0]!;
    assert.equal(decodeJwt(client_assertion!).sub, "acme.triage");
    assert.deepEqual(JSON.parse(authorization_details!), [
      { type: "agentid_call", intent: "read", sensitivity: "confidential", target: "refunds/8812" },
    ]);
  });
});

/** Breaks the signature of tokens on their way to a tool. */
function changing(resource: string): NonNullable<Broker["fetch"]> {
  return (url, init) => {
    const headers = new Headers(init?.headers);
    const sent = headers.get("authorization");
    if (!String(url).startsWith(resource) || sent === null) return fetch(url, init);
    headers.set(
      "authorization",
      `${sent.slice(0, -9)}${sent.endsWith("AAAAAAAAA") ? "B" : "A"}AAAAAAAA`,
    );
    return fetch(url, { ...init, headers });
  };
}
