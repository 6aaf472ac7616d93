import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeJwt } from "jose";
import { sqliteDriver } from "../../../broker/store/sqlite";
import type { Driver } from "../../../broker/store/store";
import {
  accountToken,
  call,
  crm,
  grant,
  refundRequest,
  spiffeAssertion,
  startDesk,
  svid,
  userToken,
  type Answered,
  type Desk,
} from "../support/desk";

describe("the end of a task", () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await startDesk({
      operators: { groups: "platform" },
      grants: [
        grant(),
        grant({ caller: "other" }),
        grant({ tool: "crm", intents: ["read"] }),
        grant({ caller: "desk" }),
      ],
    });
  });
  afterEach(() => desk.stop());

  const tokenOf = ({ status, body }: Answered): string => {
    assert.equal(status, 200, JSON.stringify(body));
    return String(body["access_token"]);
  };
  /** A task token for a workload, by the token that begins or continues the task. */
  const passOn = async (subject: string, to: string, by = "triage"): Promise<string> =>
    tokenOf(
      await desk.exchange(
        await refundRequest({
          ...{ subject_token: subject, audience: `acme.${to}`, resource: undefined },
          ...{ client_assertion: await svid(by), authorization_details: undefined },
        }),
      ),
    );
  const begin = async (user: string, by = "triage", to = by): Promise<string> =>
    passOn(await userToken(user, `${by}-web`), to, by);
  const callBy = async (subject: string, by = "triage", to?: string): Promise<Answered> =>
    desk.exchange(
      await refundRequest({
        ...{ subject_token: subject, client_assertion: await svid(by) },
        ...(to !== undefined && {
          resource: to,
          authorization_details: call({ intent: "read" }),
        }),
      }),
    );
  const isActive = async (token: string, tool = "refunds"): Promise<boolean> => {
    const { body } = await desk.post("/introspect", {
      token,
      client_assertion: await svid(tool),
      client_assertion_type: spiffeAssertion,
    });
    return body["active"] === true;
  };
  const revoke = async (kind: string, value: string, seconds?: number): Promise<Answered> => {
    const token = await userToken("olga", "console", { groups: ["platform"] });
    return desk.post("/revocations", JSON.stringify({ kind, value, seconds }), {
      authorization: `Bearer ${token}`,
    });
  };
  const ended = "the task has ended";
  const blocked = "the task has ended, or is revoked for its user, a workload or the tool";

  it("of one task ends all of it, and nothing of another", async () => {
    const [first, second] = [await begin("alice"), await begin("alice")];
    const [one, other] = [tokenOf(await callBy(first)), tokenOf(await callBy(second))];
    const txn = String(decodeJwt(first)["txn"]);
    const { status, body } = await revoke("task", txn);
    assert.equal(status, 200, JSON.stringify(body));
    const counts = body["ended"] as Record<string, { count: number }>;
    assert.deepEqual([counts["task"]?.count, counts["call"]?.count], [1, 1]);
    assert.deepEqual([await isActive(one), await isActive(other)], [false, true]);
    const again = await callBy(first);
    assert.deepEqual(
      [again.status, again.body],
      [400, { error: "invalid_grant", error_description: ended }],
    );
    assert.equal((await callBy(second)).status, 200);
    assert.equal((await callBy(await userToken("alice", "triage-web"))).status, 200);
  });

  it("of an agent ends all that it takes part in, and keeps it from beginning anew", async () => {
    const own = await begin("alice");
    const handedOn = await begin("alice", "triage", "other");
    const others = await begin("alice", "desk", "other");
    const one = tokenOf(await callBy(own));
    assert.equal((await revoke("agent", "triage")).status, 200);
    assert.equal(await isActive(one), false);
    assert.equal((await callBy(own)).body["error_description"], ended);
    assert.equal((await callBy(handedOn, "other")).body["error_description"], ended);
    const anew = await callBy(await userToken("alice", "triage-web"));
    assert.deepEqual(anew.body, { error: "invalid_grant", error_description: blocked });
    assert.equal((await callBy(others, "other")).status, 200);
  });

  it("of an agent ends its authority, and the agent starts anew after that time", async () => {
    const own = await begin("alice");
    await revoke("agent", "triage", 60);
    desk.ahead = 61;
    assert.equal((await callBy(own)).body["error_description"], ended);
    assert.equal((await callBy(await userToken("alice", "triage-web"))).status, 200);
  });

  it("of a user ends that user's tasks alone", async () => {
    const [ofAlice, ofBob] = [await begin("alice"), await begin("bob")];
    await revoke("user", "alice");
    assert.equal((await callBy(ofAlice)).status, 400);
    assert.equal((await callBy(await userToken("alice", "triage-web"))).status, 400);
    assert.equal((await callBy(ofBob)).status, 200);
    assert.equal((await callBy(await svid("triage"))).status, 200);
  });

  it("of a tool ends calls of that tool alone", async () => {
    const task = await begin("alice");
    const one = tokenOf(await callBy(task));
    const other = tokenOf(await callBy(task, "triage", crm));
    await revoke("tool", "refunds");
    assert.deepEqual([await isActive(one), await isActive(other, "crm")], [false, true]);
    assert.equal((await callBy(task)).body["error_description"], blocked);
    assert.equal((await callBy(task, "triage", crm)).status, 200);
  });

  it("can be repeated", async () => {
    const task = await begin("alice");
    await revoke("agent", "triage", 600);
    await revoke("agent", "triage", 10);
    desk.ahead = 60;
    assert.equal((await callBy(task)).status, 400);
    assert.equal((await callBy(await userToken("alice", "triage-web"))).status, 400);
  });

  it("comes with its time", async () => {
    const task = await begin("alice");
    const one = tokenOf(await callBy(task));
    desk.ahead = 61;
    assert.equal(await isActive(one), false);
    desk.ahead = 301;
    assert.equal((await callBy(task)).body["error"], "invalid_grant");
  });

  it("comes when the workload gives its task token back, with all that was made of it", async () => {
    const own = await begin("alice");
    const handedOn = await passOn(own, "other");
    const one = tokenOf(await callBy(own));
    const two = tokenOf(await callBy(handedOn, "other"));
    assert.deepEqual(await give(own, "other"), {});
    assert.deepEqual([await isActive(one), await isActive(two)], [true, true]);
    assert.deepEqual(await give("unknown", "triage"), {});
    const counts = await give(own, "triage");
    assert.deepEqual([counts["task"]?.count, counts["call"]?.count], [2, 2]);
    assert.deepEqual(await give(own, "triage"), {});
    assert.deepEqual([await isActive(one), await isActive(two)], [false, false]);
    assert.equal((await callBy(own)).status, 400);
    assert.equal((await callBy(handedOn, "other")).status, 400);
  });

  /** Gives a token back; what the answer states has ended. */
  const give = async (
    token: string,
    by: string,
  ): Promise<Readonly<Record<string, { readonly count: number }>>> => {
    const { status, body } = await desk.post("/revoke", {
      ...{ token, client_assertion: await accountToken(by) },
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    });
    assert.equal(status, 200, JSON.stringify(body));
    return body["ended"] as Readonly<Record<string, { readonly count: number }>>;
  };

  it("comes by who handed the task on, for all below, and never by who received it for what is above", async () => {
    const own = await begin("alice");
    const handedOn = await passOn(own, "other");
    const [above, below] = [tokenOf(await callBy(own)), tokenOf(await callBy(handedOn, "other"))];
    assert.deepEqual(await give(own, "other"), {});
    const counts = await give(handedOn, "triage");
    assert.deepEqual([counts["task"]?.count, counts["call"]?.count], [1, 1]);
    assert.deepEqual([await isActive(above), await isActive(below)], [true, false]);
  });

  it("of a task comes by the user's token that began it, given back by who began it", async () => {
    const token = await userToken("alice", "triage-web");
    const [one, other] = [
      tokenOf(await callBy(token)),
      tokenOf(await callBy(await userToken("alice", "triage-web"))),
    ];
    assert.deepEqual(await give(token, "other"), {});
    assert.equal(await isActive(one), true);
    assert.equal((await give(token, "triage"))["call"]?.count, 1);
    assert.deepEqual([await isActive(one), await isActive(other)], [false, true]);
    const again = await callBy(token);
    assert.deepEqual([again.status, again.body["error_description"]], [400, blocked]);
  });

  it("is one for all calls by one token of a user, and for another spelling of its signature", async () => {
    const token = await userToken("alice", "triage-web");
    const [header = "", payload = "", signature = ""] = token.split(".");
    // Of an ECDSA signature (r, s), (r, n - s) is valid as well.
    const bytes = Buffer.from(signature, "base64url");
    const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const s = n - BigInt(`0x${bytes.subarray(32).toString("hex")}`);
    const twin = Buffer.concat([
      bytes.subarray(0, 32),
      Buffer.from(s.toString(16).padStart(64, "0"), "hex"),
    ]).toString("base64url");
    const calls = [
      await callBy(token),
      await callBy(token),
      await callBy(`${header}.${payload}.${twin}`),
    ].map(tokenOf);
    const txns = calls.map((each) => String(decodeJwt(each)["txn"]));
    assert.equal(new Set(txns).size, 1);
    await revoke("task", txns[0] ?? "", 0);
    assert.deepEqual(await Promise.all(calls.map((each) => isActive(each))), [false, false, false]);
    for (const each of [token, `${header}.${payload}.${twin}`]) {
      assert.equal((await callBy(each)).body["error_description"], blocked);
    }
    const next = tokenOf(await callBy(await userToken("alice", "triage-web")));
    assert.notEqual(decodeJwt(next)["txn"], txns[0]);
  });

  it("comes with the time of the task, though the user's token lasts longer", async () => {
    const exp = Math.floor(Date.now() / 1000) + 10_000;
    const token = await userToken("alice", "triage-web", { exp });
    const assertion = await svid("triage", { exp });
    const ask = async (): Promise<Answered> =>
      desk.exchange(await refundRequest({ subject_token: token, client_assertion: assertion }));
    assert.equal((await ask()).status, 200);
    desk.ahead = 3600;
    const { status, body } = await ask();
    assert.deepEqual(
      [status, body["error_description"]],
      [400, "subject_token: its task has ended; a new token begins one"],
    );
  });

  it("never keeps a workload from acting for itself by a token of its platform that lasts longer than a task", async () => {
    const exp = Math.floor(Date.now() / 1000) + 20_000;
    const token = await svid("triage", { exp });
    const txns = new Set<unknown>();
    for (const ahead of [0, 1, 1800, 3600, 3601, 7200, 18_000]) {
      desk.ahead = ahead;
      const of = { subject_token: token, client_assertion: token };
      const call = decodeJwt(tokenOf(await desk.exchange(await refundRequest(of))));
      txns.add(call["txn"]);
      assert.equal((call.exp ?? 0) - (call.iat ?? 0), 60);
    }
    assert.ok(txns.size >= 4 && txns.size <= 6, `${txns.size}`);
  });

  it("keeps in the trail who revoked, and why", async () => {
    const token = await userToken("olga", "console", { groups: ["platform"] });
    const authorization = { authorization: `Bearer ${token}` };
    const revoked = { kind: "agent", value: "retired", reason: "INC-7: its node is lost" };
    const { status } = await desk.post("/revocations", JSON.stringify(revoked), authorization);
    assert.equal(status, 200);
    const line = (await desk.trail()).at(-1);
    const { event, value, by, reason } = line ?? {};
    assert.deepEqual(
      { event, value, by, reason },
      { event: "revoked", value: "retired", by: "olga", reason: revoked.reason },
    );
  });

  it("is called for by operators alone", async () => {
    const body = JSON.stringify({ kind: "agent", value: "triage" });
    for (const [token, status] of [
      [await userToken("mallory", "console", { groups: ["users"] }), 403],
      [await userToken("mallory", "console"), 403],
      [await userToken("olga", "triage-web", { groups: ["platform"] }), 403],
      [await userToken("olga", "console", { groups: ["platform"], act: { sub: "x" } }), 403],
      [await userToken("olga", "console", { groups: ["platform"], auth_time: 1 }), 403],
      [await userToken("olga", "console", { groups: ["platform"], org: "globex" }), 401],
      [await svid("triage"), 401],
      ["x", 401],
    ] as const) {
      const answer = await desk.post("/revocations", body, { authorization: `Bearer ${token}` });
      assert.equal(answer.status, status, JSON.stringify(answer.body));
    }
    assert.equal((await desk.post("/revocations", body)).status, 401);
    const reasons = [7, null, "a\u200bb", "line\nline", "x".repeat(501)];
    for (const bad of [
      ...["{", "{}", "null", '{"kind":"agent"}', '{"kind":"team","value":"x"}'],
      ...reasons.map((reason) => JSON.stringify({ kind: "agent", value: "triage", reason })),
    ]) {
      const answer = await desk.post("/revocations", bad, {
        authorization: `Bearer ${await userToken("olga", "console", { groups: ["platform"] })}`,
      });
      assert.deepEqual([answer.status, answer.body["error"]], [400, "invalid_request"], bad);
    }
    assert.equal((await callBy(await userToken("alice", "triage-web"))).status, 200);
  });
});

