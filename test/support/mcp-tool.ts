import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { requireBearerAuth } from "@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js";
import * as errors from "@modelcontextprotocol/sdk/server/auth/errors.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import express from "express";
import {
  callOf,
  callVerifier,
  expressAuth,
  mcpTokenVerifier,
  requireCall,
  type CallVerifierOptions,
} from "../../tool/index";

/** A tool of the official MCP SDK; its URL, and its requests. */
export interface McpTool {
  readonly url: string;
  /** Bodies and tokens of the requests, the last one last. */
  readonly received: { readonly method: string; readonly authorization: string | undefined }[];
  stop(): Promise<void>;
}

/**
 * Starts a tool that reads and creates refunds.
 *
 * @param by whether the SDK's middleware requires tokens, or the one of this package, which takes DPoP too
 */
export async function startMcpTool(
  by: "sdk" | "own",
  options: Omit<CallVerifierOptions, "resource">,
): Promise<McpTool> {
  const app = express();
  const http = createServer(app).listen(0, "127.0.0.1");
  await once(http, "listening");
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`;
  const received: McpTool["received"] = [];
  const verifier = callVerifier({ ...options, resource: url, intents: ["read", "refund"] });
  const auth = expressAuth(verifier);
  app.use(express.json());
  app.use((request, _response, next) => {
    const { method } = (request.body ?? request) as { method: string };
    received.push({ method, authorization: request.headers.authorization });
    next();
  });
  app.use(auth.metadata);
  app.post(
    "/mcp",
    by === "own"
      ? auth.verify
      : requireBearerAuth({
          verifier: mcpTokenVerifier(verifier, errors),
          resourceMetadataUrl: verifier.metadataUrl.href,
        }),
    auth.toolIntents({
      read_refund: { intent: "read", target: "order/{order}" },
      create_refund: { intent: "refund", target: "order/{order}" },
    }),
    async (request, response) => {
      const transport = new StreamableHTTPServerTransport({});
      await refundServer().connect(transport);
      await transport.handleRequest(request, response, request.body);
    },
  );
  app.all("/mcp", (_request, response) => {
    response.status(405).end();
  });
  return {
    ...{ url, received },
    async stop() {
      http.closeAllConnections();
      http.close();
      await once(http, "close");
    },
  };
}

function refundServer(): McpServer {
  const tool = new McpServer({ name: "refunds", version: "1" }, { capabilities: { tools: {} } });
  const { server } = tool;
  const inputSchema = { type: "object" as const };
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: [
      { name: "read_refund", inputSchema },
      { name: "create_refund", inputSchema },
    ],
  }));
  server.setRequestHandler(CallToolRequestSchema, ({ params }, { authInfo }) => {
    const call = callOf(authInfo);
    requireCall(call, { target: `order/${String(params.arguments?.["order"])}` });
    const text = `${params.name} ${call.target} by ${call.caller} for ${call.subject}`;
    return { content: [{ type: "text", text }] };
  });
  return tool;
}
