import assert from "node:assert/strict";
import { decodeJwt, decodeProtectedHeader } from "jose";
import {
  accountToken,
  bearerAssertion,
  call,
  issuer,
  refundRequest,
  resource,
  startDesk,
  svid,
  without,
  type Desk,
} from "./support/desk";

describe("a token exchange", () => {
  let desk: Desk;
  before(async () => {
    desk = await startDesk();
  });
  after(() => desk.stop());

  it("issues a call token of one tool, for a user, with the whole call in it", async () => {
    const asked = await refundRequest({
      authorization_details: call({ target: "order/1", context: { cents: 4900 }, seconds: 30 }),
    });
    const { status, headers, body } = await desk.exchange(asked);
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(headers.get("cache-control"), "no-store");
    const { access_token: token, ...others } = body as { access_token: string };
    const details = {
      ...{ type: "agentid_call", intent: "refund", sensitivity: "internal" },
      ...{ target: "order/1", context: { cents: 4900 }, seconds: 30 },
    };
    assert.deepEqual(others, {
      issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
      ...{ token_type: "Bearer", expires_in: 30, scope: "refund" },
      authorization_details: [details],
    });
    const { typ, alg } = decodeProtectedHeader(token);
    assert.deepEqual([typ, alg], ["at+jwt", "ES256"]);
    const { iat = 0, exp = 0, jti, txn, grant, ...claims } = decodeJwt(token);
    assert.equal(exp - iat, 30);
    for (const id of [jti, txn, grant]) assert.match(String(id), /./);
    assert.deepEqual(claims, {
      ...{ iss: issuer, aud: resource, sub: "alice", client_id: "acme.triage" },
      ...{ scope: "refund", authorization_details: [details], tenant: "acme" },
      act: { sub: "acme.triage" },
      instance: "spiffe://acme.example/acme/triage",
    });
  });

  it("takes a ServiceAccount token as well as a JWT-SVID, and either as actor_token", async () => {
    for (const parts of [
      {
        client_assertion: await accountToken("triage"),
        client_assertion_type: bearerAssertion,
      },
      {
        ...{ client_assertion: undefined, client_assertion_type: undefined },
        actor_token: await accountToken("triage"),
        actor_token_type: "urn:ietf:params:oauth:token-type:jwt",
      },
    ]) {
      const { status, body } = await desk.exchange(await refundRequest(parts));
      assert.equal(status, 200, JSON.stringify(body));
    }
  });

  it("issues for the workload itself, where the subject is its own token", async () => {
    const { body } = await desk.exchange(
      await refundRequest({ subject_token: await svid("triage") }),
    );
    const { sub, act } = decodeJwt(String(body["access_token"]));
    assert.deepEqual({ sub, act }, { sub: "acme.triage", act: { sub: "acme.triage" } });
  });

  it("lasts as long as the grant allows, without a requested time", async () => {
    const { body } = await desk.exchange(await refundRequest());
    assert.equal(body["expires_in"], 60);
  });

  it("writes what it issued into the trail, and no token", async () => {
    const { body } = await desk.exchange(await refundRequest());
    const token = String(body["access_token"]);
    const { txn } = decodeJwt(token);
    const lines = (await desk.trail()).filter((line) => line["txn"] === txn);
    assert.equal(lines.length, 1);
    const own = ["trail", "before", "seq", "at", "credential", "grant", "policy"];
    assert.deepEqual(without(lines[0] ?? {}, ...own), {
      ...{ txn, user: "alice", chain: ["triage"], tool: "refunds", event: "issued", kind: "call" },
      ...{ type: "agentid_call", intent: "refund", sensitivity: "internal", context: {} },
      seconds: 60,
      proof: { issuer: "spire", subject: "spiffe://acme.example/acme/triage" },
    });
    assert.ok(!JSON.stringify(await desk.trail()).includes(token.split(".")[2] ?? ""));
  });

  it("lists its endpoints", async () => {
    const answer = await fetch(`${desk.url}/.well-known/oauth-authorization-server`);
    assert.deepEqual(await answer.json(), {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      introspection_endpoint: `${issuer}/introspect`,
      revocation_endpoint: `${issuer}/revoke`,
      jwks_uri: `${issuer}/jwks`,
      grant_types_supported: [
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "client_credentials",
      ],
      authorization_grant_profiles_supported: ["urn:ietf:params:oauth:grant-profile:id-jag"],
      response_types_supported: [],
      token_endpoint_auth_methods_supported: ["spiffe_jwt", "private_key_jwt"],
      token_endpoint_auth_signing_alg_values_supported: ["ES256", "RS256"],
      introspection_endpoint_auth_methods_supported: ["spiffe_jwt", "private_key_jwt"],
      revocation_endpoint_auth_methods_supported: ["spiffe_jwt", "private_key_jwt"],
      dpop_signing_alg_values_supported: ["ES256", "EdDSA"],
      authorization_details_types_supported: ["agentid_call", "agentid_task"],
    });
  });

  it("publishes public keys alone", async () => {
    const answer = await fetch(`${desk.url}/jwks`);
    const { keys } = (await answer.json()) as { keys: Record<string, unknown>[] };
    assert.equal(keys.length, 1);
    assert.deepEqual(Object.keys(keys[0] ?? {}).sort(), [
      "alg",
      "crv",
      "kid",
      "kty",
      "use",
      "x",
      "y",
    ]);
  });
});
