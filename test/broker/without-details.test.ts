import { strict as assert } from "node:assert";
import { decodeJwt } from "jose";
import { grantTypes } from "../../broker/request/grant-types";
import { defaultsProblems } from "../../core/grants/grant";
import {
  call,
  crm,
  deskConfiguration,
  grant,
  refundRequest,
  startDesk,
  svid,
  without,
  type Desk,
} from "./support/desk";

const own = grant({ tool: "crm", withoutDetails: true });

/** A desk whose tool `crm` takes requests without details, by default to read internal data. */
async function deskWithDefaults(): Promise<Desk> {
  const { workloads } = await deskConfiguration();
  const roleArn = "arn:aws:iam::123456789012:role/crm";
  const defaults = { intent: "read", sensitivity: "internal" } as const;
  return startDesk({
    workloads: workloads.map((each) =>
      each.name === "crm" ? { ...each, tool: { resource: crm, defaults, roleArn } } : each,
    ),
    grants: [
      { ...own, intents: ["read", "list"], maxSeconds: 90 },
      { ...own, intents: ["note"], maxSeconds: 30, maxCalls: 1 },
      { ...own, intents: ["export"], sensitivity: "public" },
      {
        ...own,
        intents: ["close"],
        conditions: [{ kind: "one-of", key: "target", values: ["1"] }],
      },
      grant({ tool: "crm", intents: ["write"] }),
      grant({ tool: "crm", intents: ["erase"], approval: "human" }),
      grant(),
    ],
  });
}

describe("a request without authorization_details", () => {
  let desk: Desk;
  before(async () => {
    desk = await deskWithDefaults();
  });
  after(() => desk.stop());

  const ask = async (parts: Readonly<Record<string, string | undefined>> = {}) =>
    desk.exchange(
      await refundRequest({ resource: crm, authorization_details: undefined, ...parts }),
    );

  const detail = (intent: string, seconds: number): object => ({
    ...{ type: "agentid_call", intent, sensitivity: "internal", context: {}, seconds },
  });

  it("is for the tool's default intent, with an empty scope as without one", async () => {
    for (const scope of [undefined, "", " "]) {
      const { status, body } = await ask({ scope });
      assert.equal(status, 200, JSON.stringify(body));
      const claims = decodeJwt(String(body["access_token"]));
      const details = [detail("read", 90)];
      for (const each of [body, claims] as const) {
        assert.deepEqual([each["scope"], each["authorization_details"]], ["read", details]);
      }
      assert.equal(body["expires_in"], 90);
    }
  });

  it("is for each intent of its scope that a grant allows without details, for the shortest time", async () => {
    const { status, body } = await ask({ scope: "list note  list write erase export close other" });
    assert.equal(status, 200, JSON.stringify(body));
    const claims = decodeJwt(String(body["access_token"]));
    const details = [detail("list", 30), detail("note", 30)];
    assert.deepEqual([body["scope"], body["authorization_details"]], ["list note", details]);
    assert.deepEqual([claims["scope"], claims["authorization_details"]], ["list note", details]);
    assert.equal(String(claims["grant"]).split(" ").length, 2);
    const [line] = (await desk.trail()).filter(({ txn }) => txn === claims["txn"]);
    assert.deepEqual(without(line ?? {}, "trail", "before", "seq", "at", "credential", "policy"), {
      ...{ txn: claims["txn"], user: "alice", chain: ["triage"], tool: "crm", event: "issued" },
      ...{ kind: "call", type: "agentid_call", intent: "list note", sensitivity: "internal" },
      ...{ context: {}, seconds: 30, grant: claims["grant"] },
      proof: { issuer: "spire", subject: "spiffe://acme.example/acme/triage" },
    });
  });

  for (const [scope, error, says] of [
    [
      "write",
      "invalid_request",
      "`authorization_details` is missing; no grant on the tool allows this without",
    ],
    [
      "erase",
      "invalid_request",
      "`authorization_details` is missing; no grant on the tool allows this without",
    ],
    ["close", "access_denied", "the grant is not for this `target`"],
    ["export", "access_denied", "the grant is for less sensitive data"],
    ["other", "invalid_scope", "no grant of the caller on this tool has the intent"],
    ["1 2 3 4 5 6 7 8 9", "invalid_scope", "`scope` has more than 8 intents"],
    ['re"ad', "invalid_scope", "`scope` has a character that no intent has"],
    ["r\u00e9ad", "invalid_scope", "`scope` has a character that no intent has"],
    ["read\tlist", "invalid_scope", "`scope` has a character that no intent has"],
    ["x".repeat(513), "invalid_scope", "`scope` has a character that no intent has"],
  ] as const) {
    it(`is refused with the scope ${JSON.stringify(scope).slice(0, 30)}`, async () => {
      const { status, body } = await ask({ scope });
      assert.deepEqual([status, body], [400, { error, error_description: says }]);
    });
  }

  it("is refused with the first reason, where none of several intents is allowed", async () => {
    const { body } = await ask({ scope: "other write" });
    assert.equal(body["error"], "invalid_scope");
  });

  it("asks no person, whatever it names", async () => {
    await ask({ scope: "erase" });
    const rows = await desk.broker.store.all("select id from approval", []);
    assert.deepEqual(rows, []);
  });

  it("is refused for a tool without defaults", async () => {
    const { status, body } = await desk.exchange(
      await refundRequest({ authorization_details: undefined, scope: "refund" }),
    );
    assert.deepEqual([status, body["error"]], [400, "invalid_request"]);
  });

  it("counts as one call of each grant", async () => {
    const subject = { subject_token: await svid("triage", { jti: "counted" }) };
    assert.equal((await ask({ ...subject, scope: "note read" })).body["scope"], "note read");
    assert.equal((await ask({ ...subject, scope: "note read" })).body["scope"], "read");
    const { body } = await ask({ ...subject, scope: "note" });
    assert.deepEqual(body, {
      error: "access_denied",
      error_description: "the task has used up what the grant allows it; a new task begins anew",
    });
  });

  it("stays within what its task token was narrowed to", async () => {
    const narrowed = await ask({
      ...{ audience: "acme.triage", resource: undefined },
      authorization_details: JSON.stringify([{ type: "agentid_task", intents: ["list"] }]),
    });
    const subject = { subject_token: String(narrowed.body["access_token"]) };
    assert.equal((await ask({ ...subject, scope: "read list" })).body["scope"], "list");
    assert.equal((await ask(subject)).body["error"], "invalid_authorization_details");
  });

  it("is for one intent where it requests a session of AWS", async () => {
    const requested = {
      requested_token_type: "urn:agentid:params:oauth:token-type:aws-session",
    };
    assert.deepEqual((await ask({ ...requested, scope: "read list" })).body, {
      error: "invalid_scope",
      error_description: "a credential of AWS or Kubernetes is for one intent",
    });
    // The role has no rule for the one intent.
    const { body } = await ask(requested);
    assert.match(String(body["error_description"]), /declares? no|no session/);
  });

  it("is what other types of grants send as well", async () => {
    const subject = { subject_token: undefined, subject_token_type: undefined };
    const type = { grant_type: grantTypes.client };
    const { body } = await ask({ ...subject, ...type, scope: "" });
    assert.equal(body["scope"], "read");
  });

  it("is described where details are there, and then decided by every grant", async () => {
    const described = { authorization_details: call({ intent: "write" }), scope: "write" };
    assert.equal((await ask(described)).status, 200);
    assert.equal((await ask({ ...described, scope: "write read" })).body["error"], "invalid_scope");
  });
});

