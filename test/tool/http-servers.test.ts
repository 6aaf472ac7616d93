import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { Hono } from "hono";
import { SignJWT, calculateJwkThumbprint, exportJWK } from "jose";
import {
  callOf,
  callVerifier,
  expressAuth,
  honoAuth,
  requireCall,
  type CallVerifier,
} from "../../tool/index";
import { seconds, signingKey, startBroker, tool, type TestBroker } from "../support/test-broker";

const metadataPath = "/.well-known/oauth-protected-resource/mcp";
const metadataUrl = `https://refunds.acme.example${metadataPath}`;
const intents = {
  create_refund: { intent: "refund", target: "order/{order}" },
  read_refund: { intent: "read", target: "order/{order}" },
  "resources/read": { intent: "read", target: "{uri}" },
};

/** A server that a test sends requests to, and stops. */
interface Server {
  send(path: string, init?: RequestInit): Promise<Response>;
  stop(): Promise<void>;
}

/** The same tool in each framework: an order may be read, refunded, and called by MCP. */
const frameworks: Readonly<Record<string, (verifier: CallVerifier) => Promise<Server>>> = {
  async Express(verifier) {
    const auth = expressAuth(verifier);
    const app = express();
    app.use(auth.metadata);
    const calls = express.Router();
    calls.use(auth.verify);
    calls.get("/orders/:id", (request, response) => {
      response.json(callOf(request));
    });
    calls.post("/refunds/:id", auth.intent("refund"), (request, response) => {
      requireCall(callOf(request), { target: `order/${request.params.id}` });
      response.json({ refunded: request.params.id });
    });
    calls.all("/", express.json(), auth.toolIntents(intents), (_request, response) => {
      response.json({ served: true });
    });
    calls.get("/broken", () => {
      throw new Error("broken");
    });
    app.use("/mcp", calls);
    app.use(auth.refusals);
    app.use(((error: { status?: number }, _request, response, next) => {
      if (response.headersSent) {
        next(error);
        return;
      }
      response.status(error.status ?? 500).json({ error: "other" });
    }) satisfies express.ErrorRequestHandler);
    const server = createServer(app).listen(0, "127.0.0.1");
    await once(server, "listening");
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return {
      send: (path, init) => fetch(`${origin}${path}`, init),
      async stop() {
        server.closeAllConnections();
        server.close();
        await once(server, "close");
      },
    };
  },

  Hono(verifier) {
    const auth = honoAuth(verifier);
    const app = new Hono();
    app.use(auth.metadata);
    app.use("/mcp/*", auth.verify);
    app.get("/mcp/orders/:id", (c) => c.json(callOf(c)));
    app.post("/mcp/refunds/:id", auth.intent("refund"), (c) => {
      requireCall(callOf(c), { target: `order/${c.req.param("id")}` });
      return c.json({ refunded: c.req.param("id") });
    });
    app.all("/mcp", auth.toolIntents(intents), (c) => c.json({ served: true }));
    return Promise.resolve({
      send: async (path, init) => app.request(path, init),
      stop: () => Promise.resolve(),
    });
  },
};

