import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { readConfiguration } from "../broker/configuration/read";
import { startBroker, type Running } from "../broker/start";
import { issuer, resource, spireKey, svid, userToken, without } from "../test/broker/support/desk";
import { makeAuthority } from "./support/certificates";
import { temporaryFolder } from "./support/temporary";

/*
 * The certification scenario of AuthZEN 1.0 against a broker that reads its file and serves TLS. Requests and expectations are
 * those of openid/authzen, certification/authorization-api-1_0-scenario.md at e287920eed842b227e38531c1735b712337ca44d; a number
 * such as 2.2.4 is the scenario's own anchor `c-2-2-4`. Each request is authenticated as a tool: the scenario leaves that open.
 */

type Body = Readonly<Record<string, unknown>>;

const alice = { type: "user", id: "alice" };
const bob = { type: "user", id: "bob" };
const admin = { ...bob, properties: { role: "admin" } };
const read = { name: "read" };
const write = { name: "write" };
const remove = (soft: boolean) => ({ name: "delete", properties: { soft } });
const record1 = { type: "record", id: "record-1" };
const record2 = { type: "record", id: "record-2" };
const active = { ...record1, properties: { status: "active" } };
const archived = { ...record2, properties: { status: "archived" } };
const permitted = { subject: alice, action: read, resource: record1 };
const context = { time: "2025-06-27T18:03-07:00", ip: "192.168.1.1" };

/** The policy (1.4) as the file of a broker: subjects are workloads, resources targets of one tool, actions intents. */
const subjectsOf = (name: string) => [
  { issuer: "spire", subject: `spiffe://acme.example/acme/${name}` },
];
const workload = (name: string) => ({ name, subjects: subjectsOf(name) });
const grant = (caller: string, intent: string, conditions: readonly Body[] = []) => ({
  ...{ caller, tool: "refunds", intents: [intent], sensitivity: "restricted" },
  ...{ approval: "none", maxSeconds: 60, ...(conditions.length > 0 && { conditions }) },
});
const file = {
  ...{ tenant: "acme", issuer, listen: "127.0.0.1:0", perMinute: 100_000 },
  ...{ tls: { certificate: "tls.crt", key: "tls.key" }, state: { sqlite: "broker.db" } },
  issuers: [{ name: "spire", kind: "spiffe", trustDomain: "acme.example", keys: "spire.json" }],
  workloads: ["alice", "bob"].map(workload),
  tools: [{ ...workload("refunds"), resource }],
  grants: [
    grant("alice", "read"),
    grant("bob", "read"),
    grant("alice", "write", [{ key: "target", oneOf: ["record-1"] }]),
    grant("bob", "write", [
      { key: "role", oneOf: ["admin"] },
      { key: "status", oneOf: ["archived"] },
    ]),
    grant("alice", "delete", [{ key: "soft", is: true }]),
  ],
};

/** The decisions whose values count (1.4), and requests that may not change them (2.2.3, 2.2.8, 2.2.9). */
const decisions: readonly (readonly [rule: string, body: Body, decision: boolean])[] = [
  ["rule 1 (2.2.1)", permitted, true],
  ["rule 2", { ...permitted, action: write }, true],
  ["rule 3", { ...permitted, subject: bob }, true],
  ["rule 4 (2.2.2)", { subject: bob, action: write, resource: record1 }, false],
  ["rule 5 (2.2.4)", { subject: alice, action: write, resource: archived }, false],
  ["rule 6 (2.2.5)", { subject: admin, action: write, resource: archived }, true],
  ["rule 7 (2.2.6)", { ...permitted, action: remove(true) }, true],
  ["rule 8 (2.2.7)", { ...permitted, action: remove(false) }, false],
  ["context (2.2.3)", { ...permitted, context }, true],
  [
    "additional properties (2.2.8)",
    {
      subject: { ...alice, properties: { department: "Sales", role: "manager" } },
      action: { ...read, properties: { method: "GET" } },
      resource: { ...record1, properties: { status: "active", owner: "bob" } },
    },
    true,
  ],
  ["unknown fields (2.2.9)", { ...permitted, foo: "bar", futureField: { nested: true } }, true],
];

