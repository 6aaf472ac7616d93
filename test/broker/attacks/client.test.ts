import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { SignJWT } from "jose";
import {
  accountToken,
  bearerAssertion,
  clusterKey,
  issuer,
  peopleKey,
  refundRequest,
  signed,
  spiffeAssertion,
  spireKey,
  startDesk,
  svid,
  testKey,
  userToken,
  type Desk,
} from "../support/desk";

const triage = "spiffe://acme.example/acme/triage";
const now = (): number => Math.floor(Date.now() / 1000);
const encoded = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString("base64url");

/** Client assertions of attackers, and the broker's answer to each. */
const refused: Readonly<Record<string, readonly [() => Promise<string>, string]>> = {
  "a text that is no JWT": [() => Promise.resolve("triage"), "it is no JWT"],
  "the algorithm none": [
    () => {
      const claims = { sub: triage, aud: issuer, exp: now() + 60 };
      return Promise.resolve(`${encoded({ alg: "none" })}.${encoded(claims)}.`);
    },
    "its algorithm is not one of its issuer's",
  ],
  "HS256 with the issuer's public key as secret": [
    async () =>
      new SignJWT({ sub: triage, aud: issuer, exp: now() + 60 })
        .setProtectedHeader({ alg: "HS256", kid: "spire-1" })
        .sign(Buffer.from(JSON.stringify((await spireKey).jwk))),
    "its algorithm is not one of its issuer's",
  ],
  "an algorithm that the issuer does not sign with": [
    async () => {
      const key = { ...(await testKey("cluster-1", "PS256")) };
      const sub = "system:serviceaccount:acme:triage";
      return signed(key, { iss: "https://cluster.example", sub, aud: issuer });
    },
    "its algorithm is not one of its issuer's",
  ],
  "a foreign key under a known kid": [
    async () => signed(await testKey("spire-1"), { sub: triage, aud: issuer }),
    "its signature is not valid",
  ],
  "a key of its own in the header": [
    async () => {
      const own = await testKey("own");
      return signed(own, { sub: triage, aud: issuer }, { jwk: own.jwk, kid: "own" });
    },
    "its signature is not valid",
  ],
  "the workload's subject, signed by the users' issuer": [
    async () => signed(await peopleKey, { sub: triage, aud: issuer }),
    "its signature is not valid",
  ],
  "the workload's subject under the users' issuer": [
    async () => {
      const sub = "system:serviceaccount:acme:triage";
      return signed(await peopleKey, { iss: "https://login.acme.example", sub, aud: issuer });
    },
    "no issuer of the broker's configuration signs it",
  ],
  "the cluster's issuer with a subject of SPIFFE": [
    async () =>
      signed(await clusterKey, { iss: "https://cluster.example", sub: triage, aud: issuer }),
    "its algorithm is not one of its issuer's",
  ],
  "another trust domain": [
    async () => signed(await spireKey, { sub: "spiffe://evil.example/acme/triage", aud: issuer }),
    "no issuer of the broker's configuration signs it",
  ],
  "a trust domain that begins as the right one": [
    async () =>
      signed(await spireKey, { sub: "spiffe://acme.example.evil/acme/triage", aud: issuer }),
    "no issuer of the broker's configuration signs it",
  ],
  "a subject that is no workload": [
    async () => signed(await spireKey, { sub: `${triage}2`, aud: issuer }),
    "its subject is no workload of the configuration",
  ],
  "another audience": [
    async () => svid("triage", { aud: "https://vault.acme.example" }),
    `its audience is not ${issuer}`,
  ],
  "two audiences": [
    async () => svid("triage", { aud: [issuer, "https://vault.acme.example"] }),
    "it has several audiences; request one with a single audience",
  ],
  "no audience": [
    async () => svid("triage", { aud: undefined as unknown as string }),
    "its audience is not https://broker.acme.example",
  ],
  "no end": [
    async () => svid("triage", { exp: undefined as unknown as number }),
    "`exp` is not accepted",
  ],
  "an end that is past": [async () => svid("triage", { exp: now() - 60 }), "it has expired"],
  "a begin that is to come": [
    async () => svid("triage", { nbf: now() + 60 }),
    "`nbf` is not accepted",
  ],
  "an issue that is to come": [
    async () => svid("triage", { iat: now() + 60 }),
    "it is issued in the future; compare the clocks",
  ],
  "the type of an access token": [
    async () => signed(await spireKey, { sub: triage, aud: issuer }, { typ: "at+jwt" }),
    "it is a token of another kind",
  ],
  "the type of a proof of possession": [
    async () =>
      signed(await spireKey, { sub: triage, aud: issuer }, { typ: "application/dpop+jwt" }),
    "it is a token of another kind",
  ],
};