describe("introspection", () => {
  let desk: Desk;
  before(async () => {
    desk = await startDesk();
  });
  after(() => desk.stop());

  const ask = async (token: string, by: string): Promise<Answered["body"]> =>
    (
      await desk.post("/introspect", {
        ...{ token, client_assertion: await svid(by), client_assertion_type: spiffeAssertion },
      })
    ).body;

  it("is not active where revocations cannot be read", async () => {
    const folder = mkdtempSync(join(tmpdir(), "agentid-unread-"));
    const driver = await sqliteDriver(join(folder, "broker.db"));
    let isDown = false;
    const failing: Driver = {
      ...driver,
      all: (statement) => {
        if (isDown && /from credential/.test(statement.sql)) throw new Error("disk I/O error");
        return driver.all(statement);
      },
    };
    const unread = await startDesk({}, failing);
    try {
      const { body } = await unread.exchange(await refundRequest());
      const token = String(body["access_token"]);
      const asked = async (): Promise<readonly unknown[]> => {
        const form = { token, client_assertion: await svid("refunds") };
        const of = { ...form, client_assertion_type: spiffeAssertion };
        const { status, body: said } = await unread.post("/introspect", of);
        return [status, said["active"]];
      };
      assert.deepEqual(await asked(), [200, true]);
      isDown = true;
      assert.deepEqual(await asked(), [200, false]);
      assert.equal(unread.logged.length, 1);
      isDown = false;
      assert.deepEqual(await asked(), [200, true]);
    } finally {
      await unread.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("is active once for each use that the tool names, and uses nothing up by another's question", async () => {
    const { body } = await desk.exchange(await refundRequest());
    const token = String(body["access_token"]);
    const use = async (by: string, of: string): Promise<unknown> =>
      (
        await desk.post("/introspect", {
          ...{ token, client_assertion: await svid(by), use: of },
          client_assertion_type: spiffeAssertion,
        })
      ).body["active"];
    assert.equal(await use("crm", "call"), false);
    const at = await Promise.all([1, 2, 3, 4].map(() => use("refunds", "call")));
    assert.deepEqual(at.filter(Boolean).length, 1);
    assert.equal(await use("refunds", "call 2"), true);
    assert.equal((await ask(token, "refunds"))["active"], true);
  });

  it("answers only the tool that a token is for", async () => {
    const { body } = await desk.exchange(await refundRequest());
    const token = String(body["access_token"]);
    assert.deepEqual(await ask(token, "refunds"), {
      ...{ active: true, ...decodeJwt(token), token_type: "Bearer", intents: ["refund"] },
    });
    for (const by of ["crm", "triage", "desk"]) {
      assert.deepEqual(await ask(token, by), { active: false });
    }
  });

  it("rejects a token that is changed, or is none", async () => {
    const { body } = await desk.exchange(await refundRequest());
    const token = String(body["access_token"]);
    for (const other of [`${token.slice(0, -4)}AAAA`, "x", `${token}.`]) {
      assert.deepEqual(await ask(other, "refunds"), { active: false });
    }
  });

  it("takes no task token for a call token", async () => {
    const { body } = await desk.exchange(
      await refundRequest({
        ...{ resource: undefined, authorization_details: undefined, audience: "acme.triage" },
      }),
    );
    assert.deepEqual(await ask(String(body["access_token"]), "triage"), { active: false });
  });
});
