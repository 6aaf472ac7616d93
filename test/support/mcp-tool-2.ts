import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { createMcpHandler, McpServer, type AuthInfo } from "@modelcontextprotocol/server";
import express from "express";
import { Hono } from "hono";
import { z } from "zod";
import {
  authInfoOf,
  callOf,
  callVerifier,
  expressAuth,
  guardedFetch,
  honoAuth,
  type CallVerifierOptions,
} from "../../tool/index";

/** A tool of the official MCP SDK 2, and how often each method was called. */
export interface McpTool2 {
  readonly url: string;
  /** Methods and tokens of the requests that came, in order. */
  readonly received: { readonly method: string; readonly authorization: string | undefined }[];
  stop(): Promise<void>;
}

export const frameworks = ["Express", "Hono", "the SDK's own handler"] as const;

const intents = {
  read_refund: { intent: "read", target: "order/{order}" },
  create_refund: { intent: "refund", target: "order/{order}" },
  status: { intent: "read", target: null },
} as const;

/** Starts a tool that reads and creates refunds, by a server of both versions of the protocol. */
export async function startMcpTool2(
  framework: (typeof frameworks)[number],
  options: Omit<CallVerifierOptions, "resource">,
): Promise<McpTool2> {
  const handler = createMcpHandler(refundServer);
  const http = createServer().listen(0, "127.0.0.1");
  await once(http, "listening");
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`;
  const received: McpTool2["received"] = [];
  const verifier = callVerifier({ ...options, resource: url, intents: ["read", "refund"] });
  const note = (body: unknown, authorization: string | undefined): void => {
    const { method = "" } = (body ?? {}) as { readonly method?: string };
    received.push({ method, authorization });
  };
  const listen = (answer: ReturnType<typeof getRequestListener>): void => {
    http.on("request", (request, response) => void answer(request, response));
  };
  switch (framework) {
    case "Express": {
      const app = express();
      const auth = expressAuth(verifier);
      app.use(express.json());
      app.use(auth.metadata);
      app.use("/mcp", auth.verify, auth.toolIntents(intents), (request, response, next) => {
        note(request.body, request.headers.authorization);
        const answer = getRequestListener(async (webRequest) =>
          handler.fetch(webRequest, {
            authInfo: (request as unknown as { auth: AuthInfo }).auth,
            parsedBody: request.body,
          }),
        );
        answer(request, response).catch(next);
      });
      http.on("request", app);
      break;
    }
    case "Hono": {
      const app = new Hono();
      const auth = honoAuth(verifier);
      app.use(auth.metadata);
      app.use("/mcp", auth.verify, auth.toolIntents(intents));
      app.all("/mcp", async (context) => {
        const parsedBody: unknown = await context.req.json().catch(() => undefined);
        note(parsedBody, context.req.header("authorization"));
        return handler.fetch(context.req.raw, {
          authInfo: authInfoOf(callOf(context)),
          parsedBody,
        });
      });
      listen(getRequestListener(app.fetch));
      break;
    }
    case "the SDK's own handler": {
      const guarded = guardedFetch(verifier, intents, async (request, given) => {
        note(given.parsedBody, request.headers.get("authorization") ?? undefined);
        return handler.fetch(request, given);
      });
      listen(getRequestListener(guarded));
      break;
    }
  }
  return {
    ...{ url, received },
    async stop() {
      await handler.close();
      http.closeAllConnections();
      http.close();
      await once(http, "close");
    },
  };
}

function refundServer(): McpServer {
  const server = new McpServer({ name: "refunds", version: "1" });
  const inputSchema = z.object({ order: z.string().optional() });
  for (const name of Object.keys(intents)) {
    server.registerTool(name, { inputSchema }, (_args, context) => {
      const call = callOf(context.http?.authInfo);
      const text = `${name} ${call.intent} ${call.target ?? "-"} by ${call.caller} for ${call.subject}`;
      return { content: [{ type: "text", text }] };
    });
  }
  return server;
}