describe("a caller of the broker", () => {
  let desk: Desk;
  before(async () => {
    desk = await startDesk();
  });
  after(() => desk.stop());

  for (const [name, [assertion, says]] of Object.entries(refused)) {
    it(`is refused with ${name}`, async () => {
      for (const parts of [
        { client_assertion: await assertion() },
        { client_assertion: undefined, actor_token: await assertion() },
      ]) {
        const named = parts.client_assertion === undefined ? "actor_token" : "client_assertion";
        const { status, body } = await desk.exchange(await refundRequest(parts));
        assert.deepEqual(
          [status, body],
          [401, { error: "invalid_client", error_description: `${named}: ${says}` }],
        );
      }
    });
  }

  it("is refused without a token, whatever it requests", async () => {
    const nobody = { client_assertion: undefined };
    for (const answer of [
      await desk.exchange(await refundRequest(nobody)),
      await desk.post("/introspect", { token: "x" }),
      await desk.post("/revoke", { token: "x" }),
    ]) {
      assert.deepEqual(
        [answer.status, answer.body, answer.headers.get("www-authenticate")],
        [
          401,
          {
            error: "invalid_client",
            error_description: "`client_assertion` or `actor_token` is missing",
          },
          'Bearer error="invalid_client"',
        ],
      );
    }
  });

  it("is refused with a task token or a call token of the broker itself", async () => {
    const call = await desk.exchange(await refundRequest());
    const task = await desk.exchange(
      await refundRequest({
        ...{ resource: undefined, authorization_details: undefined, audience: "acme.triage" },
      }),
    );
    assert.deepEqual([call.status, task.status], [200, 200]);
    for (const { body } of [call, task]) {
      const token = String(body["access_token"]);
      const { status } = await desk.exchange(
        await refundRequest({ client_assertion: undefined, actor_token: token }),
      );
      assert.equal(status, 401);
    }
  });

  it("is refused with a user's token", async () => {
    const token = await userToken("alice", "triage-web", { aud: issuer });
    const { status } = await desk.exchange(await refundRequest({ client_assertion: token }));
    assert.equal(status, 401);
  });

  it("is refused where client_id is another workload", async () => {
    const { status, body } = await desk.exchange(await refundRequest({ client_id: "acme.desk" }));
    assert.deepEqual([status, body["error"]], [401, "invalid_client"]);
    for (const id of ["acme.triage", triage]) {
      assert.equal((await desk.exchange(await refundRequest({ client_id: id }))).status, 200);
    }
  });

  it("is refused where actor_token is another workload", async () => {
    const other = await svid("other");
    const { status } = await desk.exchange(await refundRequest({ actor_token: other }));
    assert.equal(status, 401);
    const own = await accountToken("triage");
    assert.equal((await desk.exchange(await refundRequest({ actor_token: own }))).status, 200);
  });

  it("is refused where client_assertion_type is of another kind of token", async () => {
    for (const [assertion, type] of [
      [await svid("triage"), bearerAssertion],
      [await accountToken("triage"), spiffeAssertion],
      [await svid("triage"), undefined],
    ] as const) {
      const { status } = await desk.exchange(
        await refundRequest({ client_assertion: assertion, client_assertion_type: type }),
      );
      assert.equal(status, 401);
    }
  });

  it("is in the trail, by its address, and not by its token", async () => {
    const token = `${encoded({ alg: "none" })}.${encoded({ sub: randomUUID() })}.`;
    await desk.exchange(await refundRequest({ client_assertion: token }));
    const line = (await desk.trail()).at(-1) ?? {};
    assert.deepEqual(
      [line["event"], line["error"], line["reason"], line["from"]],
      [
        "refused",
        "invalid_client",
        "client_assertion: no issuer of the broker's configuration signs it",
        "127.0.0.1",
      ],
    );
  });

  it("has few lines in the trail while it proves nothing, and a forgery has one after any amount of junk", async () => {
    // At the beginning of a minute, so that it does not end meanwhile.
    desk.ahead = 60 - (Math.floor(Date.now() / 1000) % 60);
    const before = (await desk.trail()).length;
    await Promise.all(Array.from({ length: 1000 }, () => desk.post("/introspect", { token: "x" })));
    const forged = await signed(await testKey("spire-1"), { sub: triage, aud: issuer });
    await desk.exchange(await refundRequest({ client_assertion: forged }));
    const lines = (await desk.trail()).slice(before);
    const count = (says: string): number => lines.filter(({ reason }) => reason === says).length;
    assert.deepEqual(
      [
        lines.length,
        count("`client_assertion` or `actor_token` is missing"),
        count("client_assertion: its signature is not valid"),
      ],
      [21, 20, 1],
    );
    desk.ahead += 60;
    await desk.post("/introspect", { token: "x" });
    assert.equal((await desk.trail()).at(-1)?.["leftOut"], 980);
    await desk.post("/introspect", { token: "x" });
    assert.equal((await desk.trail()).at(-1)?.["leftOut"], undefined);
  });
});
