import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { calculateJwkThumbprint, decodeJwt, SignJWT, type JWTPayload } from "jose";
import {
  issuer,
  refundRequest,
  spiffeAssertion,
  startDesk,
  svid,
  testKey,
  without,
  type Answered,
  type Desk,
  type TestKey,
} from "../support/desk";

const key = testKey("dpop");

async function proof(
  claims: JWTPayload = {},
  header: Readonly<Record<string, unknown>> = {},
  by: Promise<TestKey> = key,
): Promise<string> {
  const { privateKey, alg, jwk } = await by;
  const now = Math.floor(Date.now() / 1000);
  const bare = without(jwk, "kid", "alg");
  return new SignJWT({
    ...{ jti: randomUUID(), htm: "POST", htu: `${issuer}/token`, iat: now },
    ...claims,
  })
    .setProtectedHeader({ alg, typ: "dpop+jwt", jwk: bare, ...header })
    .sign(privateKey);
}

describe("a proof of possession", () => {
  let desk: Desk;
  before(async () => {
    desk = await startDesk();
  });
  after(() => desk.stop());

  const exchange = async (dpop: string): Promise<Answered> =>
    desk.exchange(await refundRequest(), { dpop });

  it("binds the token to its key", async () => {
    const { body } = await exchange(await proof());
    assert.equal(body["token_type"], "DPoP");
    assert.deepEqual(decodeJwt(String(body["access_token"]))["cnf"], {
      jkt: await calculateJwkThumbprint((await key).jwk),
    });
  });

  const taskRequest = async (to = "triage", subject?: string): ReturnType<typeof refundRequest> =>
    refundRequest({
      ...{ audience: `acme.${to}`, resource: undefined, authorization_details: undefined },
      ...(subject !== undefined && { subject_token: subject }),
    });

  it("binds a task token that a workload requests for itself, and what continues it", async () => {
    const begun = await desk.exchange(await taskRequest(), { dpop: await proof() });
    const task = String(begun.body["access_token"]);
    const jkt = await calculateJwkThumbprint((await key).jwk);
    assert.deepEqual(decodeJwt(task)["cnf"], { jkt });
    const request = await refundRequest({ subject_token: task });
    const stolen = await Promise.all([
      desk.exchange(request),
      desk.exchange(request, { dpop: await proof({}, {}, testKey("thief")) }),
      desk.exchange(await taskRequest("triage", task)),
      desk.exchange(await taskRequest("other", task)),
    ]);
    for (const { status, body } of stolen) {
      assert.deepEqual(
        [status, body],
        [
          400,
          {
            error: "invalid_dpop_proof",
            error_description: "DPoP: the task token is bound to another key",
          },
        ],
      );
    }
    const own = await desk.exchange(request, { dpop: await proof() });
    assert.deepEqual(decodeJwt(String(own.body["access_token"]))["cnf"], { jkt });
    // The key of the next holder is not known to who hands on.
    const next = await desk.exchange(await taskRequest("other", task), { dpop: await proof() });
    assert.equal(decodeJwt(String(next.body["access_token"]))["cnf"], undefined);
  });

  it("is verified wherever it is sent, and counts for that endpoint alone", async () => {
    const bad = await proof({ htu: "https://evil.example/token" });
    const of = { token: "x", client_assertion: await svid("triage") };
    const form = { ...of, client_assertion_type: spiffeAssertion };
    const answers = [
      await desk.exchange(await taskRequest(), { dpop: bad }),
      await desk.post("/introspect", form, { dpop: await proof() }),
      await desk.post("/revoke", form, { dpop: await proof() }),
    ];
    assert.deepEqual(
      answers.map(({ status, body }) => [status, body["error"]]),
      answers.map(() => [400, "invalid_dpop_proof"]),
    );
    for (const path of ["introspect", "revoke"]) {
      const own = await proof({ htu: `${issuer}/${path}` });
      assert.equal((await desk.post(`/${path}`, form, { dpop: own })).status, 200);
    }
  });

  it("counts once", async () => {
    const once = await proof();
    assert.equal((await exchange(once)).status, 200);
    const { status, body } = await exchange(once);
    assert.deepEqual(
      [status, body],
      [400, { error: "invalid_dpop_proof", error_description: "DPoP: it was used before" }],
    );
  });

  it("counts once, of four that come at the same moment", async () => {
    const once = await proof();
    const answers = await Promise.all([1, 2, 3, 4].map(() => exchange(once)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400, 400, 400]);
  });

  it("counts once for each key, whatever identifier others chose", async () => {
    const jti = randomUUID();
    assert.equal((await exchange(await proof({ jti }))).status, 200);
    assert.equal((await exchange(await proof({ jti }, {}, testKey("other")))).status, 200);
  });

  const now = (): number => Math.floor(Date.now() / 1000);
  const bad: Readonly<Record<string, readonly [() => Promise<string>, string]>> = {
    "of another method": [() => proof({ htm: "GET" }), "`htm` is not the request's method"],
    "of another endpoint": [
      () => proof({ htu: `${issuer}/introspect` }),
      "`htu` is not this endpoint",
    ],
    "of another server": [
      () => proof({ htu: "https://evil.example/token" }),
      "`htu` is not this endpoint",
    ],
    "that is old": [() => proof({ iat: now() - 120 }), "`iat` is not within a minute of now"],
    "of the future": [() => proof({ iat: now() + 120 }), "`iat` is not within a minute of now"],
    "without an identifier": [() => proof({ jti: "" }), "`jti` is no identifier"],
    "of another type": [() => proof({}, { typ: "JWT" }), "it is no proof by a key in its header"],
    "with another key in its header": [
      async () => proof({}, { jwk: (await testKey("x")).jwk }),
      "it is no proof by a key in its header",
    ],
    "that is two": [async () => `${await proof()}, ${await proof()}`, "send one proof"],
    "that is none": [() => Promise.resolve("x"), "it is no proof by a key in its header"],
  };
  for (const [name, [given, says]] of Object.entries(bad)) {
    it(`is refused ${name}`, async () => {
      const { status, body } = await exchange(await given());
      assert.deepEqual(
        [status, body],
        [400, { error: "invalid_dpop_proof", error_description: `DPoP: ${says}` }],
      );
    });
  }

  it("may have a query in its URL, which does not count", async () => {
    assert.equal((await exchange(await proof({ htu: `${issuer}/token?x=1#y` }))).status, 200);
  });
});
