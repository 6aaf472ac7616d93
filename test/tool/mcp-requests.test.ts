import assert from "node:assert/strict";
import { frameworks, startMcpTool2, type McpTool2 } from "../support/mcp-tool-2";
import { startBroker, workloadToken, type TestBroker } from "../support/test-broker";

const version = "2026-07-28";
const meta = {
  _meta: {
    "io.modelcontextprotocol/protocolVersion": version,
    "io.modelcontextprotocol/clientInfo": { name: "agent", version: "1" },
    "io.modelcontextprotocol/clientCapabilities": {},
  },
};

/** The text beyond ASCII that a header of MCP has in base64. */
const encoded = (text: string): string =>
  `=?base64?${Buffer.from(text, "utf8").toString("base64")}?=`;

describe("a request of MCP 2026-07-28", () => {
  let broker: TestBroker;
  let tool: McpTool2;

  before(async () => {
    broker = await startBroker();
  });
  after(() => broker.stop());
  afterEach(() => tool.stop());

  const start = async (
    framework: (typeof frameworks)[number],
    isIntrospecting = false,
  ): Promise<void> => {
    const { issuer } = broker;
    tool = await startMcpTool2(framework, {
      issuer,
      ...(isIntrospecting && {
        introspection: {
          workloadToken: () => workloadToken("spiffe://acme.example/refunds", issuer),
        },
      }),
    });
  };
  const send = async (
    body: Readonly<Record<string, unknown>> | string,
    headers: Readonly<Record<string, string | undefined>>,
    claims: Readonly<Record<string, unknown>> = {},
  ): Promise<{ readonly status: number; readonly text: string; readonly challenge: string }> => {
    const given = Object.entries<string | undefined>({
      authorization: `Bearer ${await broker.callToken({ aud: tool.url, ...claims })}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": version,
      ...headers,
    }).filter(([, value]) => value !== undefined);
    const answer = await fetch(tool.url, {
      method: "POST",
      headers: Object.fromEntries(given) as Record<string, string>,
      body: typeof body === "string" ? body : JSON.stringify({ jsonrpc: "2.0", id: 7, ...body }),
    });
    const challenge = answer.headers.get("www-authenticate") ?? "";
    return { status: answer.status, text: await answer.text(), challenge };
  };
  const call = (name: string, order?: string) => ({
    method: "tools/call",
    params: { name, arguments: order === undefined ? {} : { order }, ...meta },
  });
  const refund = call("create_refund", "8812");
  const named = { "mcp-method": "tools/call", "mcp-name": "create_refund" };

  for (const framework of frameworks) {
    it(`on ${framework} has headers that equal its body`, async () => {
      await start(framework);
      for (const headers of [named, { ...named, "mcp-name": encoded("create_refund") }]) {
        const { status, text } = await send(refund, headers);
        assert.equal(status, 200, text);
        assert.match(text, /create_refund refund order\/8812 by acme\.triage for alice/);
      }
    });

    it(`on ${framework} is refused where a header contradicts its body, or lacks`, async () => {
      await start(framework);
      for (const [headers, problem] of [
        [{ ...named, "mcp-method": "tools/list" }, "Mcp-Method is not the method of the body"],
        [{ ...named, "mcp-method": "Tools/Call" }, "Mcp-Method is not the method of the body"],
        [{ ...named, "mcp-method": undefined }, "Mcp-Method is not the method of the body"],
        [{ ...named, "mcp-name": "read_refund" }, "Mcp-Name is not what the body names"],
        [{ ...named, "mcp-name": encoded("read_refund") }, "Mcp-Name is not what the body names"],
        [{ ...named, "mcp-name": "=?base64?a?=" }, "Mcp-Name is not what the body names"],
        [{ ...named, "mcp-name": "=?base64?/w==?=" }, "Mcp-Name is not what the body names"],
        [{ ...named, "mcp-name": undefined }, "Mcp-Name is not what the body names"],
      ] as const) {
        const { status, text } = await send(refund, headers);
        assert.deepEqual(
          [status, JSON.parse(text)],
          [
            400,
            {
              jsonrpc: "2.0",
              id: 7,
              error: { code: -32_020, message: `Header mismatch: ${problem}` },
            },
          ],
        );
      }
      assert.equal(tool.received.length, 0);
    });

    it(`on ${framework} is refused where its method is unknown, with a sentence`, async () => {
      await start(framework);
      for (const method of ["tools/erase", "constructor", "notifications/other", "TOOLS/LIST"]) {
        const { status, challenge } = await send(
          { method, params: meta },
          { "mcp-method": method },
        );
        assert.equal(status, 403);
        assert.match(challenge, /the method is none of MCP that this tool knows/);
      }
      assert.equal(tool.received.length, 0);
    });

    it(`on ${framework} lists the tools that grants of the caller allow`, async () => {
      await start(framework, true);
      const list = { method: "tools/list", params: meta };
      const headers = { "mcp-method": "tools/list" };
      for (const [intents, expected] of [
        [["read"], ["read_refund", "status"]],
        [
          ["refund", "read"],
          ["read_refund", "create_refund", "status"],
        ],
        [["other"], []],
        [[], []],
        [undefined, ["read_refund", "create_refund", "status"]],
      ] as const) {
        broker.introspect = () => ({ status: 200, body: { active: true, intents } });
        const { status, text } = await send(list, headers);
        assert.equal(status, 200, text);
        const { result } = JSON.parse(text) as {
          readonly result: { readonly tools: readonly { readonly name: string }[] };
        };
        assert.deepEqual(
          result.tools.map(({ name }) => name),
          expected,
        );
      }
      broker.introspect = () => ({ status: 200, body: { active: true } });
    });

    it(`on ${framework} lists them to clients of earlier versions too, as events`, async () => {
      await start(framework, true);
      broker.introspect = () => ({ status: 200, body: { active: true, intents: ["refund"] } });
      const { status, text } = await send(
        { method: "tools/list", params: {} },
        { "mcp-protocol-version": "2025-06-18" },
      );
      assert.equal(status, 200, text);
      assert.deepEqual(
        [...text.matchAll(/"name":"(\w+)"/g)].map(([, name]) => name),
        ["create_refund"],
      );
      broker.introspect = () => ({ status: 200, body: { active: true } });
    });

    it(`on ${framework} does one of the intents of a token for several`, async () => {
      await start(framework);
      const detail = (intent: string, parts: object = {}): object => ({
        ...{ type: "agentid_call", intent, sensitivity: "internal", context: {}, seconds: 60 },
        ...parts,
      });
      const several = {
        scope: "read other",
        authorization_details: [detail("read"), detail("other")],
      };
      const status = call("status");
      const headers = { "mcp-method": "tools/call", "mcp-name": "status" };
      assert.match((await send(status, headers, several)).text, /status read - by acme\.triage/);
      const other = {
        scope: "other read",
        authorization_details: [detail("other"), detail("read")],
      };
      // The handler has the call for what the request does.
      assert.match((await send(status, headers, other)).text, /status read - by acme\.triage/);
      // No target was decided on.
      assert.equal((await send(refund, named, several)).status, 403);
      for (const [claims, expected] of [
        [{ ...several, scope: "read" }, 401],
        [{ ...several, scope: "other read" }, 401],
        [
          { ...several, authorization_details: [detail("read"), detail("other", { target: "1" })] },
          401,
        ],
        [
          {
            ...several,
            authorization_details: [
              detail("read", { target: "1" }),
              detail("other", { target: "1" }),
            ],
          },
          401,
        ],
        [
          {
            ...several,
            authorization_details: [detail("read"), detail("other", { sensitivity: "public" })],
          },
          401,
        ],
        [
          {
            ...several,
            authorization_details: [
              detail("read", { context: { a: 1 } }),
              detail("other", { context: { a: 1 } }),
            ],
          },
          401,
        ],
        [{ ...several, authorization_details: [detail("read"), "other"] }, 401],
        [{ ...several, authorization_details: [] }, 401],
      ] as const) {
        const answer = await send(status, headers, claims);
        assert.equal(answer.status, expected, JSON.stringify(claims));
      }
    });
  }

  it("does not act by a header of the newest version and a body of an earlier one", async () => {
    await start("the SDK's own handler");
    const earlier = { method: "tools/call", params: { name: "create_refund", arguments: {} } };
    const { status } = await send(earlier, { "mcp-method": "tools/list" });
    assert.equal(status, 400);
  });
});