/** Batches; `undefined` where the scenario leaves the value to the implementer. */
const batches: readonly (readonly [
  name: string,
  body: Body,
  decisions: readonly (boolean | undefined)[],
])[] = [
  [
    "defaults of subject and action (3.2.1)",
    {
      ...without(permitted, "resource"),
      evaluations: [{ resource: record1 }, { resource: record2 }],
    },
    [undefined, undefined],
  ],
  [
    "in order (3.2.2)",
    { subject: bob, resource: record1, evaluations: [{ action: read }, { action: write }] },
    [true, false],
  ],
  [
    "properties of resources (3.2.3)",
    {
      ...{ subject: alice, action: write },
      evaluations: [{ resource: active }, { resource: archived }],
    },
    [true, false],
  ],
  [
    "properties of subjects (3.2.4)",
    { action: write, resource: archived, evaluations: [{ subject: alice }, { subject: admin }] },
    [false, true],
  ],
  [
    "no defaults (3.2.5)",
    { evaluations: [permitted, { subject: bob, action: write, resource: record1 }] },
    [true, false],
  ],
  [
    "context (3.2.6)",
    {
      ...{ subject: alice, action: read, context: without(context, "ip") },
      evaluations: [
        { resource: record1 },
        {
          resource: record2,
          context: { time: "2025-06-27T19:00-07:00", source: "batch-override" },
        },
      ],
    },
    [undefined, undefined],
  ],
  [
    "whole parts (3.2.7)",
    {
      ...{ subject: alice, action: write, resource: active },
      evaluations: [{}, { resource: archived }],
    },
    [true, false],
  ],
  [
    "one that lacks a part (3.4.1)",
    {
      ...{ subject: alice, action: read, options: { evaluations_semantic: "execute_all" } },
      evaluations: [{ resource: record1 }, {}],
    },
    [true, false],
  ],
];

const malformed: readonly (readonly [name: string, body: unknown])[] = [
  ...["subject", "action", "resource"].map(
    (part) => [`no ${part} (2.4.1)`, without(permitted, part)] as const,
  ),
  ["no subject.type (2.4.2)", { ...permitted, subject: { id: "alice" } }],
  ["no subject.id (2.4.2)", { ...permitted, subject: { type: "user" } }],
  ["no action.name (2.4.2)", { ...permitted, action: {} }],
  ["no resource.type (2.4.2)", { ...permitted, resource: { id: "record-1" } }],
  ["no resource.id (2.4.2)", { ...permitted, resource: { type: "record" } }],
  ["malformed JSON (2.4.4)", "{"],
  ["an empty body (2.4.5)", ""],
  ["a subject that is a text (2.4.6)", { ...permitted, subject: "alice" }],
  ["an action.name that is a number (2.4.6)", { ...permitted, action: { name: 123 } }],
];

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Body;
}

