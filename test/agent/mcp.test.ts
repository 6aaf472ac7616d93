import assert from "node:assert/strict";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import {
  callProvider,
  dpopKey,
  type Broker,
  type CallDetails,
  type CallProvider,
  type Need,
} from "../../agent/index";
import { startMcpTool, type McpTool } from "../support/mcp-tool";
import { refused, startBroker, workloadToken, type TestBroker } from "../support/test-broker";

describe("the official MCP client", () => {
  let broker: TestBroker;
  let tool: McpTool;
  let agent: Broker;
  let client: Client;

  beforeEach(async () => {
    broker = await startBroker();
    const { issuer } = broker;
    tool = await startMcpTool("sdk", {
      issuer,
      introspection: {
        workloadToken: () => workloadToken("spiffe://acme.example/refunds", issuer),
      },
    });
    agent = { issuer, workloadToken: () => workloadToken("acme.triage", issuer) };
  });

  afterEach(async () => {
    await client.close();
    await tool.stop();
    await broker.stop();
  });

  /** As an agent has them: what each tool needs, and reading for all else. */
  function details({ tool: called, scope }: Need): CallDetails {
    const intent = scope ?? (called?.name === "create_refund" ? "refund" : "read");
    const order = called?.arguments["order"];
    return {
      ...{ intent, sensitivity: "confidential" },
      ...(typeof order === "string" && { target: `order/${order}` }),
    };
  }

  const provider = (by = agent, wanted: (need: Need) => CallDetails = details) =>
    callProvider(by, {
      resource: tool.url,
      subjectToken: () => workloadToken("alice", broker.issuer),
      details: wanted,
    });

  async function connect(authProvider: CallProvider, options: object = {}): Promise<void> {
    client = new Client({ name: "agent", version: "1" });
    const transport = new StreamableHTTPClientTransport(new URL(tool.url), {
      authProvider,
      ...options,
    });
    await client.connect(transport);
  }

  const call = async (name: string, order: string) => {
    const { content } = await client.callTool({ name, arguments: { order } });
    return (content as [{ text: string }])[0].text;
  };

  const intents = () =>
    broker.exchanges.map((form) => {
      const [detail] = JSON.parse(form["authorization_details"]!) as CallDetails[];
      return `${detail!.intent} ${detail!.target ?? ""}`.trim();
    });

  it("calls a tool by the provider alone, all calls with the same details", async () => {
    const target = { target: "order/8812" };
    await connect(provider(agent, (need) => ({ ...details(need), ...target, intent: "refund" })));
    assert.equal(
      await call("create_refund", "8812"),
      "create_refund order/8812 by acme.triage for alice",
    );
    await call("create_refund", "8812");
    assert.deepEqual(intents(), ["refund order/8812"]);
  });

  it("calls tools by the provider's fetch, each call with details and a token of its own", async () => {
    const own = provider();
    await connect(own, { fetch: own.fetch });
    await client.listTools();
    await call("read_refund", "1");
    await call("create_refund", "2");
    await call("create_refund", "2");
    assert.deepEqual(intents(), ["read", "read order/1", "refund order/2", "refund order/2"]);
    const tokens = tool.received
      .filter(({ method }) => method === "tools/call")
      .map(({ authorization }) => authorization);
    assert.equal(new Set(tokens).size, 3);
  });

  it("exchanges for nothing but what it sends", async () => {
    const own = provider(agent, (need) => ({
      ...details(need),
      ...(need.http === undefined && { target: "nothing" }),
    }));
    await connect(own, { fetch: own.fetch });
    await call("read_refund", "1");
    await call("read_refund", "2");
    assert.deepEqual(intents(), ["read nothing", "read", "read order/1", "read order/2"]);
  });

  it("does not share a token that is about to end", async () => {
    const short = provider(agent, (need) => ({ ...details(need), seconds: 4 }));
    await connect(short, { fetch: short.fetch });
    const exchanges = broker.exchanges.length;
    await client.listTools();
    await client.listTools();
    assert.equal(broker.exchanges.length, exchanges + 2);
  });

  it("tries again after the broker has refused", async () => {
    const own = provider();
    broker.refusals.push(refused("temporarily_unavailable", 503));
    await assert.rejects(connect(own), { error: "temporarily_unavailable" });
    await connect(own);
    assert.equal(broker.exchanges.length, 2);
  });

  it("keeps concurrent calls separate", async () => {
    const own = provider();
    await connect(own, { fetch: own.fetch });
    const texts = await Promise.all(
      ["1", "2", "3", "4"].map((order) =>
        call(Number(order) % 2 ? "read_refund" : "create_refund", order),
      ),
    );
    assert.deepEqual(
      texts.map((text) => text.split(" ").slice(0, 2).join(" ")),
      [
        "read_refund order/1",
        "create_refund order/2",
        "read_refund order/3",
        "create_refund order/4",
      ],
    );
  });

  it("requests the intent that a tool names in its refusal", async () => {
    const own = provider(agent, (need) => ({
      ...details(need),
      intent: need.scope ?? "read",
    }));
    await connect(own, { fetch: own.fetch });
    assert.match(await call("create_refund", "3"), /^create_refund order\/3/);
    assert.deepEqual(intents(), ["read", "read order/3", "refund order/3"]);
  });

  it("requests no intent without its details", async () => {
    const own = provider(agent, (need) => ({ ...details(need), intent: "read" }));
    await connect(own, { fetch: own.fetch });
    await assert.rejects(call("create_refund", "3"), {
      name: "ToolRefused",
      status: 403,
      message: /^the tool refuses the call: 403 Bearer error="insufficient_scope".* scope="refund"/,
    });
    assert.deepEqual(intents(), ["read", "read order/3"]);
  });

  it("reports why the broker refuses a call", async () => {
    const own = provider();
    await connect(own, { fetch: own.fetch });
    broker.decide = ({ intent }) => (intent === "refund" ? refused("access_denied") : undefined);
    await assert.rejects(call("create_refund", "3"), {
      name: "ExchangeRefused",
      error: "access_denied",
      message: "access_denied: why: access_denied",
    });
    await call("read_refund", "3");
  });

  it("waits for a person's approval, both as provider and as fetch", async () => {
    const patient = { ...agent, waitSeconds: 30 };
    broker.refusals.push(refused("authorization_pending"));
    const own = provider(patient);
    await connect(own, { fetch: own.fetch });
    broker.refusals.push(refused("authorization_pending"));
    assert.match(await call("create_refund", "4"), /^create_refund/);
    assert.equal(broker.exchanges.length, 4);
  });

  it("exchanges anew after a revocation, and then reports that the task has ended", async () => {
    const target = { target: "order/5" };
    const fixed = provider(agent, () => ({
      ...{ intent: "refund", sensitivity: "confidential" },
      ...target,
    }));
    await connect(fixed);
    const [first] = tool.received.map(({ authorization }) => authorization?.slice(7));
    broker.introspect = ({ token }) => ({ status: 200, body: { active: token !== first } });
    assert.match(await call("create_refund", "5"), /^create_refund/);
    broker.introspect = () => ({ status: 200, body: { active: false } });
    broker.decide = () => refused("invalid_grant");
    await assert.rejects(call("create_refund", "5"), /why: invalid_grant/);
  });

  it("exchanges anew after a revocation, by the provider's fetch", async () => {
    const own = provider();
    await connect(own, { fetch: own.fetch });
    const before = new Set(tool.received.map(({ authorization }) => authorization?.slice(7)));
    broker.introspect = ({ token }) => ({ status: 200, body: { active: !before.has(token) } });
    assert.equal((await client.listTools()).tools.length, 2);
    broker.introspect = () => ({ status: 200, body: { active: false } });
    await assert.rejects(client.listTools(), {
      name: "ToolRefused",
      status: 401,
      message: /the token is revoked/,
    });
    const exchanges = broker.exchanges.length;
    await assert.rejects(call("read_refund", "1"), { name: "ToolRefused", status: 401 });
    assert.equal(broker.exchanges.length, exchanges + 1);
  });

  it("sends its token to no other authorization server that a tool names", async () => {
    const other = await startBroker();
    try {
      await tool.stop();
      const keys = { keys: other.keys.map(({ jwk }) => jwk) };
      tool = await startMcpTool("sdk", { issuer: other.issuer, keys });
      await assert.rejects(connect(provider()));
      assert.equal(other.exchanges.length, 0);
      assert.notEqual(broker.exchanges.length, 0);
      // Nor does it read what the tool declares about itself.
      assert.ok(tool.received.every(({ method }) => method === "initialize"));
    } finally {
      await other.stop();
    }
  });

  it("proves its key to a tool that takes DPoP, by the provider's fetch", async () => {
    await tool.stop();
    tool = await startMcpTool("own", { issuer: broker.issuer });
    const own = provider({ ...agent, dpop: await dpopKey() });
    await connect(own, { fetch: own.fetch });
    assert.match(await call("create_refund", "6"), /^create_refund order\/6/);
    assert.ok(tool.received.every(({ authorization }) => authorization?.startsWith("DPoP ")));
  });

  it("is refused with a bound token by the SDK's middleware, because that supports no proofs", async () => {
    const own = provider({ ...agent, dpop: await dpopKey() });
    await assert.rejects(connect(own, { fetch: own.fetch }), { name: "ToolRefused", status: 401 });
    const exchanges = broker.exchanges.length;
    await assert.rejects(connect(provider({ ...agent, dpop: await dpopKey() })), {
      message: "the MCP SDK sends no DPoP proofs; give it `fetch` of the provider",
    });
    assert.equal(broker.exchanges.length, exchanges);
  });

  it("sees in the tool's answer that another target was decided on", async () => {
    const own = provider(agent, (need) => ({ ...details(need), target: "order/8812" }));
    await connect(own, { fetch: own.fetch });
    await assert.rejects(call("create_refund", "8813"), /decided for another target/);
    assert.match(await call("create_refund", "8812"), /^create_refund order\/8812/);
  });
});
