import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import express from "express";
import ts from "typescript";
import * as tool from "../../tool/index";

const fromHere = createRequire(__filename);
const page = readFileSync(join(__dirname, "../../docs/broker/protect-mcp.md"), "utf8");

/** The first TypeScript block under a heading of the page. */
function blockUnder(heading: string): string {
  const found = new RegExp(`^## ${heading}$[^]*?^\`\`\`ts\n([^]*?)^\`\`\`$`, "m").exec(page);
  assert.ok(found?.[1] !== undefined, `no block under ${heading}`);
  return found[1];
}

/** The app of a block that starts one. It listens where the test chooses. */
function appOf(code: string): express.Express {
  let started: express.Express | undefined;
  const withoutListen = Object.assign(() => {
    const app = express();
    app.listen = (() => {
      started = app;
    }) as never;
    return app;
  }, express);
  const modules: Readonly<Record<string, unknown>> = {
    express: withoutListen,
    "pulumi-agentid-tool": tool,
  };
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      esModuleInterop: true,
    },
  });
  // oxlint-disable-next-line typescript/no-implied-eval -- the block is a file of this repository
  const run = new Function("require", "exports", outputText) as (
    load: (name: string) => unknown,
    exported: object,
  ) => void;
  run((name) => modules[name] ?? (fromHere(name) as unknown), {});
  assert.ok(started, "the block starts no server");
  return started;
}

const listTools = { jsonrpc: "2.0", id: 1, method: "tools/list", params: {} };

async function listing(app: express.Express): Promise<Response> {
  const http = createServer(app).listen(0, "127.0.0.1");
  await once(http, "listening");
  const { port } = http.address() as AddressInfo;
  try {
    return await fetch(`http://127.0.0.1:${port}/mcp`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        connection: "close",
      },
      body: JSON.stringify(listTools),
    });
  } finally {
    http.close();
  }
}

describe("the page on protecting an MCP server", () => {
  it("starts from a server that any client may call", async () => {
    const answer = await listing(appOf(blockUnder("1. The server today")));
    assert.equal(answer.status, 200);
    assert.match(await answer.text(), /create_refund/);
  });

  it("ends with a server that refuses a call without a token, and names its metadata", async () => {
    const answer = await listing(appOf(blockUnder("3. Let the server accept call tokens only")));
    assert.equal(answer.status, 401);
    assert.match(
      answer.headers.get("www-authenticate") ?? "",
      /resource_metadata="https:\/\/refunds\.acme\.example\//,
    );
  });

  it("has at most 900 words", () => {
    assert.ok(page.split(/\s+/).length <= 900);
  });
});
