import assert from "node:assert/strict";
import { inspect } from "node:util";
import { SignJWT, base64url, exportJWK } from "jose";
import { CallRefused, callVerifier, type CallVerifier } from "../../tool/index";
import {
  callClaims,
  seconds,
  signingKey,
  startBroker,
  tool,
  type TestBroker,
} from "../support/test-broker";

type Claims = Readonly<Record<string, unknown>>;

const metadata = "https://refunds.acme.example/.well-known/oauth-protected-resource/mcp";

describe("the verifier of a tool", () => {
  let broker: TestBroker;
  let verifier: CallVerifier;

  before(async () => {
    broker = await startBroker();
    verifier = callVerifier({ issuer: broker.issuer, resource: tool });
  });

  after(() => broker.stop());

  const verify = async (token: string | Promise<string>, scheme = "Bearer") =>
    verifier.verify({ authorization: `${scheme} ${await token}` });

  it("returns the call that a token allows", async () => {
    const { jti, exp } = callClaims(broker.issuer, tool);
    assert.deepEqual(await verify(broker.callToken({ jti: jti!, exp: exp! })), {
      subject: "alice",
      user: "alice",
      caller: "acme.triage",
      chain: ["alice", "acme.desk", "acme.triage"],
      intent: "refund",
      target: "order/8812",
      sensitivity: "confidential",
      environment: "production",
      context: { cents: 4900 },
      txn: "txn-1",
      tenant: "acme",
      grant: "grant-1",
      id: jti,
      expiresAt: exp,
    });
  });

  it("returns a call without a user as one of the workload that began the task", async () => {
    const call = await verify(broker.callToken({ sub: "acme.desk" }));
    const { subject, user, chain } = call;
    assert.deepEqual(
      [subject, user, chain],
      ["acme.desk", undefined, ["acme.desk", "acme.triage"]],
    );
  });

  it("returns a call that names no target, environment or context", async () => {
    const detail = { type: "agentid_call", intent: "refund", sensitivity: "public" };
    const call = await verify(broker.callToken({ authorization_details: [detail] }));
    assert.deepEqual([call.target, call.environment, call.context], [undefined, undefined, {}]);
  });

  /** Tokens that are refused, each with the nearest one that is accepted; times are seconds from now. */
  const lacks = (name: string) => `the token has no ${name}`;
  const differs = (claim: string) =>
    `the token has another ${claim} than this tool accepts, or none`;
  const malformed = "the token is malformed, or not signed by the broker";
  const detailed = "authorization_details is not one agentid_call that this tool can read";
  const detail = { type: "agentid_call", intent: "refund", sensitivity: "public" };
  const actors = (depth: number): object =>
    depth === 1 ? { sub: "acme.desk" } : { sub: "acme.triage", act: actors(depth - 1) };
  const cases: readonly (readonly [string, Claims, Claims, string])[] = [
    ["for another tool", { aud: "https://ledger.acme.example/mcp" }, { aud: tool }, differs("aud")],
    ["for a longer URL", { aud: `${tool}/` }, { aud: [tool] }, differs("aud")],
    [
      "for two tools",
      { aud: [tool, "https://ledger.acme.example/mcp"] },
      { aud: [tool] },
      "the token has more than one audience",
    ],
    ["of another issuer", { iss: "https://broker.globex.example" }, {}, differs("iss")],
    ["that has ended", { iat: -61, exp: -1 }, { iat: -60, exp: 40 }, "the token has expired"],
    [
      "that lasts longer than 120 seconds",
      { iat: 0, exp: 121 },
      { iat: 0, exp: 120 },
      "the token lasts longer than 120 seconds",
    ],
    [
      "of the future",
      { iat: 60, exp: 90 },
      { iat: 20, exp: 90 },
      "the token was issued in the future",
    ],
    ["without iat", { iat: undefined }, {}, differs("iat")],
    ["without exp", { exp: undefined }, {}, differs("exp")],
    [
      "with a fraction of a second",
      { iat: 0.5, exp: 60 },
      { iat: 0, exp: 60 },
      "the token has no iat or exp",
    ],
    ...["jti", "sub", "client_id", "txn", "tenant", "act"].map(
      (name) => [`without ${name}`, { [name]: undefined }, {}, differs(name)] as const,
    ),
    ...["grant", "scope"].map(
      (name) => [`without ${name}`, { [name]: undefined }, {}, lacks(name)] as const,
    ),
    ["with an empty txn", { txn: "" }, { txn: "1" }, lacks("txn")],
    ["whose tenant is no text", { tenant: ["acme"] }, { tenant: "acme" }, lacks("tenant")],
    [
      "whose act is another workload than its client",
      { act: { sub: "acme.desk", act: { sub: "acme.triage" } } },
      { act: { sub: "acme.triage" } },
      "act does not name the caller",
    ],
    [
      "whose chain has a nameless link",
      { act: { sub: "acme.triage", act: {} } },
      { act: { sub: "acme.triage", act: { sub: "acme.desk", iss: "https://x.example" } } },
      "act does not name the caller",
    ],
    [
      "whose chain is endless",
      { act: actors(33) },
      { act: actors(32) },
      "act does not name the caller",
    ],
    [
      "whose scope is another intent",
      { scope: "refund refund.large" },
      { scope: "refund" },
      "scope is not the intent of the details",
    ],
    ["without details", { authorization_details: undefined }, {}, detailed],
    ["with no detail", { authorization_details: [] }, {}, detailed],
    [
      "with two details",
      { authorization_details: [detail, detail] },
      { authorization_details: [detail] },
      "scope is not the intent of the details",
    ],
    ["with a detail outside of a list", { authorization_details: detail }, {}, detailed],
    ...Object.entries({
      "of another type": { type: "agentid_task" },
      "with a part that is not known": { rows: 10 },
      "without an intent": { intent: undefined },
      "of an unknown sensitivity": { sensitivity: "secret" },
      "whose target is no text": { target: ["order/8812"] },
      "whose environment is no text": { environment: 1 },
      "whose context is a list": { context: [4900] },
      "whose context has a fraction": { context: { cents: 0.5 } },
      "whose context has a list": { context: { cents: [4900] } },
    }).map(
      ([what, part]) =>
        [
          `with a detail ${what}`,
          { authorization_details: [{ ...detail, ...part }] },
          { authorization_details: [{ ...detail, context: { cents: 4900, vip: true, a: "b" } }] },
          detailed,
        ] as const,
    ),
  ];
  for (const [what, refused, accepted, problem] of cases) {
    it(`refuses a token ${what}`, async () => {
      await verify(broker.callToken(fromNow(accepted)));
      const token = broker.callToken(fromNow(refused));
      await assert.rejects(verify(token), refusal(401, "invalid_token", problem));
    });
  }

  it("refuses a token of another type, such as a task token", async () => {
    await verify(broker.callToken({}, { typ: "application/at+jwt" }));
    for (const typ of ["agentid-task+jwt", "txntoken+jwt", "JWT", undefined]) {
      const token = broker.callToken({}, { typ });
      await assert.rejects(verify(token), refusal(401, "invalid_token", differs("typ")));
    }
  });

  it("refuses a token that a foreign key signed under the broker's key id", async () => {
    const foreign = await signingKey(broker.keys[0]!.kid);
    const token = broker.callToken({}, {}, foreign);
    await assert.rejects(verify(token), refusal(401, "invalid_token", malformed));
  });

  it("takes no key from a token", async () => {
    const foreign = await signingKey(broker.keys[0]!.kid);
    const { jwk } = foreign;
    const jku = "https://keys.globex.example";
    const token = broker.callToken({}, { jwk, jku, kid: broker.keys[0]!.kid }, foreign);
    await assert.rejects(verify(token), refusal(401, "invalid_token", malformed));
  });

  it("refuses other algorithms, though the broker lists a key for them", async () => {
    const other = await signingKey("rsa", "PS256");
    broker.keys.push(other);
    const own = callVerifier({ issuer: broker.issuer, resource: tool });
    const rsa = await broker.callToken({}, { alg: "PS256" }, other);
    await assert.rejects(
      own.verify({ authorization: `Bearer ${rsa}` }),
      refusal(401, "invalid_token", malformed),
    );
    broker.keys.pop();
  });

  it("refuses a token that is not signed, or by the public key as a secret", async () => {
    const claims = base64url.encode(JSON.stringify(callClaims(broker.issuer, tool)));
    const header = base64url.encode(JSON.stringify({ alg: "none", typ: "at+jwt" }));
    const jwk = await exportJWK(broker.keys[0]!.publicKey);
    const confused = await new SignJWT(callClaims(broker.issuer, tool))
      .setProtectedHeader({ alg: "HS256", typ: "at+jwt", kid: broker.keys[0]!.kid })
      .sign(new TextEncoder().encode(JSON.stringify(jwk)));
    for (const token of [`${header}.${claims}.`, confused, "no-token"]) {
      await assert.rejects(verify(token), refusal(401, "invalid_token", malformed));
    }
  });

  it("answers a request without a token with where its metadata is", async () => {
    const without = [undefined, "", "Bearer", "Basic YTpi", "Bearer a b", "Bearer a, Bearer b"];
    for (const authorization of without) {
      await assert.rejects(verifier.verify({ authorization }), (error: CallRefused) => {
        assert.equal(error.status, 401);
        assert.deepEqual(error.headers, {
          "cache-control": "no-store",
          "www-authenticate": `Bearer resource_metadata="${metadata}", DPoP algs="ES256 EdDSA"`,
        });
        return true;
      });
    }
  });

  it("reads the scheme in any case", async () => {
    assert.equal((await verify(broker.callToken(), "bearer")).caller, "acme.triage");
  });

  it("answers a refused token with the reason", async () => {
    const token = broker.callToken(fromNow({ exp: -1 }));
    await assert.rejects(verify(token), (error: CallRefused) => {
      assert.equal(
        error.headers["www-authenticate"],
        `Bearer error="invalid_token", error_description="the token has expired", resource_metadata="${metadata}"`,
      );
      assert.deepEqual(JSON.parse(JSON.stringify(error)), {
        error: "invalid_token",
        error_description: "the token has expired",
      });
      return true;
    });
  });

  it("keeps the token out of the call and of refusals", async () => {
    const good = await broker.callToken();
    assert.equal(inspect(await verify(good), { depth: 9 }).includes(good), false);
    const bad = await broker.callToken(fromNow({ exp: -1 }));
    const error: unknown = await verify(bad).catch((refused: unknown) => refused);
    const [, claims = "", signature = ""] = bad.split(".");
    for (const part of [claims, signature]) {
      assert.equal(inspect(error, { depth: 9 }).includes(part), false);
    }
  });

  for (const issuer of [
    "http://broker.acme.example",
    "https://b.example/path",
    "https://b.example/",
    "b",
  ]) {
    it(`refuses \`${issuer}\` as the broker's URL`, () => {
      assert.throws(() => callVerifier({ issuer, resource: tool, keys: { keys: [] } }), {
        name: "TypeError",
        message: `issuer is \`${issuer}\`; write the broker's https URL without a path`,
      });
    });
  }

  for (const resource of ["refunds", "https://refunds.acme.example/mcp#a"]) {
    it(`refuses \`${resource}\` as the tool's URL`, () => {
      assert.throws(() => callVerifier({ issuer: "https://broker.acme.example", resource }), {
        name: "TypeError",
        message: `resource is \`${resource}\`; write the tool's URL, without a fragment`,
      });
    });
  }
});

/** Claims whose times are counted from now: other tests may run before. */
function fromNow(claims: Claims): Claims {
  const now = seconds();
  const isTime = (name: string) => name === "iat" || name === "exp";
  return Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [
      name,
      isTime(name) && typeof value === "number" ? now + value : value,
    ]),
  );
}

function refusal(status: number, code: string, description: string) {
  return (error: unknown) => {
    assert.ok(error instanceof CallRefused, String(error));
    assert.deepEqual([error.status, error.code, error.description], [status, code, description]);
    return true;
  };
}