describe("defaults of a tool", () => {
  const tool = (intent?: string) => ({ name: "crm", defaults: { ...(intent && { intent }) } });
  const read = { tool: "crm", intents: ["read"], approval: "none", withoutDetails: true } as const;

  it("fit the grants that use them", () => {
    assert.deepEqual(defaultsProblems([tool("read"), { name: "refunds" }], [read]), []);
    assert.deepEqual(defaultsProblems([tool()], [read]), []);
  });

  for (const [what, tools, grants, problems] of [
    [
      "with an approval",
      [tool("read")],
      [read, { ...read, approval: "human" }],
      [
        {
          ...{ part: "withoutDetails", index: 1 },
          problem:
            "is set with an approval, which a person gives for a described call; leave it out",
        },
      ],
    ],
    [
      "without defaults",
      [{ name: "crm" }],
      [read],
      [{ part: "withoutDetails", index: 0, problem: "needs `defaults` of tool `crm`" }],
    ],
    [
      "without a grant",
      [tool("read")],
      [{ ...read, withoutDetails: false }],
      [
        {
          ...{ part: "defaults", index: 0 },
          problem:
            "have no effect; set `withoutDetails: true` at a grant on the tool, or leave them out",
        },
      ],
    ],
    [
      "with an intent that none has",
      [tool("write")],
      [read],
      [
        {
          ...{ part: "intent", index: 0 },
          problem:
            "is `write`, which no grant with `withoutDetails` has; grant it, or name another",
        },
      ],
    ],
  ] as const) {
    it(`are refused ${what}`, () => {
      assert.deepEqual(defaultsProblems(tools, grants), problems);
    });
  }
});
