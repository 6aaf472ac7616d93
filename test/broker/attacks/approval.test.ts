import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { decodeJwt, type JWTPayload } from "jose";
import {
  call,
  grant,
  refundRequest,
  startDesk,
  svid,
  userToken,
  type Answered,
  type Desk,
} from "../support/desk";

describe("an approval", () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await startDesk({ grants: [grant({ approval: "human" })] });
  });
  afterEach(() => desk.stop());

  const ask = async (parts: object = {}, form: object = {}): Promise<Answered> =>
    desk.exchange(
      await refundRequest({
        authorization_details: call({ target: "order/1", context: { cents: 100 }, ...parts }),
        ...form,
      }),
    );
  const idOf = ({ status, body }: Answered): string => {
    assert.deepEqual([status, body["error"]], [400, "authorization_pending"], JSON.stringify(body));
    return String(body["approval"]);
  };
  const decide = async (
    id: string,
    decision: string,
    by = "ann",
    claims: JWTPayload = { groups: ["approvers"] },
  ): Promise<Answered> =>
    desk.post(`/approvals/${id}`, JSON.stringify({ decision }), {
      authorization: `Bearer ${await userToken(by, "console", claims)}`,
    });

  it("passes exactly its own request, once", async () => {
    const id = idOf(await ask());
    assert.equal(idOf(await ask()), id);
    const { status, body } = await decide(id, "approved");
    assert.deepEqual(
      [status, body["state"], body["decidedBy"], body["target"], body["user"], body["chain"]],
      [200, "approved", "ann", "order/1", "alice", ["triage"]],
    );
    assert.equal((await ask()).status, 200);
    assert.notEqual(idOf(await ask()), id);
  });

  it("is for no other request", async () => {
    const id = idOf(await ask());
    await decide(id, "approved");
    for (const other of [
      { context: { cents: 101 } },
      { context: {} },
      { context: { cents: 100, note: "x" } },
      { target: "order/2" },
      { target: undefined },
      { sensitivity: "public" },
      { environment: "production" },
      { seconds: 30 },
    ]) {
      assert.notEqual(idOf(await ask(other)), id, JSON.stringify(other));
    }
    assert.notEqual(
      idOf(await ask({}, { subject_token: await userToken("bob", "triage-web") })),
      id,
    );
    assert.notEqual(idOf(await ask({}, { subject_token: await svid("triage") })), id);
    assert.equal((await ask()).status, 200);
  });

  it("of a task is for that task alone", async () => {
    const begin = async (): Promise<string> => {
      const { body } = await desk.exchange(
        await refundRequest({
          ...{ audience: "acme.triage", resource: undefined, authorization_details: undefined },
        }),
      );
      return String(body["access_token"]);
    };
    const [one, other] = [await begin(), await begin()];
    await decide(idOf(await ask({}, { subject_token: one })), "approved");
    idOf(await ask({}, { subject_token: other }));
    idOf(await ask());
    assert.equal((await ask({}, { subject_token: one })).status, 200);
  });

  it("is used once, of four requests at the same moment", async () => {
    await decide(idOf(await ask()), "approved");
    const answers = await Promise.all([1, 2, 3, 4].map(() => ask()));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400, 400, 400]);
  });

  it("is requested once, by four requests at the same moment", async () => {
    const ids = (await Promise.all([1, 2, 3, 4].map(() => ask()))).map(idOf);
    assert.equal(new Set(ids).size, 1);
  });

  it("is given by no participant", async () => {
    const id = idOf(await ask());
    for (const by of ["alice", "triage"]) {
      const { status, body } = await decide(id, "approved", by);
      assert.deepEqual(
        [status, body["error_description"]],
        [403, "a participant of a call cannot decide on it"],
      );
    }
    idOf(await ask());
  });

  it("is given only by approvers", async () => {
    const id = idOf(await ask());
    for (const claims of [{}, { groups: ["users"] }, { groups: "approver" }]) {
      assert.equal((await decide(id, "approved", "mallory", claims)).status, 403);
    }
    const { status } = await desk.post(`/approvals/${id}`, '{"decision":"approved"}', {
      authorization: `Bearer ${await svid("triage")}`,
    });
    assert.equal(status, 401);
    const body = '{"decision":"approved"}';
    const without = await fetch(`${desk.url}/approvals/${id}`, { method: "POST", body });
    assert.equal(without.status, 401);
    idOf(await ask());
  });

  it("is given in person: by a login a short time ago at the broker's own client, which no workload can have", async () => {
    const id = idOf(await ask());
    const now = Math.floor(Date.now() / 1000);
    const groups = ["approvers"];
    const refusals: readonly (readonly [string, JWTPayload, string])[] = [
      // What a workload gets from its user's login, and what was handed on.
      ["triage-web", { groups }, "the token is of no login at the broker's own client"],
      ["console", { groups, client_id: "triage-web" }, "the token is of no login at the broker"],
      ["triage-web", { groups, client_id: "console" }, "the token is of no login at the broker"],
      [
        "console",
        { groups, azp: undefined },
        "the token is of no login at the broker's own client",
      ],
      ["console", { groups, act: { sub: "acme.triage" } }, "the token was handed on (`act`)"],
      ["console", { groups, auth_time: undefined }, "the token does not say when the person"],
      ["console", { groups, auth_time: String(now) }, "the token does not say when the person"],
      ["console", { groups, auth_time: now + 60 }, "the token does not say when the person"],
      ["console", { groups, auth_time: now - 900 }, "the login is older than 900 seconds"],
    ];
    for (const [client, claims, says] of refusals) {
      const token = await userToken("ann", client, claims);
      const { status, body } = await desk.post(`/approvals/${id}`, '{"decision":"approved"}', {
        authorization: `Bearer ${token}`,
      });
      assert.deepEqual(
        [status, String(body["error_description"]).startsWith(says)],
        [403, true],
        JSON.stringify([client, claims, body]),
      );
    }
    idOf(await ask());
    const recent = { groups, auth_time: now - 880, azp: undefined, client_id: "console" };
    assert.equal((await decide(id, "approved", "ann", recent)).status, 200);
  });

  it("is denied for as long as it would have been open", async () => {
    await decide(idOf(await ask()), "denied");
    const { body } = await ask();
    assert.deepEqual(body, {
      error: "access_denied",
      error_description: "a person has denied the call",
    });
    assert.equal((await decide(randomUUID(), "approved")).status, 404);
  });

  it("is decided on once", async () => {
    const id = idOf(await ask());
    const answers = await Promise.all([decide(id, "approved"), decide(id, "denied", "ben")]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);
  });

  it("ends, pending or approved", async () => {
    const open = idOf(await ask());
    desk.ahead = 299;
    const ending = idOf(await ask());
    desk.ahead = 301;
    assert.equal((await decide(open, "approved")).status, 404);
    desk.ahead = 0;
    await decide(ending, "approved");
    desk.ahead = 1000;
    const lateUser = { exp: Math.floor(Date.now() / 1000) + 3000 };
    idOf(
      await ask(
        {},
        {
          subject_token: await userToken("alice", "triage-web", lateUser),
          client_assertion: await svid("triage", lateUser),
        },
      ),
    );
  });

  it("records in the trail who approved what, and its use", async () => {
    const id = idOf(await ask());
    await decide(id, "approved");
    const { body } = await ask();
    const { txn } = decodeJwt(String(body["access_token"]));
    const lines = (await desk.trail()).filter((line) => line["approval"] === id);
    assert.deepEqual(
      lines.map(({ event, by, txn: task }) => [event, by, task === txn]),
      [
        ["approval-asked", undefined, false],
        ["approved", "ann", false],
        ["issued", undefined, true],
      ],
    );
  });

  it("is requested by one chain for one user twenty times at most, so that those of others are seen", async () => {
    const ids: string[] = [];
    for (let at = 0; at < 20; at++) ids.push(idOf(await ask({ target: `order/${at}` })));
    const { status, body } = await ask({ target: "order/20" });
    assert.deepEqual(
      [status, body],
      [
        429,
        {
          error: "slow_down",
          error_description: "20 requests of the caller wait for approval",
          retry_after: 60,
        },
      ],
    );
    assert.equal(idOf(await ask({ target: "order/3" })), ids[3]);
    desk.ahead = 1;
    const other = idOf(await ask({}, { subject_token: await userToken("bob", "triage-web") }));
    const listed = await fetch(`${desk.url}/approvals`, {
      headers: {
        authorization: `Bearer ${await userToken("ann", "console", { groups: ["approvers"] })}`,
      },
    });
    const { approvals } = (await listed.json()) as { approvals: { id: string }[] };
    assert.deepEqual([approvals.length, approvals[0]?.id], [21, other]);
    await decide(ids[0] ?? "", "denied");
    idOf(await ask({ target: "order/20" }));
  });

  it("is listed while it is open, for approvers", async () => {
    const id = idOf(await ask({ target: "<script>alert(1)</script>" }));
    const list = async (claims: JWTPayload): Promise<Response> =>
      fetch(`${desk.url}/approvals`, {
        headers: { authorization: `Bearer ${await userToken("ann", "console", claims)}` },
      });
    const { approvals } = (await (await list({ groups: ["approvers"] })).json()) as {
      approvals: Record<string, unknown>[];
    };
    assert.deepEqual(
      approvals.map(({ id: of, target, intent }) => [of, target, intent]),
      [[id, "<script>alert(1)</script>", "refund"]],
    );
    assert.equal((await list({})).status, 403);
  });
});
