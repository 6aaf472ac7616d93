import assert from "node:assert/strict";
import * as client from "openid-client";
import {
  bearerAssertion,
  accountToken,
  call,
  issuer,
  resource,
  spiffeAssertion,
  startDesk,
  svid,
  userToken,
  type Desk,
} from "./support/desk";

describe("openid-client, as a client of the broker", () => {
  let desk: Desk;
  before(async () => {
    desk = await startDesk();
  });
  after(() => desk.stop());

  const toDesk: client.CustomFetch = (url, options) =>
    fetch(url.replace(issuer, desk.url), options as RequestInit);
  const authenticate =
    (type: string, token: () => Promise<string>): client.ClientAuth =>
    async (_server, _client, body) => {
      body.set("client_assertion_type", type);
      body.set("client_assertion", await token());
    };
  const discovered = (by: client.ClientAuth): Promise<client.Configuration> =>
    client.discovery(new URL(issuer), "acme.triage", undefined, by, {
      algorithm: "oauth2",
      [client.customFetch]: toDesk,
    });
  const exchangeGrant = "urn:ietf:params:oauth:grant-type:token-exchange";
  const asked = async (): Promise<Record<string, string>> => ({
    subject_token: await userToken("alice", "triage-web"),
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    ...{ resource, authorization_details: call() },
  });

  it("discovers it, exchanges, introspects as the tool, and gives the token back", async () => {
    const agent = await discovered(authenticate(spiffeAssertion, () => svid("triage")));
    const granted = await client.genericGrantRequest(agent, exchangeGrant, await asked());
    assert.deepEqual(
      [granted.token_type, granted.scope, granted.expires_in],
      ["bearer", "refund", 60],
    );
    const byTool = authenticate(bearerAssertion, () => accountToken("refunds"));
    const tool = await client.discovery(new URL(issuer), "acme.refunds", undefined, byTool, {
      algorithm: "oauth2",
      [client.customFetch]: toDesk,
    });
    const seen = await client.tokenIntrospection(tool, granted.access_token);
    assert.deepEqual([seen.active, seen.sub, seen.client_id], [true, "alice", "acme.triage"]);
    await client.tokenRevocation(agent, granted.access_token);
    const after = await client.tokenIntrospection(tool, granted.access_token);
    assert.equal(after.active, false);
  });

  it("binds the token to its key by DPoP", async () => {
    const agent = await discovered(authenticate(spiffeAssertion, () => svid("triage")));
    const handle = client.getDPoPHandle(agent, await client.randomDPoPKeyPair("ES256"));
    const granted = await client.genericGrantRequest(agent, exchangeGrant, await asked(), {
      DPoP: handle,
    });
    assert.equal(granted.token_type, "dpop");
  });

  it("is refused with OAuth's reasons", async () => {
    const agent = await discovered(authenticate(spiffeAssertion, () => svid("other")));
    await assert.rejects(
      client.genericGrantRequest(agent, exchangeGrant, await asked()),
      (error: client.ResponseBodyError) => {
        assert.deepEqual(
          [error.status, error.error, error.error_description],
          [
            ...[400, "invalid_grant"],
            "subject_token: the user's token was not issued to the caller; see `may_act`, `azp` and `clients`",
          ],
        );
        return true;
      },
    );
  });
});
