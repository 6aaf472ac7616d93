import assert from "node:assert/strict";
import {
  callProvider,
  dpopKey,
  end,
  exchange,
  type Broker,
  type CallDetails,
} from "../../agent/index";
import {
  callOf,
  callVerifier,
  honoAuth,
  requireCall,
  type CallVerifierOptions,
} from "../../tool/index";
import { Hono } from "hono";
import {
  accountToken,
  grant,
  issuer,
  resource,
  spiffeAssertion,
  startDesk,
  svid,
  userToken,
  type Desk,
} from "../broker/support/desk";

describe("an agent and a tool with the task broker", () => {
  let desk: Desk;
  /** Tokens of the requests that the tool received. */
  let received: string[];

  beforeEach(async () => {
    received = [];
    desk = await startDesk({ grants: [grant({ intents: ["refund", "read"] })] });
  });

  afterEach(() => desk.stop());

  const toBroker: NonNullable<Broker["fetch"]> = (url, init) =>
    fetch(String(url).replace(issuer, desk.url), init);

  /** A tool that refunds; `https` of broker and tool are only names here. */
  function refunds(options: Partial<CallVerifierOptions> = {}): Hono {
    const auth = honoAuth(callVerifier({ issuer, resource, fetch: toBroker, ...options }));
    const app = new Hono();
    app.use(async ({ req }, next) => {
      received.push(req.header("authorization")!.replace(/^\w+ /, ""));
      await next();
    });
    app.use(auth.verify);
    app.post("/mcp/:order", auth.intent("refund"), (c) => {
      requireCall(callOf(c), { target: `order/${c.req.param("order")}`, once: true });
      return c.json(callOf(c));
    });
    return app;
  }

  const agent = (name: string, tool: Hono, parts: Partial<Broker> = {}): Broker => ({
    issuer,
    workloadToken: () => svid(name),
    fetch: async (url, init) =>
      String(url).startsWith(issuer) ? toBroker(url, init) : tool.request(String(url), init),
    ...parts,
  });

  const details = ({ scope }: { scope?: string }): CallDetails => ({
    ...{ intent: scope ?? "read", sensitivity: "internal", target: "order/8812" },
    ...{ context: { cents: 4900 } },
  });
  const alice = () => userToken("alice", "triage-web");
  const refund = (broker: Broker, subjectToken: () => Promise<string> = alice) =>
    callProvider(broker, { resource, subjectToken, details }).fetch(`${resource}/8812`, {
      method: "POST",
    });

  for (const [what, parts] of Object.entries({
    "a JWT-SVID": {},
    "a ServiceAccount token": { workloadToken: () => accountToken("triage") },
    "a DPoP key": "dpop",
  })) {
    it(`make a call by ${what}, after a step up`, async () => {
      const own = parts === "dpop" ? { dpop: await dpopKey() } : (parts as Partial<Broker>);
      const response = await refund(agent("triage", refunds(), own));
      assert.equal(response.status, 200);
      const call = (await response.json()) as Record<string, unknown>;
      const { caller, chain, user, intent, target, context, tenant } = call;
      assert.deepEqual(
        { caller, chain, user, intent, target, context, tenant },
        {
          caller: "acme.triage",
          chain: ["alice", "acme.triage"],
          ...{ user: "alice", intent: "refund", target: "order/8812" },
          ...{ context: { cents: 4900 }, tenant: "acme" },
        },
      );
      assert.equal(received.length, 2);
    });
  }

  it("make a call of a task that an orchestrator has passed on, narrowed", async () => {
    const tool = refunds();
    const passOn = (targets: readonly string[]) =>
      exchange(agent("desk", tool), {
        subjectToken: () => userToken("alice", "desk-web"),
        audience: "acme.triage",
        details: [{ targets, tools: ["refunds"] }],
      });
    const { token, type } = await passOn(["order/8812"]);
    assert.equal(type, "N_A");
    const response = await refund(agent("triage", tool), () => Promise.resolve(token));
    const { chain } = (await response.json()) as Record<string, unknown>;
    assert.deepEqual(chain, ["alice", "acme.desk", "acme.triage"]);
    const other = await passOn(["order/1"]);
    await assert.rejects(
      refund(agent("triage", tool), () => Promise.resolve(other.token)),
      { error: "invalid_authorization_details" },
    );
  });

  it("end a task, by the token that they passed on or began it with", async () => {
    const tool = refunds({ introspection: { workloadToken: () => svid("refunds") } });
    const user = await userToken("alice", "desk-web");
    const orchestrator = agent("desk", tool);
    const subjectToken = () => Promise.resolve(user);
    const { token } = await exchange(orchestrator, { subjectToken, audience: "acme.triage" });
    const onward = () => Promise.resolve(token);
    assert.equal((await refund(agent("triage", tool), onward)).status, 200);
    assert.deepEqual(await end(agent("other", tool), token), {});
    assert.deepEqual(await end(agent("other", tool), user), {});
    const { task, call } = await end(orchestrator, token);
    assert.deepEqual([task?.count, call?.count], [1, 2]);
    await assert.rejects(refund(agent("triage", tool), onward), { error: "invalid_grant" });
    const again = await exchange(orchestrator, { subjectToken, audience: "acme.triage" });
    assert.equal((await end(orchestrator, user))["task"]?.count, 1);
    await assert.rejects(
      refund(agent("triage", tool), () => Promise.resolve(again.token)),
      { error: "invalid_grant" },
    );
    await assert.rejects(exchange(orchestrator, { subjectToken, audience: "acme.triage" }), {
      error: "invalid_grant",
    });
    await assert.rejects(end({ ...orchestrator, workloadToken: alice }, token), {
      error: "invalid_client",
    });
  });

  it("make a call without a user", async () => {
    const own = () => svid("triage");
    const response = await refund(agent("triage", refunds()), own);
    const { user, chain, subject } = (await response.json()) as Record<string, unknown>;
    assert.deepEqual([user, chain, subject], [undefined, ["acme.triage"], "acme.triage"]);
  });

  it("end a call at once that is revoked, where the tool introspects", async () => {
    const tool = refunds({ introspection: { workloadToken: () => svid("refunds") } });
    assert.equal((await refund(agent("triage", tool))).status, 200);
    const token = received.at(-1)!;
    const again = () =>
      tool.request(`${resource}/8812`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}` },
      });
    const used = await again();
    assert.match(used.headers.get("www-authenticate")!, /the call was made already/);
    const form = {
      token,
      client_assertion: await svid("triage"),
      client_assertion_type: spiffeAssertion,
    };
    assert.equal((await desk.post("/revoke", form)).status, 200);
    const revoked = await again();
    assert.match(revoked.headers.get("www-authenticate")!, /the token is revoked/);
  });

  it("do not serve a task token, or a token of another tool", async () => {
    const tool = refunds();
    const task = await exchange(agent("triage", tool), {
      subjectToken: alice,
      audience: "acme.triage",
    });
    const headers = { authorization: `Bearer ${task.token}` };
    const response = await tool.request(`${resource}/8812`, { method: "POST", headers });
    assert.equal(response.status, 401);
    const call = await exchange(agent("triage", tool), {
      ...{ subjectToken: alice, resource },
      details: { ...details({}), intent: "refund" },
    });
    const ledger = callVerifier({
      issuer,
      resource: "https://ledger.acme.example",
      fetch: toBroker,
    });
    await assert.rejects(ledger.verify({ authorization: `Bearer ${call.token}` }), { status: 401 });
  });
});
