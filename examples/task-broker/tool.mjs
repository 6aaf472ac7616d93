// The tool: an MCP server by the official SDK that reads, notes on and refunds orders. It takes call tokens of the broker alone.
import { once } from "node:events";
import * as errors from "@modelcontextprotocol/sdk/server/auth/errors.js";
import { requireBearerAuth } from "@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import express from "express";
import {
  callOf,
  callVerifier,
  expressAuth,
  mcpTokenVerifier,
  requireCall,
} from "pulumi-agentid/tool";
import { z } from "zod";

/** Starts the tool; `workloadToken` is its own token, by which it asks the broker whether a call token still stands. */
export async function startTool({ issuer, port, workloadToken }) {
  const resource = `http://127.0.0.1:${port}/mcp`;
  const verifier = callVerifier({ issuer, resource, introspection: { workloadToken } });
  const auth = expressAuth(verifier);
  const app = express();
  app.use(auth.metadata);
  app.post(
    "/mcp",
    requireBearerAuth({
      verifier: mcpTokenVerifier(verifier, errors),
      resourceMetadataUrl: verifier.metadataUrl.href,
    }),
    express.json(),
    auth.toolIntents({
      read_order: { intent: "read", target: "order/{order}" },
      note_order: { intent: "note", target: "order/{order}" },
      refund_order: { intent: "refund", target: "order/{order}" },
    }),
    async (request, response) => {
      const transport = new StreamableHTTPServerTransport();
      await orders().connect(transport);
      await transport.handleRequest(request, response, request.body);
    },
  );
  const server = app.listen(port, "127.0.0.1");
  await once(server, "listening");
  return { resource, stop: () => server.closeAllConnections() ?? server.close() };
}

function orders() {
  const server = new McpServer({ name: "orders", version: "1" });
  const said = (text) => ({ content: [{ type: "text", text }] });
  const order = z.string();
  server.registerTool("read_order", { inputSchema: { order } }, ({ order }) =>
    said(`order ${order}: 49.00, delivered`),
  );
  server.registerTool("note_order", { inputSchema: { order, text: z.string() } }, ({ order }) =>
    said(`noted on order ${order}`),
  );
  server.registerTool(
    "refund_order",
    { inputSchema: { order, cents: z.number().int() } },
    ({ order, cents }, { authInfo }) => {
      // `toolIntents` compares the order. What the broker decided on is what happens: this amount, once.
      requireCall(callOf(authInfo), { context: { cents }, once: true });
      return said(`refunded ${(cents / 100).toFixed(2)} of order ${order}`);
    },
  );
  return server;
}
