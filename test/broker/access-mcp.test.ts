import { strict as assert } from "node:assert";
import { grantId } from "../../core/grants/grant-id";
import {
  crm,
  deskConfiguration,
  grant,
  resource,
  startDesk,
  svid,
  userToken,
  without,
  type Desk,
} from "./support/desk";

type Body = Readonly<Record<string, unknown>>;

const alice = { type: "identity", id: "alice" };
const whole = { sensitivity: "restricted" } as const;
const onlyFor = (key: string, value: string) =>
  ({ conditions: [{ kind: "one-of", key, values: [value] }] }) as const;

const grants = {
  refund: grant({ ...whole }),
  /** Decides before `refund` where it applies: neither the name of a tool nor the server is a target. */
  ofTarget: grant({
    ...whole,
    conditions: [{ kind: "one-of", key: "target", values: ["refund_order", resource, "order/1"] }],
  }),
  read: grant({ ...whole, intents: ["read"], ...onlyFor("target", "file:///a") }),
  forAlice: grant({ ...whole, intents: ["close"], ...onlyFor("user", "alice") }),
  throughDesk: grant({ ...whole, intents: ["escalate"], ...onlyFor("actors", "desk") }),
  approved: grant({ ...whole, intents: ["delete"], approval: "human" }),
  counted: grant({ ...whole, intents: ["count"], maxCalls: 3 }),
  tagged: grant({ ...whole, intents: ["tag"], ...onlyFor("role", "admin") }),
  named: grant({ ...whole, intents: ["tools/run", "tools/call", "ping"] }),
  byTool: grant({ ...whole, caller: "crm" }),
  otherTool: grant({ ...whole, caller: "other", tool: "crm" }),
};

const calls = {
  ...{ refund_order: "refund", close_order: "close", escalate_order: "escalate" },
  ...{ delete_order: "delete", count_orders: "count", tag_order: "tag", void_order: "void" },
  ...{ "resources/read": "read", "prompts/get": "refund", "tasks/list": "refund" },
};

/** Methods by what the resource of their default mapping is: of `server`, the id is the tool's own. */
const methods = {
  server: [
    ...["initialize", "ping", "logging/setLevel", "server/discover", "subscriptions/listen"],
    ...["tools/list", "prompts/list", "resources/list", "resources/templates/list"],
    ...["notifications/initialized", "notifications/cancelled"],
  ],
  unknown: [
    ...["tools/run", "Tools/List", "initialise", "tools/list ", "tools"],
    ...["sampling/createMessage", "elicitation/create", "roots/list", "notifications/other"],
  ],
  notInCalls: {
    ...{ "resources/subscribe": "resource", "resources/unsubscribe": "resource" },
    ...{ "completion/complete": "prompt", "tasks/get": "task", "tasks/result": "task" },
    "tasks/cancel": "task",
  },
} as const;

/** The default mapping of a call (source: COAZ-MCP, Default Mappings), with other parts. */
const call = (name: string, parts: Body = {}): Body => ({
  ...{ subject: alice, action: { name: "tools/call" }, resource: { type: "tool", id: name } },
  ...{ context: { agent: "acme.triage" }, ...parts },
});
const onServer = (method: string, parts: Body = {}): Body =>
  call("", { action: { name: method }, resource: { type: "mcp_server", id: resource }, ...parts });
const by = (agent: unknown): Body => ({ context: { agent } });

const allowed = (by: keyof typeof grants, intent: string) => ({
  ...{ decision: true, context: { grant: grantId(grants[by]), intent } },
});
const denied = (reason: string, intent?: string) => ({
  ...{ decision: false, context: { reason, ...(intent !== undefined && { intent }) } },
});
const opened = { decision: true, context: {} };
const noGrant = "no grant allows it";
const noAgent = "`context.agent` is no agent of the tenant";
const noType = "the resource is of another type than the method's in COAZ-MCP";
const notCalled = "the tool has no entry for it in `calls`";

