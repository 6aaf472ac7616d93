import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import {
  call,
  deskConfiguration,
  grant,
  refundRequest,
  startDesk,
  userToken,
  type Desk,
} from "./support/desk";

describe("a request that a reverse proxy forwards for authorization", () => {
  let desk: Desk;
  before(async () => {
    desk = await startDesk({ grants: [grant({ intents: ["refund", "read"] })] });
  });
  after(() => desk.stop());

  const tokenFor = async (parts: Readonly<Record<string, unknown>> = {}): Promise<string> => {
    const { body } = await desk.exchange(
      await refundRequest({ authorization_details: call(parts) }),
    );
    return String(body["access_token"]);
  };
  const ask = async (
    token: string | undefined,
    path = "refunds",
  ): Promise<readonly [number, Readonly<Record<string, string>>]> => {
    const answer = await fetch(`${desk.url}/authorization/${path}`, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    const names = [...answer.headers].filter(([name]) => /^x-agentid|^www/.test(name));
    return [answer.status, Object.fromEntries(names)];
  };

  it("comes through with who acts, on what", async () => {
    const token = await tokenFor({ target: "order/ü 1" });
    assert.deepEqual(await ask(token), [
      200,
      {
        "x-agentid-subject": "alice",
        "x-agentid-actor": "acme.triage",
        "x-agentid-task": String(decodeJwt(token)["txn"]),
        "x-agentid-intent": "refund",
        "x-agentid-intents": "refund read",
        "x-agentid-target": "order/%C3%BC 1",
      },
    ]);
  });

  it("passes with any method, since Envoy uses that of the request", async () => {
    const headers = { authorization: `Bearer ${await tokenFor()}` };
    for (const method of ["GET", "POST", "DELETE", "PATCH", "OPTIONS"]) {
      const { status } = await fetch(`${desk.url}/authorization/refunds`, { method, headers });
      assert.equal(status, 200, method);
      const other = await fetch(`${desk.url}/authorization/crm`, { method, headers });
      assert.equal(other.status, 401, method);
    }
  });

  it("is stopped without a token, with one for another tool, a task token, or one that is changed", async () => {
    const token = await tokenFor();
    const task = await desk.exchange(
      await refundRequest({
        ...{ resource: undefined, authorization_details: undefined, audience: "acme.triage" },
      }),
    );
    assert.deepEqual(await ask(undefined), [401, { "www-authenticate": "Bearer" }]);
    const invalid = [401, { "www-authenticate": 'Bearer error="invalid_token"' }];
    assert.deepEqual(await ask(token, "crm"), invalid);
    assert.deepEqual(await ask(String(task.body["access_token"])), invalid);
    assert.deepEqual(await ask(`${token.slice(0, -3)}AAA`), invalid);
    assert.deepEqual(await ask(await userToken("alice", "triage-web")), invalid);
    for (const tool of ["nothing", "triage", "__proto__"]) {
      assert.equal((await ask(token, tool))[0], 401);
    }
  });

  it("is stopped for another intent than the place is for", async () => {
    const token = await tokenFor({ intent: "read" });
    assert.equal((await ask(token, "refunds?intent=read"))[0], 200);
    assert.deepEqual(await ask(token, "refunds?intent=refund"), [
      403,
      { "www-authenticate": 'Bearer error="insufficient_scope", scope="refund"' },
    ]);
    const [status, { "www-authenticate": challenge }] = await ask(
      token,
      'refunds?intent=a"b%0d%0ac',
    );
    assert.deepEqual([status, challenge], [403, 'Bearer error="insufficient_scope", scope="abc"']);
  });

  it("is stopped where the store does not answer", async () => {
    const token = await tokenFor();
    const { tasks } = desk.broker;
    tasks.standing = () => Promise.reject(new Error("the store does not answer in time"));
    try {
      assert.equal((await ask(token))[0], 401);
    } finally {
      Reflect.deleteProperty(tasks, "standing");
    }
    assert.equal((await ask(token))[0], 200);
  });

  it("is stopped once its task has ended", async () => {
    const token = await tokenFor();
    const operator = await userToken("olga", "console", { groups: ["platform"] });
    const value = String(decodeJwt(token)["txn"]);
    await desk.post("/revocations", JSON.stringify({ kind: "task", value }), {
      authorization: `Bearer ${operator}`,
    });
    assert.equal((await ask(token))[0], 401);
  });
});

describe("a request of MCP that a reverse proxy forwards for authorization", () => {
  let desk: Desk;
  before(async () => {
    const { workloads } = await deskConfiguration();
    const calls = { read_refund: "read", create_refund: "refund", "resources/read": "read" };
    desk = await startDesk({
      grants: [grant({ intents: ["refund", "read"] })],
      workloads: workloads.map((each) =>
        each.name === "refunds" && each.tool ? { ...each, tool: { ...each.tool, calls } } : each,
      ),
    });
  });
  after(() => desk.stop());

  const ask = async (
    intent: string,
    headers: Readonly<Record<string, string>>,
    query = "",
  ): Promise<readonly unknown[]> => {
    const { body } = await desk.exchange(
      await refundRequest({ authorization_details: call({ intent }) }),
    );
    const answer = await fetch(`${desk.url}/authorization/refunds${query}`, {
      headers: { authorization: `Bearer ${String(body["access_token"])}`, ...headers },
    });
    const { status } = answer;
    return status === 200
      ? [status, answer.headers.get("x-agentid-intent")]
      : [status, /scope="(.*)"/.exec(answer.headers.get("www-authenticate") ?? "")?.[1]];
  };
  const version = { "mcp-protocol-version": "2026-07-28" };
  const calling = (name: string, method = "tools/call") => ({
    ...version,
    ...{ "mcp-method": method, "mcp-name": name },
  });

  it("is decided by its headers, without its body", async () => {
    const encoded = `=?base64?${Buffer.from("create_refund").toString("base64")}?=`;
    for (const [intent, headers, expected] of [
      ["read", calling("read_refund"), [200, "read"]],
      ["refund", calling("create_refund"), [200, "refund"]],
      ["refund", calling(encoded), [200, "refund"]],
      ["read", calling("create_refund"), [403, "refund"]],
      ["refund", calling("read_refund"), [403, "read"]],
      ["read", calling("file:///a", "resources/read"), [200, "read"]],
      ["refund", calling("file:///a", "resources/read"), [403, "read"]],
      ["refund", { ...version, "mcp-method": "tools/list" }, [200, "refund"]],
      ["read", { ...version, "mcp-method": "server/discover" }, [200, "read"]],
    ] as const) {
      assert.deepEqual(await ask(intent, headers), expected, JSON.stringify(headers));
    }
  });

  it("is stopped where its headers name nothing known, or do not bind its server", async () => {
    for (const headers of [
      {},
      version,
      { "mcp-method": "tools/list" },
      { ...calling("read_refund"), "mcp-protocol-version": "2025-11-25" },
      calling("other"),
      calling("constructor"),
      calling("=?base64?/w==?="),
      calling("", "tools/call"),
      calling("read_refund", "tools/erase"),
      calling("read_refund", "TOOLS/CALL"),
      { ...version, "mcp-method": "prompts/get", "mcp-name": "read_refund" },
    ]) {
      assert.deepEqual(await ask("read", headers), [403, ""], JSON.stringify(headers));
    }
  });

  it("needs the intent of its place besides", async () => {
    assert.deepEqual(await ask("read", calling("read_refund"), "?intent=read"), [200, "read"]);
    assert.deepEqual(await ask("read", calling("read_refund"), "?intent=refund"), [403, "refund"]);
  });
});
