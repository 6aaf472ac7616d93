import assert from "node:assert/strict";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import {
  callProvider,
  dpopKey,
  type Broker,
  type CallDetails,
  type CallProvider,
  type Need,
} from "../../agent/index";
import { frameworks, startMcpTool2, type McpTool2 } from "../support/mcp-tool-2";
import { startBroker, workloadToken, type TestBroker } from "../support/test-broker";

/** How a client chooses the version of the protocol. */
const versions = {
  auto: { versionNegotiation: { mode: "auto" } },
  pinned: { versionNegotiation: { mode: { pin: "2026-07-28" } } },
  legacy: { versionNegotiation: { mode: "legacy" } },
} as const;

/** How a client is given the provider. */
const uses: Readonly<Record<string, (own: CallProvider) => object>> = {
  "as fetch and provider": (own) => ({ fetch: own.fetch, authProvider: own }),
  "as fetch": (own) => ({ fetch: own.fetch }),
  "as provider": (own) => ({ authProvider: own }),
};

describe("the official MCP client 2", () => {
  let broker: TestBroker;
  let agent: Broker;
  let tool: McpTool2;
  let client: Client;

  before(async () => {
    broker = await startBroker();
    const { issuer } = broker;
    agent = { issuer, workloadToken: () => workloadToken("acme.triage", issuer) };
  });
  after(() => broker.stop());
  afterEach(async () => {
    await client.close();
    await tool.stop();
    broker.exchanges.length = 0;
  });

  function details({ tool: called, scope }: Need): CallDetails {
    const intent = scope ?? (called?.name === "create_refund" ? "refund" : "read");
    const order = called?.arguments["order"];
    return {
      ...{ intent, sensitivity: "confidential" },
      ...(typeof order === "string" && { target: `order/${order}` }),
    };
  }

  const connect = async (
    framework: (typeof frameworks)[number],
    use: string,
    version: keyof typeof versions,
    wanted: (need: Need) => CallDetails = details,
    by: Broker = agent,
  ): Promise<void> => {
    tool = await startMcpTool2(framework, { issuer: broker.issuer });
    const own = callProvider(by, {
      resource: tool.url,
      subjectToken: () => workloadToken("alice", broker.issuer),
      details: wanted,
    });
    client = new Client({ name: "agent", version: "1" }, versions[version]);
    await client.connect(
      new StreamableHTTPClientTransport(new URL(tool.url), uses[use]?.(own) ?? {}),
    );
  };

  const textOf = async (name: string, order?: string): Promise<string> => {
    const { content } = await client.callTool({
      name,
      arguments: order === undefined ? {} : { order },
    });
    const [first] = content;
    return first?.type === "text" ? first.text : "";
  };

  for (const framework of frameworks) {
    for (const version of Object.keys(versions) as (keyof typeof versions)[]) {
      for (const use of Object.keys(uses)) {
        it(`calls a tool on ${framework}, ${version}, ${use}`, async () => {
          const isShared = use === "as provider";
          const fixed = {
            intent: "refund",
            sensitivity: "confidential",
            target: "order/1",
          } as const;
          await connect(framework, use, version, isShared ? () => fixed : details);
          const { tools } = await client.listTools();
          assert.deepEqual(
            tools.map(({ name }) => name),
            ["read_refund", "create_refund", "status"],
          );
          await client.ping().catch((error: unknown) => {
            // Version 2026-07-28 has none.
            assert.notEqual(version, "legacy", String(error));
          });
          assert.equal(
            await textOf("create_refund", "1"),
            "create_refund refund order/1 by acme.triage for alice",
          );
          if (isShared) assert.equal(broker.exchanges.length, 1);
          else {
            assert.equal(
              await textOf("read_refund", "2"),
              "read_refund read order/2 by acme.triage for alice",
            );
            await assert.rejects(textOf("status", "3"), /decided for/);
          }
          const methods = new Set(tool.received.map(({ method }) => method));
          assert.ok(methods.has(version === "legacy" ? "initialize" : "server/discover"));
        });
      }
    }
  }

  it("requests the intent that a tool names in its refusal", async () => {
    const wanted = (need: Need): CallDetails => ({
      ...details(need),
      intent: need.scope ?? "read",
    });
    await connect("Express", "as fetch", "auto", wanted);
    assert.match(await textOf("create_refund", "3"), /^create_refund refund order\/3/);
  });

  it("proves its key with each request, by fetch alone", async () => {
    const bound = { ...agent, dpop: await dpopKey() };
    for (const framework of frameworks) {
      await connect(framework, "as fetch", "auto", details, bound);
      assert.match(await textOf("read_refund", "1"), /^read_refund read order\/1/);
      const schemes = tool.received.map(({ authorization = "" }) => authorization.split(" ")[0]);
      assert.deepEqual([...new Set(schemes)], ["DPoP"]);
      await client.close();
      await tool.stop();
    }
    await connect("Express", "as fetch", "auto", details, bound);
  });
});
