import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import { SignJWT, calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from "jose";
import { dpopKey } from "../../agent/index";
import { CallRefused, callVerifier, type CallVerifier } from "../../tool/index";
import {
  seconds,
  signingKey,
  startBroker,
  tool,
  type SigningKey,
  type TestBroker,
} from "../support/test-broker";

describe("a call token that is bound to a DPoP key", () => {
  let broker: TestBroker;
  let verifier: CallVerifier;
  let key: SigningKey;
  let jwk: JWK;
  let token: string;

  before(async () => {
    broker = await startBroker();
    verifier = callVerifier({ issuer: broker.issuer, resource: tool });
    key = await signingKey();
    jwk = await exportJWK(key.publicKey);
    token = await broker.callToken({ cnf: { jkt: await calculateJwkThumbprint(jwk) } });
  });

  after(() => broker.stop());

  function proof(
    claims: Readonly<Record<string, unknown>> = {},
    header: Readonly<Record<string, unknown>> = {},
    signer: SigningKey = key,
  ): Promise<string> {
    const ath = createHash("sha256").update(token).digest("base64url");
    const base = { htm: "POST", htu: tool, ath, jti: randomUUID(), iat: seconds() };
    return new SignJWT({ ...base, ...claims })
      .setProtectedHeader({ alg: "ES256", typ: "dpop+jwt", jwk, ...header })
      .sign(signer.privateKey);
  }

  const verify = (dpop: string | undefined, path = "/mcp", method = "POST") =>
    verifier.verify({ authorization: `DPoP ${token}`, dpop, method, path });

  it("is accepted with a proof", async () => {
    assert.equal((await verify(await proof())).caller, "acme.triage");
  });

  it("is accepted for a path below the tool's, with a query", async () => {
    const htu = "https://refunds.acme.example/mcp/orders";
    assert.equal((await verify(await proof({ htu }), "/mcp/orders?all=1")).caller, "acme.triage");
  });

  it("is refused as Bearer, also with a proof", async () => {
    const sent = {
      authorization: `Bearer ${token}`,
      dpop: await proof(),
      method: "POST",
      path: "/mcp",
    };
    await assert.rejects(verifier.verify(sent), (error: CallRefused) => {
      assert.equal(error.status, 401);
      assert.match(
        error.headers["www-authenticate"]!,
        /^DPoP error="invalid_token", error_description="the token is bound to a key and has to come with a DPoP proof", .*algs="ES256 EdDSA"$/,
      );
      return true;
    });
  });

  it("is refused as Bearer, whatever it is bound to", async () => {
    for (const cnf of [
      { "x5t#S256": "abc" },
      { jwk: {} },
      { kid: "1" },
      { jkt: 1 },
      {},
      "jkt",
      null,
      { jkt: "abc", "x5t#S256": "abc" },
    ]) {
      const bound = await broker.callToken({ cnf });
      for (const scheme of ["Bearer", "DPoP"]) {
        const sent = { authorization: `${scheme} ${bound}`, dpop: await proof() };
        await assert.rejects(verifier.verify(sent), { code: "invalid_token" }, JSON.stringify(cnf));
      }
    }
  });

  it("has to be bound, to be sent as DPoP", async () => {
    const unbound = await broker.callToken();
    const ath = createHash("sha256").update(unbound).digest("base64url");
    const dpop = await proof({ ath });
    const sent = { authorization: `DPoP ${unbound}`, dpop, method: "POST", path: "/mcp" };
    await assert.rejects(verifier.verify(sent), {
      code: "invalid_token",
      description: "the token is not bound to a DPoP key",
    });
  });

  const malformed = "the DPoP proof is malformed, or not signed by its key";
  const cases: Readonly<Record<string, readonly [() => Promise<string | undefined>, string]>> = {
    "is absent": [() => Promise.resolve(undefined), "the request has no DPoP proof"],
    "is no JWT": [() => Promise.resolve("proof"), malformed],
    "comes twice": [async () => `${await proof()}, ${await proof()}`, malformed],
    "is of another type": [() => proof({}, { typ: "JWT" }), malformed],
    "has no key": [() => proof({}, { jwk: undefined }), malformed],
    "is signed by another key than it has": [
      async () => proof({}, {}, await signingKey()),
      malformed,
    ],
    "is of another key than the token": [
      async () => {
        const other = await signingKey();
        return proof({}, { jwk: await exportJWK(other.publicKey) }, other);
      },
      "the DPoP proof is of another key than the token",
    ],
    "is for another method": [() => proof({ htm: "GET" }), "the DPoP proof is for another method"],
    "is for another path": [() => proof({ htu: `${tool}/x` }), "the DPoP proof is for another URL"],
    "is for another host": [
      () => proof({ htu: "https://ledger.acme.example/mcp" }),
      "the DPoP proof is for another URL",
    ],
    "is for no URL": [() => proof({ htu: undefined }), "the DPoP proof is for another URL"],
    "is for another token": [() => proof({ ath: "abc" }), "the DPoP proof is for another token"],
    "names no token": [() => proof({ ath: undefined }), "the DPoP proof is for another token"],
    "is old": [() => proof({ iat: seconds() - 70 }), "the DPoP proof is not of this moment"],
    "is of the future": [
      () => proof({ iat: seconds() + 60 }),
      "the DPoP proof is not of this moment",
    ],
    "has no time": [() => proof({ iat: undefined }), "the DPoP proof is not of this moment"],
    "has too long a jti": [
      () => proof({ jti: "a".repeat(257) }),
      "the DPoP proof has no jti of at most 256 characters",
    ],
    "has its private key": [
      async () => {
        const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
        const whole = { ...(await exportJWK(privateKey)), ...(await exportJWK(publicKey)) };
        return new SignJWT({})
          .setProtectedHeader({ alg: "ES256", typ: "dpop+jwt", jwk: whole })
          .sign(privateKey);
      },
      malformed,
    ],
    "is by an algorithm that the broker does not take": [
      async () => {
        const other = await signingKey("rsa", "PS256");
        return proof({}, { alg: "PS256", jwk: await exportJWK(other.publicKey) }, other);
      },
      malformed,
    ],
    "has no jti": [
      () => proof({ jti: undefined }),
      "the DPoP proof has no jti of at most 256 characters",
    ],
  };
  for (const [what, [made, description]] of Object.entries(cases)) {
    it(`is refused with a proof that ${what}`, async () => {
      await assert.rejects(verify(await made()), {
        code: "invalid_dpop_proof",
        status: 401,
        description,
      });
    });
  }

  it("is accepted with a proof of a moment ago, by a clock that is ahead, and for the URL with a query", async () => {
    for (const claims of [
      { iat: seconds() - 50 },
      { iat: seconds() + 20 },
      { htu: `${tool}?a=b#c` },
    ]) {
      assert.equal((await verify(await proof(claims))).caller, "acme.triage");
    }
  });

  it("is refused with a proof that was used before, also at the same moment", async () => {
    const dpop = await proof();
    const answers = await Promise.allSettled(Array.from({ length: 4 }, () => verify(dpop)));
    const refused = answers.filter(({ status }) => status === "rejected");
    assert.equal(refused.length, 3);
    await assert.rejects(verify(dpop), { description: "the DPoP proof was used before" });
  });

  it("is accepted with a proof by EdDSA, as the broker takes it", async () => {
    const other = await signingKey("ed", "EdDSA");
    const otherJwk = await exportJWK(other.publicKey);
    const bound = await broker.callToken({ cnf: { jkt: await calculateJwkThumbprint(otherJwk) } });
    const ath = createHash("sha256").update(bound).digest("base64url");
    const dpop = await proof({ ath, jti: "a".repeat(256) }, { alg: "EdDSA", jwk: otherJwk }, other);
    const sent = { authorization: `DPoP ${bound}`, dpop, method: "POST", path: "/mcp" };
    assert.equal((await verifier.verify(sent)).caller, "acme.triage");
  });

  it("is accepted with an identifier that a proof of another key has used", async () => {
    const jti = randomUUID();
    await verify(await proof({ jti }));
    const other = await signingKey();
    const otherJwk = await exportJWK(other.publicKey);
    const bound = await broker.callToken({ cnf: { jkt: await calculateJwkThumbprint(otherJwk) } });
    const ath = createHash("sha256").update(bound).digest("base64url");
    const dpop = await proof({ jti, ath }, { jwk: otherJwk }, other);
    const sent = { authorization: `DPoP ${bound}`, dpop, method: "POST", path: "/mcp" };
    assert.equal((await verifier.verify(sent)).caller, "acme.triage");
  });

  it("is accepted with a proof that the agent's key makes", async () => {
    const own = await dpopKey();
    const first = await own.proof({ method: "POST", url: tool });
    const { jwk: ownJwk } = JSON.parse(
      Buffer.from(first.split(".")[0]!, "base64url").toString("utf8"),
    ) as { jwk: JWK };
    assert.equal(ownJwk.d, undefined);
    const accessToken = await broker.callToken({
      cnf: { jkt: await calculateJwkThumbprint(ownJwk) },
    });
    const dpop = await own.proof({ method: "POST", url: `${tool}?a=b`, accessToken });
    const authorization = `DPoP ${accessToken}`;
    const sent = { authorization, dpop, method: "POST", path: "/mcp?a=b" };
    assert.equal((await verifier.verify(sent)).caller, "acme.triage");
  });
});
