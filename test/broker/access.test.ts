import { strict as assert } from "node:assert";
import {
  deskConfiguration,
  grant,
  startDesk,
  svid,
  userToken,
  without,
  type Desk,
} from "./support/desk";

/** What a policy enforcement point sends. */
type Body = Readonly<Record<string, unknown>>;

const alice = { type: "user", id: "alice" };
const bob = { type: "user", id: "bob" };
const admin = { ...bob, properties: { role: "admin" } };
const record1 = { type: "record", id: "record-1" };
const record2 = { type: "record", id: "record-2" };
const archived = { ...record2, properties: { status: "archived" } };
const read = { name: "read" };
const write = { name: "write" };
const oneOf = (key: string, ...values: readonly string[]) =>
  ({ kind: "one-of", key, values }) as const;

/**
 * The fixture of OpenID's certification of AuthZEN 1.0, as grants (source: openid/authzen,
 * certification/authorization-api-1_0-scenario.md, 1): its subjects are workloads, its resources targets of one tool.
 */
async function certifiedDesk(): Promise<Desk> {
  const { workloads } = await deskConfiguration();
  const workload = (name: string) => ({
    name,
    subjects: [{ issuer: "spire", subject: `spiffe://acme.example/acme/${name}` }],
    clients: [],
  });
  const of = (caller: string, intents: readonly string[]) =>
    ({ caller, intents, sensitivity: "restricted" }) as const;
  return startDesk({
    workloads: [...workloads, workload("alice"), workload("bob")],
    grants: [
      grant({ ...of("alice", ["read"]) }),
      grant({ ...of("alice", ["write"]), conditions: [oneOf("target", "record-1")] }),
      grant({
        ...of("alice", ["delete"]),
        conditions: [{ kind: "is", key: "soft", value: true }],
      }),
      grant({ ...of("bob", ["read"]) }),
      grant({
        ...of("bob", ["write"]),
        conditions: [oneOf("role", "admin"), oneOf("status", "archived")],
      }),
      grant({ ...of("alice", ["approve"]), approval: "human" }),
      grant({ ...of("alice", ["count"]), maxCalls: 3 }),
      grant({ ...of("alice", ["peek"]), sensitivity: "internal" }),
      grant({ ...of("alice", ["deploy"]), conditions: [oneOf("environment", "staging")] }),
      grant({ ...of("alice", ["other"]), tool: "crm" }),
    ],
  });
}

