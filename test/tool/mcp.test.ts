import assert from "node:assert/strict";
import {
  discoverOAuthProtectedResourceMetadata,
  extractWWWAuthenticateParams,
} from "@modelcontextprotocol/sdk/client/auth.js";
import * as errors from "@modelcontextprotocol/sdk/server/auth/errors.js";
import { callOf, callVerifier, mcpTokenVerifier, type CallVerifier } from "../../tool/index";
import { startMcpTool, type McpTool } from "../support/mcp-tool";
import { startBroker, tool, type TestBroker } from "../support/test-broker";

describe("a tool by the official MCP SDK", () => {
  let broker: TestBroker;
  let verifier: CallVerifier;

  beforeEach(async () => {
    broker = await startBroker();
    verifier = callVerifier({ issuer: broker.issuer, resource: tool });
  });

  afterEach(() => broker.stop());

  it("receives the call as the SDK's authInfo", async () => {
    const token = await broker.callToken();
    const info = await mcpTokenVerifier(verifier, errors).verifyAccessToken(token);
    const { extra, ...rest } = info;
    assert.deepEqual(rest, {
      ...{ token, clientId: "acme.triage", scopes: ["refund"] },
      ...{ expiresAt: callOf(info).expiresAt, resource: new URL(tool) },
    });
    assert.deepEqual(extra, { ...callOf(info) });
    assert.equal(callOf({ auth: info }), callOf(info));
  });

  it("refuses as the SDK expects it, also a token that is bound to a key", async () => {
    const mcp = mcpTokenVerifier(verifier, errors);
    const bound = await broker.callToken({ cnf: { jkt: "abc" } });
    const other = await broker.callToken({ aud: "https://ledger.acme.example/mcp" });
    for (const token of [bound, other, "", "a b"]) {
      await assert.rejects(mcp.verifyAccessToken(token), errors.InvalidTokenError);
    }
    const token = await broker.callToken();
    const fresh = callVerifier({ issuer: broker.issuer, resource: tool });
    await broker.stop();
    await assert.rejects(
      mcpTokenVerifier(fresh, errors).verifyAccessToken(token),
      errors.ServerError,
    );
    broker = await startBroker();
  });

  describe("behind its middleware", () => {
    let server: McpTool;

    beforeEach(async () => {
      server = await startMcpTool("sdk", { issuer: broker.issuer });
    });

    afterEach(() => server.stop());

    const send = async (claims: Readonly<Record<string, unknown>>, name = "create_refund") =>
      fetch(server.url, {
        method: "POST",
        headers: {
          authorization: `Bearer ${await broker.callToken({ aud: server.url, ...claims })}`,
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
        },
        body: JSON.stringify({
          ...{ jsonrpc: "2.0", id: 1, method: "tools/call" },
          params: { name, arguments: { order: "8812" } },
        }),
      });

    it("serves a call", async () => {
      const response = await send({});
      assert.equal(response.status, 200);
      assert.match(await response.text(), /create_refund order\/8812 by acme\.triage for alice/);
    });

    it("refuses a token of another tool, and one that is bound to a key", async () => {
      const statuses = [{ aud: tool }, { cnf: { jkt: "abc" } }, {}].map(async (claims) => {
        const response = await send(claims);
        await response.body?.cancel();
        return response.status;
      });
      assert.deepEqual(await Promise.all(statuses), [401, 401, 200]);
    });

    it("names the intent that is needed", async () => {
      const response = await send({}, "read_refund");
      assert.equal(response.status, 403);
      const metadata = new URL("/.well-known/oauth-protected-resource/mcp", server.url);
      assert.equal(
        response.headers.get("www-authenticate"),
        `Bearer error="insufficient_scope", error_description="the call was decided for another intent", scope="read", resource_metadata="${metadata.href}"`,
      );
    });

    it("is found by the SDK's client: what it is, and who issues its tokens", async () => {
      const response = await fetch(server.url, { method: "POST" });
      assert.equal(response.status, 401);
      await response.body?.cancel();
      const { resourceMetadataUrl } = extractWWWAuthenticateParams(response);
      const found = await discoverOAuthProtectedResourceMetadata(server.url, {
        resourceMetadataUrl: resourceMetadataUrl!,
      });
      assert.deepEqual(
        [found.resource, found.authorization_servers, found.scopes_supported],
        [server.url, [broker.issuer], ["read", "refund"]],
      );
      assert.deepEqual(await discoverOAuthProtectedResourceMetadata(server.url), found);
    });
  });
});
