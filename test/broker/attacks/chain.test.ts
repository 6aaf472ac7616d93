import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import {
  call,
  grant,
  refundRequest,
  spireKey,
  signed,
  startDesk,
  svid,
  userToken,
  type Answered,
  type Desk,
} from "../support/desk";

const tokenOf = ({ status, body }: Answered): string => {
  assert.equal(status, 200, JSON.stringify(body));
  return String(body["access_token"]);
};

describe("a chain of workloads", () => {
  let desk: Desk;
  before(async () => {
    desk = await startDesk({
      grants: [
        grant({ conditions: [{ kind: "one-of", key: "user", values: ["alice"] }] }),
        grant({ caller: "other", intents: ["read"] }),
        grant({ caller: "desk", intents: ["read"] }),
      ],
    });
  });
  after(() => desk.stop());

  /** A task token, from whatever subject, by a caller for a workload. */
  const handOn = async (subject: string, by: string, to: string): Promise<Answered> =>
    desk.exchange(
      await refundRequest({
        ...{ subject_token: subject, client_assertion: await svid(by), audience: `acme.${to}` },
        ...{ resource: undefined, authorization_details: undefined },
      }),
    );
  const callBy = async (subject: string, by: string, intent = "refund"): Promise<Answered> =>
    desk.exchange(
      await refundRequest({
        ...{ subject_token: subject, client_assertion: await svid(by) },
        authorization_details: call({ intent }),
      }),
    );
  const alice = (client: string): Promise<string> => userToken("alice", client);

  it("keeps the task, nests who acted before, and ends with what it was made from", async () => {
    const first = tokenOf(await handOn(await alice("desk-web"), "desk", "triage"));
    const last = tokenOf(await callBy(first, "triage"));
    const [task, granted] = [decodeJwt(first), decodeJwt(last)];
    assert.equal(granted["txn"], task["txn"]);
    assert.equal(granted.sub, "alice");
    assert.deepEqual(granted["act"], { sub: "acme.triage", act: { sub: "acme.desk" } });
    assert.ok((granted.exp ?? Infinity) <= (task.exp ?? 0));
  });

  it("refuses a user's token that was issued to another client", async () => {
    const { status, body } = await callBy(await alice("other-web"), "triage");
    assert.deepEqual([status, body["error"]], [400, "invalid_grant"]);
    assert.equal((await callBy(await alice("triage-web"), "triage")).status, 200);
  });

  it("refuses a user's token that names another workload in may_act, whatever its client", async () => {
    const named = (name: string): Promise<string> =>
      userToken("alice", "triage-web", {
        may_act: { sub: `spiffe://acme.example/acme/${name}` },
      });
    assert.equal((await callBy(await named("other"), "triage")).status, 400);
    assert.equal((await callBy(await named("triage"), "triage")).status, 200);
  });

  it("refuses a user's token of no client", async () => {
    const token = await userToken("alice", "", { azp: undefined });
    assert.equal((await callBy(token, "triage")).status, 400);
  });

  it("refuses a task token that was handed to another workload", async () => {
    const toOther = tokenOf(await handOn(await alice("desk-web"), "desk", "other"));
    const { status, body } = await callBy(toOther, "triage");
    assert.deepEqual(
      [status, body],
      [
        400,
        {
          error: "invalid_grant",
          error_description: "subject_token: the task token is for another workload",
        },
      ],
    );
    assert.equal((await callBy(toOther, "other", "read")).status, 200);
  });

  it("refuses a task token from a caller that received it from another", async () => {
    const toTriage = tokenOf(await handOn(await alice("desk-web"), "desk", "triage"));
    assert.equal((await callBy(toTriage, "desk", "read")).status, 400);
  });

  it("refuses a task token of another chain as actor_token", async () => {
    const ofAlice = tokenOf(await handOn(await alice("desk-web"), "desk", "triage"));
    const ofBob = tokenOf(await handOn(await userToken("bob", "desk-web"), "desk", "triage"));
    const { status } = await desk.exchange(
      await refundRequest({
        ...{ subject_token: ofAlice, client_assertion: undefined, actor_token: ofBob },
      }),
    );
    assert.equal(status, 401);
  });

  it("refuses for one user what is granted for another", async () => {
    const ofBob = tokenOf(await handOn(await userToken("bob", "desk-web"), "desk", "triage"));
    const { status, body } = await callBy(ofBob, "triage");
    assert.deepEqual(
      [status, body],
      [400, { error: "access_denied", error_description: "the grant is not for this user" }],
    );
  });

  it("refuses a call token as subject token, also by who called", async () => {
    const granted = tokenOf(await callBy(await alice("triage-web"), "triage"));
    const { status, body } = await callBy(granted, "triage");
    assert.deepEqual([status, body["error"]], [400, "invalid_grant"]);
  });

  it("refuses the token of another workload as subject token", async () => {
    const { status, body } = await callBy(await svid("desk"), "triage");
    assert.deepEqual(
      [status, body["error_description"]],
      [400, "subject_token: it is another workload's"],
    );
  });

  it("refuses a task token that another one signed", async () => {
    const claims = decodeJwt(tokenOf(await handOn(await alice("desk-web"), "desk", "triage")));
    const forged = await signed(await spireKey, claims, { typ: "agentid-task+jwt" });
    const { status, body } = await callBy(forged, "triage");
    assert.deepEqual([status, body["error"]], [400, "invalid_grant"]);
  });

  it("ends at its depth", async () => {
    const one = tokenOf(await handOn(await alice("desk-web"), "desk", "triage"));
    const two = tokenOf(await handOn(one, "triage", "other"));
    assert.equal((await callBy(two, "other", "read")).status, 200);
    const { status, body } = await handOn(two, "other", "desk");
    assert.deepEqual(
      [status, body["error_description"]],
      [400, "the chain would have more than 3 workloads"],
    );
  });

  it("does not grow where a workload continues its own task", async () => {
    const own = tokenOf(await handOn(await alice("triage-web"), "triage", "triage"));
    const again = tokenOf(await handOn(own, "triage", "triage"));
    assert.deepEqual(decodeJwt(tokenOf(await callBy(again, "triage")))["act"], {
      sub: "acme.triage",
    });
  });

  it("is handed on to orchestrators and agents alone", async () => {
    for (const to of ["refunds", "nobody", ""]) {
      const { status, body } = await handOn(await alice("desk-web"), "desk", to);
      assert.deepEqual([status, body["error"]], [400, "invalid_target"]);
    }
  });

  it("refuses a user with the name of a workload, and one of another tenant", async () => {
    for (const token of [
      await userToken("acme.triage", "triage-web"),
      await userToken("alice", "triage-web", { org: "globex" }),
      await userToken("alice", "triage-web", { org: undefined }),
      await userToken("alice", "triage-web", { aud: "https://other.example" }),
      await userToken("alice\0x", "triage-web"),
      await userToken("", "triage-web"),
      await userToken("\ud800", "triage-web"),
      await userToken("a".repeat(513), "triage-web"),
    ]) {
      const { status, body } = await callBy(token, "triage");
      assert.deepEqual([status, body["error"]], [400, "invalid_grant"]);
    }
  });

  it("lasts no longer than the token that began it", async () => {
    const exp = Math.floor(Date.now() / 1000) + 40;
    const token = await userToken("alice", "triage-web", { exp });
    const task = tokenOf(await handOn(token, "triage", "triage"));
    assert.equal(decodeJwt(task).exp, exp);
    assert.ok((decodeJwt(tokenOf(await callBy(task, "triage"))).exp ?? Infinity) <= exp);
  });
});
