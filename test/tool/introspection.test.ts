import assert from "node:assert/strict";
import { callVerifier, type CallVerifier } from "../../tool/index";
import { startBroker, tool, workloadToken, type TestBroker } from "../support/test-broker";

describe("introspection by a tool", () => {
  let broker: TestBroker;
  let verifier: CallVerifier;
  let read = 0;

  beforeEach(async () => {
    broker = await startBroker();
    read = 0;
    const own = () => {
      read += 1;
      return workloadToken("system:serviceaccount:acme:refunds", broker.issuer);
    };
    verifier = callVerifier({
      issuer: broker.issuer,
      resource: tool,
      introspection: { workloadToken: own },
    });
  });

  afterEach(() => broker.stop());

  const verify = async (token: string) => verifier.verify({ authorization: `Bearer ${token}` });

  it("introspects each token, with the tool's own token of that moment", async () => {
    const tokens = [await broker.callToken(), await broker.callToken()];
    for (const token of tokens) assert.equal((await verify(token)).caller, "acme.triage");
    assert.deepEqual(
      broker.introspections.map(({ token, client_assertion_type: type }) => [token, type]),
      tokens.map((token) => [token, "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"]),
    );
    assert.equal(read, 2);
  });

  it("refuses a token that is revoked", async () => {
    broker.introspect = () => ({ status: 200, body: { active: false } });
    await assert.rejects(verify(await broker.callToken()), {
      status: 401,
      code: "invalid_token",
      description: "the token is revoked",
    });
  });

  it("does not introspect a token that is refused anyway", async () => {
    const other = "https://ledger.acme.example/mcp";
    await assert.rejects(verify(await broker.callToken({ aud: other })), { status: 401 });
    assert.equal(broker.introspections.length, 0);
  });

  for (const [what, answer] of Object.entries({
    "an error": { status: 500, body: { active: true } },
    "that it does not know the tool": { status: 401, body: { error: "invalid_client" } },
    "no truth value": { status: 200, body: { active: "true" } },
    "no object": { status: 200, body: [true] },
  })) {
    it(`refuses a token for now, if the broker answers ${what}`, async () => {
      broker.introspect = () => answer;
      await assert.rejects(verify(await broker.callToken()), {
        status: 503,
        code: "temporarily_unavailable",
        description: "the broker cannot introspect the token",
      });
    });
  }

  it("refuses a token for now, if the broker cannot be reached", async () => {
    const token = await broker.callToken();
    await verify(token);
    await broker.stop();
    await assert.rejects(verify(token), { status: 503 });
    broker = await startBroker();
  });

  it("refuses a token for now, if the tool's own token cannot be read", async () => {
    const own = callVerifier({
      issuer: broker.issuer,
      resource: tool,
      introspection: { workloadToken: () => Promise.reject(new Error("no such file")) },
    });
    const authorization = `Bearer ${await broker.callToken()}`;
    await assert.rejects(own.verify({ authorization }), { status: 503 });
  });
});