describe("the certification scenario of AuthZEN 1.0", () => {
  const authority = makeAuthority();
  const ca = readFileSync(authority.certificate);
  const { host } = new URL(issuer);
  let running: Running;

  before(async () => {
    const folder = temporaryFolder();
    const { certificate, key } = authority.certify(host, "server");
    writeFileSync(join(folder, "tls.crt"), readFileSync(certificate));
    writeFileSync(join(folder, "tls.key"), readFileSync(key), { mode: 0o600 });
    writeFileSync(join(folder, "spire.json"), JSON.stringify({ keys: [(await spireKey).jwk] }));
    const found = readConfiguration(
      JSON.stringify(file),
      (name) => join(folder, name),
      (path) => readFileSync(path, "utf8"),
    );
    assert.equal(found.kind, "ok", JSON.stringify(found));
    running = await startBroker(found.configuration, () => undefined);
  });
  after(() => running.stop());

  /** Sends a request to the broker by the name that it is known under. */
  const send = (
    path: string,
    body: unknown,
    headers: Readonly<Record<string, string>> = {},
    method = "POST",
  ): Promise<Answered> =>
    new Promise((resolve, reject) => {
      const to = { host: "127.0.0.1", port: running.port, servername: host, ca, agent: false };
      request({ ...to, path, method, headers: { host, ...headers } }, (answer) => {
        text(answer).then((all) => {
          const parsed = all === "" ? {} : (JSON.parse(all) as Body);
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: parsed });
        }, reject);
      })
        .on("error", reject)
        .end(typeof body === "string" ? body : JSON.stringify(body));
    });

  const ask = async (
    api: string,
    body: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answered> =>
    send(`/access/v1/${api}`, body, {
      authorization: `Bearer ${await svid("refunds")}`,
      "content-type": "application/json",
      ...headers,
    });

  /** The body of a successful answer (5). */
  const answered = async (api: string, body: Body): Promise<Body> => {
    const { status, headers, body: answer } = await ask(api, body);
    assert.deepEqual([status, headers["content-type"]], [200, "application/json"]);
    return answer;
  };

  /** The decision that an answer has, whose structure is as 2.3 has it. */
  function decisionIn({ decision, context: reasons = {} }: Body): boolean {
    assert.ok(typeof decision === "boolean");
    assert.ok(typeof reasons === "object" && reasons !== null && !Array.isArray(reasons));
    return decision;
  }

  for (const [name, body, expected] of decisions) {
    it(`decides ${name}: ${expected}, each time (2.6)`, async () => {
      for (let time = 0; time < 3; time += 1) {
        assert.equal(decisionIn(await answered("evaluation", body)), expected);
      }
      // Without a batch, the endpoint of batches answers the same (3.4.2, 3.4.3).
      assert.equal(decisionIn(await answered("evaluations", body)), expected);
      const empty = { ...body, evaluations: [] };
      assert.equal(decisionIn(await answered("evaluations", empty)), expected);
    });
  }

  for (const [name, body, expected] of batches) {
    it(`decides a batch with ${name}`, async () => {
      const { evaluations, ...others } = await answered("evaluations", body);
      assert.deepEqual(others, {});
      const decided = (evaluations as readonly Body[]).map(decisionIn);
      assert.deepEqual(
        decided.map((each, index) => (expected[index] === undefined ? undefined : each)),
        expected,
      );
    });
  }

  for (const [name, body] of malformed) {
    it(`answers ${name} with 400`, async () => {
      for (const api of ["evaluation", "evaluations"]) {
        const { status, body: answer } = await ask(api, body);
        assert.deepEqual([status, answer["error"]], [400, "invalid_request"]);
      }
    });
  }

  it("answers another content type, and none, with 400 (2.4.3)", async () => {
    for (const type of ["text/plain", "application/jsonp", "application/xml", ""]) {
      const headers = { "content-type": type };
      assert.equal((await ask("evaluation", permitted, headers)).status, 400, type);
    }
    const parameters = { "content-type": "application/json; charset=utf-8" };
    assert.equal((await ask("evaluation", permitted, parameters)).status, 200);
  });

  it("repeats X-Request-ID with each answer, and needs none (2.5)", async () => {
    const id = "bfe9eb29-ab87-4ca3-be83-a1d5d8305716";
    const named = { "x-request-id": id };
    for (const [api, body, headers, status] of [
      ["evaluation", permitted, {}, 200],
      ["evaluations", { evaluations: [permitted] }, {}, 200],
      ["search/action", permitted, {}, 200],
      ["evaluation", {}, {}, 400],
      ["evaluation", permitted, { authorization: "Bearer x" }, 401],
    ] as const) {
      const answer = await ask(api, body, { ...headers, ...named });
      assert.deepEqual([answer.status, answer.headers["x-request-id"]], [status, id]);
      assert.equal((await ask(api, body, headers)).status, status);
    }
  });

  it("answers what does not authenticate with 401, and what is no tool with 403", async () => {
    const json = { "content-type": "application/json" };
    for (const api of ["evaluation", "evaluations", "search/action"]) {
      assert.equal((await send(`/access/v1/${api}`, permitted, json)).status, 401);
      for (const [token, status] of [
        ["x", 401],
        [await svid("stranger"), 401],
        [await svid("refunds", { aud: ["https://other.example"] }), 401],
        [await svid("refunds", { exp: 1 }), 401],
        [await userToken("alice", "console"), 401],
        [await svid("alice"), 403],
      ] as const) {
        const answer = await ask(api, permitted, { authorization: `Bearer ${token}` });
        assert.equal(answer.status, status);
        assert.equal(Object.hasOwn(answer.body, "decision"), false);
      }
    }
  });

  it("finds actions (4.4, 4.5.1, 4.6.1, 4.7)", async () => {
    const find = async (body: Body): Promise<Body> => answered("search/action", body);
    const both = { results: [read, write] };
    const asked = { subject: alice, resource: record1 };
    assert.deepEqual(await find(asked), both);
    assert.deepEqual(await find({ ...asked, context }), both);
    assert.deepEqual(await find({ ...asked, page: { limit: 1 } }), both);
    const archivedBy = await find({ subject: admin, resource: archived });
    assert.deepEqual(archivedBy, { results: [read, write] });
    const unknown = { type: "user", id: "nonexistent-user" };
    assert.deepEqual(await find({ ...asked, subject: unknown }), { results: [] });
    for (const body of [{ subject: alice }, { ...asked, subject: { type: "user" } }]) {
      assert.equal((await ask("search/action", body)).status, 400);
    }
  });

  it("has metadata of the endpoints that answer, and of no other (6)", async () => {
    const path = "/.well-known/authzen-configuration";
    const { status, headers, body } = await send(path, "", {}, "GET");
    assert.deepEqual([status, headers["content-type"]], [200, "application/json"]);
    assert.deepEqual(body, {
      policy_decision_point: issuer,
      access_evaluation_endpoint: `${issuer}/access/v1/evaluation`,
      access_evaluations_endpoint: `${issuer}/access/v1/evaluations`,
      search_action_endpoint: `${issuer}/access/v1/search/action`,
    });
    // Grants name no user and no resource that a search could list.
    for (const api of ["search/subject", "search/resource"]) {
      assert.equal((await ask(api, permitted)).status, 404);
    }
  });
});