describe("a decision for a policy enforcement point (AuthZEN 1.0)", () => {
  let desk: Desk;
  before(async () => {
    desk = await certifiedDesk();
  });
  after(() => desk.stop());

  const ask = async (
    path: string,
    body: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly status: number; readonly headers: Headers; readonly body: Body }> =>
    desk.post(`/access/v1/${path}`, typeof body === "string" ? body : JSON.stringify(body), {
      authorization: `Bearer ${await svid("refunds")}`,
      "content-type": "application/json",
      ...headers,
    });
  const decisionOf = async (body: Body): Promise<unknown> => {
    const answer = await ask("evaluation", body);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body["decision"];
  };

  it("makes the eight decisions of the certification", async () => {
    const remove = (soft: boolean) => ({ name: "delete", properties: { soft } });
    for (const [subject, action, resource, decision] of [
      [alice, read, record1, true],
      [alice, write, record1, true],
      [bob, read, record1, true],
      [bob, write, record1, false],
      [alice, write, archived, false],
      [admin, write, archived, true],
      [alice, remove(true), record1, true],
      [alice, remove(false), record1, false],
    ] as const) {
      const asked = { subject, action, resource };
      assert.equal(await decisionOf(asked), decision, JSON.stringify(asked));
      const context = { time: "2025-06-27T18:03-07:00", ip: "192.168.1.1" };
      assert.equal(await decisionOf({ ...asked, context }), decision);
      assert.equal(await decisionOf({ ...asked, foo: "bar", later: { nested: true } }), decision);
    }
  });

  it("takes further properties, and repeats the id of the request", async () => {
    const body = {
      subject: { ...alice, properties: { department: "Sales", role: "manager" } },
      action: { ...read, properties: { method: "GET" } },
      resource: { ...record1, properties: { status: "active", owner: "bob", tags: ["a"] } },
    };
    const { headers } = await ask("evaluation", body, { "x-request-id": "bf-1" });
    assert.equal(headers.get("x-request-id"), "bf-1");
    assert.equal((await ask("evaluation", body)).headers.get("x-request-id"), null);
    // Any text, and with each answer (source: Authorization API 1.0, Request Identification).
    for (const [path, asked, token, status] of [
      ["evaluation", body, await svid("refunds"), 200],
      ["evaluations", { evaluations: [body] }, await svid("refunds"), 200],
      ["evaluation", {}, await svid("refunds"), 400],
      ["evaluation", body, await svid("triage"), 403],
      ["evaluation", body, "x", 401],
    ] as const) {
      const id = `a b/${"c".repeat(300)}`;
      const answer = await ask(path, asked, {
        authorization: `Bearer ${token}`,
        "x-request-id": id,
      });
      assert.deepEqual([answer.status, answer.headers.get("x-request-id")], [status, id]);
    }
  });

  it("is refused where a part lacks, is of another type, or there is no JSON", async () => {
    const whole = { subject: alice, action: read, resource: record1 };
    for (const body of [
      ...["subject", "action", "resource"].map((part) => without(whole, part)),
      { ...whole, subject: { id: "alice" } },
      { ...whole, subject: { type: "user" } },
      { ...whole, action: {} },
      { ...whole, resource: { id: "record-1" } },
      { ...whole, resource: { type: "record" } },
      { ...whole, subject: "alice" },
      { ...whole, action: { name: 123 } },
      { ...whole, context: "x" },
      { ...whole, subject: { ...alice, properties: [] } },
      { ...whole, subject: { ...alice, id: "a\u0000b" } },
      { ...whole, subject: { ...alice, id: "x".repeat(513) } },
      {
        ...whole,
        subject: { ...alice, properties: { role: "admin" } },
        context: { role: "user" },
      },
      {
        ...whole,
        context: Object.fromEntries(Array.from({ length: 33 }, (_, at) => [`k${at}`, 1])),
      },
      [],
      "",
      "{",
      '{"subject":{"type":"user","id":"alice","id":"bob"},"action":{"name":"read"},"resource":{"type":"r","id":"1"}}',
    ]) {
      const { status, body: answered } = await ask("evaluation", body);
      assert.deepEqual([status, answered["error"]], [400, "invalid_request"], JSON.stringify(body));
    }
    const text = await ask("evaluation", whole, { "content-type": "text/plain" });
    assert.equal(text.status, 400);
  });

  it("is for a tool, of calls of that tool alone", async () => {
    const body = { subject: alice, action: { name: "other" }, resource: record1 };
    assert.equal(await decisionOf(body), false);
    const asCrm = { authorization: `Bearer ${await svid("crm")}` };
    assert.equal((await ask("evaluation", body, asCrm)).body["decision"], true);
    for (const [token, status] of [
      [await svid("triage"), 403],
      [await svid("nobody"), 401],
      [await userToken("alice", "triage-web"), 401],
      ["x", 401],
      ["", 401],
    ] as const) {
      for (const path of ["evaluation", "evaluations", "search/action"]) {
        const answer = await ask(path, body, { authorization: `Bearer ${token}` });
        assert.equal(answer.status, status, path);
      }
    }
  });

  it("asks no person, counts no call, and assumes the most sensitive data", async () => {
    const asked = (name: string, context: Body = {}): Body => ({
      ...{ subject: alice, action: { name }, resource: record1, context },
    });
    assert.deepEqual((await ask("evaluation", asked("approve"))).body, {
      decision: false,
      context: { reason: "a person has to approve" },
    });
    for (const [name, context, decision] of [
      ["count", {}, false],
      ["peek", {}, false],
      ["peek", { sensitivity: "internal" }, true],
      ["peek", { sensitivity: "none" }, false],
      ["deploy", {}, false],
      ["deploy", { environment: "staging" }, true],
      // What is proven of a call is no claim of the point.
      ["write", { target: "record-1", user: "alice", until: 1 }, true],
    ] as const) {
      assert.equal(await decisionOf(asked(name, context)), decision, name);
    }
    const target = { subject: alice, action: write, resource: record2 };
    assert.equal(await decisionOf({ ...target, context: { target: "record-1" } }), false);
    assert.deepEqual(await desk.broker.store.all("select id from approval", []), []);
  });

  it("takes names of tokens, and no name of another tenant", async () => {
    for (const [id, decision] of [
      ["acme.alice", true],
      ["globex.alice", false],
      ["acme.acme.alice", false],
      ["constructor", false],
      ["ALICE", false],
    ] as const) {
      const body = { subject: { ...alice, id }, action: read, resource: record1 };
      assert.equal(await decisionOf(body), decision, id);
    }
  });

  it("decides several, each by itself and in order", async () => {
    const decisions = async (body: Body): Promise<unknown> => {
      const answer = await ask("evaluations", body);
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      const { evaluations } = answer.body as { readonly evaluations?: readonly Body[] };
      return evaluations?.map(({ decision }) => decision) ?? answer.body["decision"];
    };
    const of = (resource: Body) => ({ resource });
    for (const [body, expected] of [
      [{ subject: alice, action: read, evaluations: [of(record1), of(record2)] }, [true, true]],
      [
        { subject: bob, resource: record1, evaluations: [{ action: read }, { action: write }] },
        [true, false],
      ],
      [
        {
          ...{ subject: alice, action: write },
          evaluations: [of({ ...record1, properties: { status: "active" } }), of(archived)],
        },
        [true, false],
      ],
      [
        {
          action: write,
          resource: archived,
          evaluations: [{ subject: alice }, { subject: admin }],
        },
        [false, true],
      ],
      [
        {
          evaluations: [
            { subject: alice, action: read, resource: record1 },
            { subject: bob, action: write, resource: record1 },
          ],
        },
        [true, false],
      ],
      // One that states a part states it whole (source: certification, Batch with top-level default inheritance).
      [
        {
          ...{ subject: alice, action: write, resource: { type: "record" } },
          evaluations: [of({ id: "record-1", properties: { status: "active" } }), of(record1)],
        },
        [false, true],
      ],
      [
        {
          ...{ subject: alice, action: read, resource: record1 },
          evaluations: [{ subject: { type: "user" } }, { resource: { id: "record-1" } }],
        },
        [false, false],
      ],
      [{ subject: alice, action: read, evaluations: [of(record1), {}] }, [true, false]],
      [{ subject: alice, action: read, evaluations: [of(record1), 1] }, [true, false]],
      [{ subject: alice, action: read, resource: record1 }, true],
      [{ subject: alice, action: read, resource: record1, evaluations: [] }, true],
      [
        {
          ...{
            subject: bob,
            resource: record1,
            evaluations: [{ action: write }, { action: read }],
          },
          options: { evaluations_semantic: "deny_on_first_deny" },
        },
        [false],
      ],
      [
        {
          ...{
            subject: bob,
            resource: record1,
            evaluations: [{ action: read }, { action: write }],
          },
          options: { evaluations_semantic: "permit_on_first_permit" },
        },
        [true],
      ],
      // Properties are of one evaluation, and not of another that names its own resource.
      [{ subject: admin, action: write, resource: archived, evaluations: [of(record2)] }, [false]],
    ] as const) {
      assert.deepEqual(await decisions(body), expected, JSON.stringify(body));
    }
    for (const body of [
      { evaluations: "x" },
      { evaluations: Array.from({ length: 101 }, () => ({})) },
      { evaluations: [{}], options: { evaluations_semantic: "any" } },
    ]) {
      assert.equal((await ask("evaluations", body)).status, 400);
    }
  });

  it("finds the intents that a subject may have", async () => {
    const find = async (body: Body): Promise<unknown> =>
      (await ask("search/action", body)).body["results"];
    assert.deepEqual(await find({ subject: alice, resource: record1 }), [read, write]);
    assert.deepEqual(await find({ subject: alice, resource: record2 }), [read]);
    assert.deepEqual(await find({ subject: admin, resource: archived }), [read, write]);
    assert.deepEqual(await find({ subject: { ...alice, id: "nobody" }, resource: record1 }), []);
    assert.equal((await ask("search/action", { subject: alice })).status, 400);
  });

  it("is in the trail, with who asked, and what decided", async () => {
    await ask("evaluation", { subject: alice, action: read, resource: record1 });
    const line = (await desk.trail()).filter(({ event }) => event === "evaluated").at(-1) ?? {};
    assert.deepEqual(without(line, "trail", "before", "seq", "at", "policy", "grant"), {
      ...{ txn: "", user: "", chain: ["alice"], tool: "refunds", event: "evaluated" },
      ...{ subject: "alice", intent: "read", target: "record-1", decision: true, context: {} },
      proof: { issuer: "spire", subject: "spiffe://acme.example/acme/refunds" },
    });
    assert.match(String(line["grant"]), /^acme\/alice\/refunds\//);
  });

  it("counts a revocation of the workload", async () => {
    const operator = await userToken("olga", "console", { groups: ["platform"] });
    const body = { subject: bob, action: read, resource: record1 };
    assert.equal(await decisionOf(body), true);
    await desk.post("/revocations", JSON.stringify({ kind: "agent", value: "bob" }), {
      authorization: `Bearer ${operator}`,
    });
    assert.equal(await decisionOf(body), false);
  });

  it("is found by its metadata", async () => {
    const answer = await fetch(`${desk.url}/.well-known/authzen-configuration`);
    const issuer = "https://broker.acme.example";
    assert.deepEqual(await answer.json(), {
      policy_decision_point: issuer,
      access_evaluation_endpoint: `${issuer}/access/v1/evaluation`,
      access_evaluations_endpoint: `${issuer}/access/v1/evaluations`,
      search_action_endpoint: `${issuer}/access/v1/search/action`,
    });
  });
});