describe("a call of MCP as a request of AuthZEN (COAZ-MCP)", () => {
  let desk: Desk;
  before(async () => {
    const { workloads } = await deskConfiguration();
    desk = await startDesk({
      workloads: workloads.map((each) =>
        each.name === "refunds" ? { ...each, tool: { resource, calls } } : each,
      ),
      grants: Object.values(grants),
    });
  });
  after(() => desk.stop());

  const ask = async (path: string, body: Body, tool = "refunds") =>
    desk.post(`/access/v1/${path}`, JSON.stringify(body), {
      authorization: `Bearer ${await svid(tool)}`,
      "content-type": "application/json",
    });
  const decides = async (body: Body, expected: Body, tool = "refunds"): Promise<void> => {
    const answer = await ask("evaluation", body, tool);
    assert.deepEqual([answer.status, answer.body], [200, expected], JSON.stringify(body));
  };

  it("is decided by the intent that the tool's `calls` have for the name", async () => {
    await decides(call("refund_order"), allowed("refund", "refund"));
    await decides(call("refund_order", by("triage")), allowed("refund", "refund"));
    await decides(call("void_order"), denied(noGrant, "void"));
    await decides(call("delete_order"), denied("a person has to approve", "delete"));
    await decides(call("count_orders"), denied(noGrant, "count"));
    assert.deepEqual(await desk.broker.store.all("select id from approval", []), []);
  });

  it("is denied where `calls` do not have the very name", async () => {
    for (const name of ["refund_orders", "REFUND_ORDER", "refund", "tools/call", "constructor"]) {
      await decides(call(name), denied(notCalled));
    }
    await decides(call("refund_order", by("acme.other")), denied(notCalled), "crm");
  });

  it("is denied where the resource is no tool, though its id is the name of one", async () => {
    for (const type of ["customer", "mcp_server", "Tool", "prompt"]) {
      await decides(call("", { resource: { type, id: "refund_order" } }), denied(noType));
    }
  });

  it("is denied to what is no agent of the tenant, also where the subject is one", async () => {
    for (const agent of [
      ...["acme.stranger", "globex.triage", "acme.acme.triage", "ACME.triage", "triage-web"],
      // Tools, of which one has a grant on the tool that is asked about.
      ...["acme.refunds", "refunds", "acme.crm", "constructor"],
    ]) {
      for (const subject of [alice, { ...alice, id: "acme.triage" }]) {
        await decides(call("refund_order", { subject, ...by(agent) }), denied(noAgent));
        await decides(onServer("tools/list", { subject, ...by(agent) }), denied(noAgent));
      }
    }
    await decides(call("refund_order", by("acme.other")), denied(noGrant, "refund"));
  });

  it("is denied without an agent, unless a grant has the action for its intent", async () => {
    const missing = denied("a method of MCP needs `context.agent`");
    for (const context of [undefined, {}, { client: "acme.triage" }]) {
      await decides(call("refund_order", { context }), missing);
      await decides(onServer("initialize", { context }), missing);
      const subject = { type: "identity", id: "acme.other" };
      await decides(call("refund_order", { subject, context }), missing);
    }
    const subject = { type: "identity", id: "acme.triage", properties: { agent: "acme.triage" } };
    await decides(call("refund_order", { subject, context: {} }), {
      ...{ decision: true, context: { grant: grantId(grants.named) } },
    });
  });

  it("is refused where the agent is no name, or a property has another one", async () => {
    const withAgent = (agent: string): Body => ({ properties: { agent } });
    for (const body of [
      ...[null, 1, true, "", {}, ["acme.triage"], "acme.\u0000triage", "x".repeat(513)].map(
        (agent) => call("refund_order", by(agent)),
      ),
      call("refund_order", { subject: { ...alice, ...withAgent("acme.other") } }),
      call("refund_order", { action: { name: "tools/call", ...withAgent("acme.other") } }),
      call("", { resource: { type: "tool", id: "refund_order", ...withAgent("acme.other") } }),
    ]) {
      const answer = await ask("evaluation", body);
      assert.deepEqual([answer.status, answer.body["error"]], [400, "invalid_request"]);
    }
    const same = { subject: { ...alice, ...withAgent("acme.triage") } };
    await decides(call("refund_order", same), allowed("refund", "refund"));
  });

  it("opens and lists for an agent with any grant on the tool, and for no other", async () => {
    for (const method of methods.server) {
      await decides(onServer(method), opened);
      await decides(onServer(method, by("acme.other")), denied(noGrant));
      await decides(onServer(method, by("acme.desk")), denied(noGrant));
      for (const type of ["tool", "storage_object"]) {
        await decides(onServer(method, { resource: { type, id: resource } }), denied(noType));
      }
    }
    const otherServer = denied("the server is not the `resource` of the tool");
    await decides(
      onServer("initialize", { resource: { type: "mcp_server", id: crm } }),
      otherServer,
    );
    const onCrm = { resource: { type: "mcp_server", id: crm } };
    await decides(onServer("initialize", { ...onCrm, ...by("acme.other") }), opened, "crm");
    await decides(onServer("initialize", onCrm), denied(noGrant), "crm");
  });

  it("is denied for a method that no version of MCP has, also where an intent has its name", async () => {
    for (const method of methods.unknown) {
      await decides(onServer(method), denied("the method is unknown"));
    }
    const order = { resource: { type: "order", id: "order/1" } };
    await decides(onServer("tools/run", order), allowed("named", "tools/run"));
    await decides(onServer("tools/walk", order), denied(noGrant, "tools/walk"));
  });

  it("is decided by its method where it calls something else than a tool", async () => {
    const file = (id: string, type = "resource") => ({ resource: { type, id } });
    await decides(onServer("resources/read", file("file:///a")), allowed("read", "read"));
    await decides(onServer("resources/read", file("file:///b")), denied(noGrant, "read"));
    await decides(onServer("resources/read", file("file:///a", "file")), denied(noType));
    await decides(onServer("resources/read"), denied(noType));
    await decides(onServer("prompts/get", file("p", "prompt")), allowed("refund", "refund"));
    await decides(onServer("tasks/list"), allowed("refund", "refund"));
    for (const [method, type] of Object.entries(methods.notInCalls)) {
      await decides(onServer(method, file("x", type)), denied(notCalled));
      await decides(onServer(method), denied(noType));
    }
    await decides(onServer("completion/complete", file("x", "resource")), denied(notCalled));
  });

  it("has no target and no proven user: a grant for one of them allows nothing", async () => {
    await decides(call("close_order"), denied(noGrant, "close"));
    const subject = { type: "identity", id: "acme.desk" };
    await decides(call("escalate_order", { subject }), denied(noGrant, "escalate"));
    const claims = { agent: "acme.triage", user: "alice", actors: "desk", target: "file:///a" };
    await decides(call("close_order", { context: claims }), denied(noGrant, "close"));
  });

  it("takes what a declared mapping of a tool states: intent, target and properties", async () => {
    const mapped = (intent: string, id: string, properties: Body = {}): Body =>
      call("", { action: { name: intent }, resource: { type: "storage", id, properties } });
    await decides(mapped("read", "file:///a"), allowed("read", "read"));
    await decides(mapped("read", "file:///b"), denied(noGrant, "read"));
    await decides(mapped("refund", "order/1"), allowed("ofTarget", "refund"));
    await decides(mapped("tag", "order/1", { role: "admin" }), allowed("tagged", "tag"));
    await decides(mapped("tag", "order/1", { role: "user" }), denied(noGrant, "tag"));
    const { body } = await ask("evaluations", {
      ...{ subject: alice, ...by("acme.triage") },
      evaluations: [mapped("read", "file:///a"), mapped("read", "file:///b")].map((each) =>
        without(each, "subject", "context"),
      ),
    });
    const expected = [allowed("read", "read"), denied(noGrant, "read")];
    assert.deepEqual(body, { evaluations: expected });
  });

  it("finds the intents of the agent, and none of its subject", async () => {
    const find = async (parts: Body): Promise<unknown> => {
      const body = { subject: alice, resource: { type: "storage", id: "file:///a" }, ...parts };
      return (await ask("search/action", body)).body["results"];
    };
    const found = ["refund", "read", "tools/run"].map((name) => ({ name }));
    assert.deepEqual(await find(by("acme.triage")), found);
    const subject = { type: "identity", id: "acme.triage" };
    for (const agent of ["acme.other", "acme.crm", "globex.triage"]) {
      assert.deepEqual(await find({ subject, ...by(agent) }), []);
    }
    assert.deepEqual(await find({}), []);
  });

  it("is in the trail with agent, claimed subject, method and intent", async () => {
    await ask("evaluation", call("refund_order", { context: { agent: "acme.triage", case: "c" } }));
    const line = (await desk.trail()).filter(({ event }) => event === "evaluated").at(-1) ?? {};
    assert.deepEqual(without(line, "trail", "before", "seq", "at", "policy"), {
      ...{ txn: "", user: "", chain: ["triage"], tool: "refunds", event: "evaluated" },
      ...{ subject: "alice", agent: "triage", action: "tools/call", target: "refund_order" },
      ...{ intent: "refund", decision: true, context: { case: "c" } },
      ...{ grant: grantId(grants.refund) },
      proof: { issuer: "spire", subject: "spiffe://acme.example/acme/refunds" },
    });
  });

  it("counts a revocation of the claimed user, of an orchestrator and of the agent", async () => {
    const revoke = async (kind: string, value: string): Promise<void> => {
      const operator = await userToken("olga", "console", { groups: ["platform"] });
      const answer = await desk.post("/revocations", JSON.stringify({ kind, value }), {
        authorization: `Bearer ${operator}`,
      });
      assert.equal(answer.status, 200);
    };
    const asked = (id: string): readonly Body[] => {
      const subject = { type: "identity", id };
      return [call("refund_order", { subject }), onServer("tools/list", { subject })];
    };
    const areDenied = async (id: string): Promise<void> => {
      const [called = {}, listed = {}] = asked(id);
      await decides(called, denied(noGrant, "refund"));
      await decides(listed, denied(noGrant));
    };
    const areAllowed = async (id: string): Promise<void> => {
      const [called = {}, listed = {}] = asked(id);
      await decides(called, allowed("refund", "refund"));
      await decides(listed, opened);
    };
    await areAllowed("mallory");
    await revoke("user", "mallory");
    await areDenied("mallory");
    await areAllowed("acme.desk");
    await revoke("agent", "desk");
    await areDenied("acme.desk");
    await areAllowed("alice");
    await revoke("agent", "triage");
    await areDenied("alice");
  });
});
