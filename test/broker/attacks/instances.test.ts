import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import {
  accountToken,
  bearerAssertion,
  crm,
  grant,
  refundRequest,
  spiffeAssertion,
  startDesk,
  svid,
  userToken,
  without,
  type Desk,
} from "../support/desk";

const instanceOf = (pod: string): string => `acme/triage-${pod}/uid-${pod}`;

/** The token of one of the pods of `triage`. */
const podToken = async (pod: string, name = "triage"): Promise<string> =>
  accountToken(name, {
    "kubernetes.io": { namespace: "acme", pod: { name: `${name}-${pod}`, uid: `uid-${pod}` } },
  });

describe("a revocation of one of several, or of all", () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await startDesk({
      grants: [grant(), grant({ tool: "crm" }), grant({ caller: "other", intents: ["refund"] })],
    });
  });
  afterEach(() => desk.stop());

  const revoke = async (kind: string, value: string, seconds = 3600) => {
    const operator = await userToken("olga", "console", { groups: ["platform"] });
    return desk.post("/revocations", JSON.stringify({ kind, value, seconds }), {
      authorization: `Bearer ${operator}`,
    });
  };
  const ask = async (token: string, parts: Readonly<Record<string, string | undefined>> = {}) =>
    desk.exchange(
      await refundRequest({
        ...{ client_assertion: token, client_assertion_type: bearerAssertion },
        ...parts,
      }),
    );
  const stands = async (token: unknown): Promise<boolean> =>
    (await desk.broker.standing(String(token), desk.broker.now())) !== undefined;

  it("ends what one pod of an agent received, and nothing of its other pod", async () => {
    const [one, two] = [await podToken("1"), await podToken("2")];
    const first = (await ask(one)).body["access_token"];
    const second = (await ask(two)).body["access_token"];
    const { status, body } = await revoke("instance", instanceOf("1"));
    assert.equal(status, 200, JSON.stringify(body));
    const { call } = body["ended"] as { readonly call: { readonly count: number } };
    assert.equal(call.count, 1);
    assert.deepEqual([await stands(first), await stands(second)], [false, true]);
    assert.deepEqual((await ask(one)).body["error"], "invalid_grant");
    assert.equal((await ask(two)).status, 200);
    assert.equal(
      (
        await ask(await podToken("1", "other"), {
          subject_token: await userToken("alice", "other-web"),
        })
      ).status,
      200,
    );
  });

  it("ends what others made of what the pod received", async () => {
    const task = { audience: "acme.triage", resource: undefined, authorization_details: undefined };
    const desks = { subject_token: await userToken("alice", "desk-web") };
    const begun = await ask(await podToken("1", "desk"), { ...task, ...desks });
    assert.equal(begun.status, 200, JSON.stringify(begun.body));
    const made = await ask(await podToken("2"), {
      subject_token: String(begun.body["access_token"]),
    });
    assert.equal(await stands(made.body["access_token"]), true);
    await revoke("instance", "acme/desk-1/uid-1");
    assert.equal(await stands(made.body["access_token"]), false);
    const again = { subject_token: String(begun.body["access_token"]) };
    assert.equal((await ask(await podToken("2"), again)).status, 400);
  });

  it("lasts as long as it states", async () => {
    const one = await podToken("1");
    await revoke("instance", instanceOf("1"), 1);
    assert.equal((await ask(one)).status, 400);
    desk.ahead = 3;
    assert.equal(
      (await ask(one, { subject_token: await userToken("bob", "triage-web") })).status,
      200,
    );
  });

  it("takes a SPIFFE ID, and compares it as a whole", async () => {
    const id = "spiffe://acme.example/acme/triage";
    const of = { client_assertion_type: spiffeAssertion };
    const { body } = await ask(await svid("triage"), of);
    assert.equal(decodeJwt(String(body["access_token"]))["instance"], id);
    for (const near of [`${id}/`, "spiffe://acme.example/acme/triag", id.toUpperCase(), "%", ""]) {
      await revoke("instance", near);
      assert.equal(await stands(body["access_token"]), true, near);
    }
    await revoke("instance", id);
    assert.equal(await stands(body["access_token"]), false);
    // The same agent by its account is another instance.
    assert.equal((await ask(await podToken("1"))).status, 200);
  });

  it("is in the token and in the trail, where the subject does not state it", async () => {
    const { body } = await ask(await podToken("1"));
    assert.equal(decodeJwt(String(body["access_token"]))["instance"], instanceOf("1"));
    const [line = {}] = await desk.trail();
    const issued = [line, ...(await desk.trail())].find(({ event }) => event === "issued") ?? {};
    assert.deepEqual(issued["proof"], {
      ...{ issuer: "cluster", subject: "system:serviceaccount:acme:triage" },
      instance: instanceOf("1"),
    });
    const bare = await ask(await accountToken("triage"));
    assert.ok(!("instance" in decodeJwt(String(bare.body["access_token"]))));
  });

  it("ends everything of the tenant, and of no other tenant", async () => {
    const first = (await ask(await podToken("1"))).body["access_token"];
    const second = (await ask(await podToken("2"), { resource: crm })).body["access_token"];
    for (const other of ["globex", "ACME", "acme ", "%"]) {
      const { status, body } = await revoke("tenant", other);
      assert.deepEqual(
        [status, body],
        [
          400,
          {
            error: "invalid_request",
            error_description: "the broker serves tenant `acme` alone",
          },
        ],
      );
    }
    assert.equal(await stands(first), true);
    const { body } = await revoke("tenant", "acme");
    const { call } = body["ended"] as { readonly call: { readonly count: number } };
    assert.equal(call.count, 2);
    assert.deepEqual([await stands(first), await stands(second)], [false, false]);
    for (const pod of ["1", "3"]) assert.equal((await ask(await podToken(pod))).status, 400);
    const line = (await desk.trail()).find(({ event }) => event === "revoked") ?? {};
    assert.deepEqual(without(line, "trail", "before", "seq", "at", "until"), {
      ...{ txn: "", event: "revoked", kind: "tenant", value: "acme", by: "olga" },
    });
  });
});