for (const [framework, start] of Object.entries(frameworks)) {
  describe(`a tool by ${framework}`, () => {
    let broker: TestBroker;
    let server: Server;

    before(async () => {
      broker = await startBroker();
      const { issuer } = broker;
      server = await start(callVerifier({ issuer, resource: tool, intents: ["refund", "read"] }));
    });

    after(async () => {
      await server.stop();
      await broker.stop();
    });

    const send = async (
      path: string,
      token: string | Promise<string>,
      init: RequestInit = {},
    ): Promise<Response> =>
      server.send(path, {
        ...init,
        headers: { authorization: `Bearer ${await token}`, ...(init.headers as object) },
      });
    const post = (path: string, token: string | Promise<string>) =>
      send(path, token, { method: "POST" });
    const message = (body: unknown, token: string | Promise<string>, method = "POST") => {
      const headers = { "content-type": "application/json" };
      return send("/mcp", token, { method, headers, body: JSON.stringify(body) });
    };
    const calls = (name: string, order = "8812") => ({
      ...{ jsonrpc: "2.0", id: 1, method: "tools/call" },
      params: { name, arguments: { order } },
    });

    it("publishes its metadata for everyone", async () => {
      const response = await server.send(metadataPath);
      assert.equal(response.status, 200);
      assert.match(response.headers.get("content-type")!, /^application\/json/);
      assert.deepEqual(await response.json(), {
        resource: tool,
        authorization_servers: [broker.issuer],
        scopes_supported: ["refund", "read"],
        bearer_methods_supported: ["header"],
        authorization_details_types_supported: ["agentid_call"],
      });
      assert.equal((await server.send(`${metadataPath}/orders`)).status, 404);
    });

    it("hands the call to a handler", async () => {
      const response = await send("/mcp/orders/8812?all=1", broker.callToken());
      assert.equal(response.status, 200);
      const { caller, target } = (await response.json()) as Record<string, unknown>;
      assert.deepEqual([caller, target], ["acme.triage", "order/8812"]);
    });

    it("refuses a request without a token", async () => {
      const response = await server.send("/mcp/orders/8812");
      assert.equal(response.status, 401);
      assert.equal(response.headers.get("cache-control"), "no-store");
      assert.equal(
        response.headers.get("www-authenticate"),
        `Bearer resource_metadata="${metadataUrl}", DPoP algs="ES256 EdDSA"`,
      );
      assert.deepEqual(await response.json(), {
        error: "invalid_token",
        error_description: "the request has no call token",
      });
    });

    it("refuses a token for another tool", async () => {
      const response = await send(
        "/mcp/orders/8812",
        broker.callToken({ aud: "https://b.example" }),
      );
      assert.equal(response.status, 401);
      assert.match(response.headers.get("www-authenticate")!, /^Bearer error="invalid_token"/);
    });

    it("refuses a token in the query, or in a form", async () => {
      const token = await broker.callToken();
      const query = await server.send(`/mcp/orders/8812?access_token=${token}`);
      const form = await server.send("/mcp/refunds/8812", {
        method: "POST",
        body: new URLSearchParams({ access_token: token }),
      });
      assert.deepEqual([query.status, form.status], [401, 401]);
    });

    it("requires an intent, and names it for a step up", async () => {
      const read = [{ type: "agentid_call", intent: "read", sensitivity: "internal" }];
      const reading = { scope: "read", authorization_details: read };
      const response = await post("/mcp/refunds/8812", broker.callToken(reading));
      assert.equal(response.status, 403);
      assert.equal(
        response.headers.get("www-authenticate"),
        `Bearer error="insufficient_scope", error_description="the call was decided for another intent", scope="refund", resource_metadata="${metadataUrl}"`,
      );
      assert.equal((await post("/mcp/refunds/8812", broker.callToken())).status, 200);
    });

    it("refuses another target than the one decided on, where a handler compares", async () => {
      const response = await post("/mcp/refunds/8813", broker.callToken());
      assert.equal(response.status, 403);
      assert.match(response.headers.get("www-authenticate")!, /^Bearer error="insufficient_scope"/);
      assert.deepEqual(await response.json(), {
        error: "insufficient_scope",
        error_description: "the call was decided for another target, or for none",
      });
    });

    it("accepts a proof for its public URL, once", async () => {
      const key = await signingKey();
      const jwk = await exportJWK(key.publicKey);
      const token = await broker.callToken({ cnf: { jkt: await calculateJwkThumbprint(jwk) } });
      const ath = createHash("sha256").update(token).digest("base64url");
      const proof = await new SignJWT({ htm: "GET", htu: `${tool}/orders/8812`, ath })
        .setProtectedHeader({ alg: "ES256", typ: "dpop+jwt", jwk })
        .setJti(randomUUID())
        .setIssuedAt(seconds())
        .sign(key.privateKey);
      const headers = { authorization: `DPoP ${token}`, dpop: proof };
      assert.equal((await server.send("/mcp/orders/8812?a=b", { headers })).status, 200);
      const again = await server.send("/mcp/orders/8812", { headers });
      assert.equal(again.status, 401);
      assert.match(again.headers.get("www-authenticate")!, /^DPoP error="invalid_dpop_proof"/);
      const permissionHolder = await server.send("/mcp/orders/8812", {
        headers: { ...headers, authorization: `Bearer ${token}` },
      });
      assert.equal(permissionHolder.status, 401);
    });

    it("requires the intent of the MCP tool that is called", async () => {
      const allowed = await message(calls("create_refund"), broker.callToken());
      const refused = await message(calls("read_refund"), broker.callToken());
      assert.deepEqual([allowed.status, refused.status], [200, 403]);
      assert.match(refused.headers.get("www-authenticate")!, / scope="read",/);
    });

    it("requires the target of the MCP tool that is called", async () => {
      const refused = await message(calls("create_refund", "8813"), broker.callToken());
      assert.equal(refused.status, 403);
      assert.deepEqual(await refused.json(), {
        error: "insufficient_scope",
        error_description: "the call was decided for another target, or for none",
      });
    });

    it("requires an intent of every call in a request, and of other methods that read data", async () => {
      const reads = { jsonrpc: "2.0", id: 2, method: "resources/read", params: { uri: "a" } };
      const both = await message(
        [calls("create_refund"), calls("read_refund")],
        broker.callToken(),
      );
      const one = await message([calls("create_refund")], broker.callToken());
      const read = await message(reads, broker.callToken());
      assert.deepEqual([both.status, one.status, read.status], [403, 200, 403]);
    });

    it("refuses what no intent is known for", async () => {
      const prompt = { jsonrpc: "2.0", id: 2, method: "prompts/get", params: { name: "a" } };
      for (const body of [calls("delete_order"), calls("constructor"), prompt]) {
        const response = await message(body, broker.callToken());
        assert.equal(response.status, 403);
        assert.equal(
          response.headers.get("www-authenticate"),
          `Bearer error="insufficient_scope", error_description="no intent allows what is called", resource_metadata="${metadataUrl}"`,
        );
      }
    });

    it("allows a client to set up a connection with any call token", async () => {
      const list = { jsonrpc: "2.0", id: 1, method: "tools/list" };
      const ready = { jsonrpc: "2.0", method: "notifications/initialized" };
      const answer = { jsonrpc: "2.0", id: 1, result: {} };
      for (const body of [list, ready, answer]) {
        assert.equal((await message(body, broker.callToken())).status, 200);
      }
      assert.equal((await send("/mcp", broker.callToken())).status, 200);
      assert.equal((await server.send("/mcp")).status, 401);
    });

    it("refuses a body that is no message", async () => {
      const token = await broker.callToken();
      for (const body of [{}, [], "tools/call", null, [[calls("create_refund")]]]) {
        const { status } = await message(body, token);
        assert.equal(status, Array.isArray(body) && body.length === 0 ? 200 : 400);
      }
      const text = { method: "POST", body: "{", headers: { "content-type": "text/plain" } };
      assert.equal((await send("/mcp", token, text)).status, 400);
    });
  });
}

describe("a tool by Express", () => {
  it("leaves other errors of handlers to other middlewares", async () => {
    const broker = await startBroker();
    const verifier = callVerifier({ issuer: broker.issuer, resource: tool });
    const server = await frameworks["Express"]!(verifier);
    const headers = { authorization: `Bearer ${await broker.callToken()}` };
    assert.equal((await server.send("/mcp/broken", { headers })).status, 500);
    await server.stop();
    await broker.stop();
  });
});
