import { strict as assert } from "node:assert";
import { randomUUID } from "node:crypto";
import { decodeJwt, type JWTHeaderParameters, type JWTPayload } from "jose";
import { grantTypes } from "../../broker/request/grant-types";
import {
  accountToken,
  bearerAssertion,
  call,
  crm,
  grant,
  issuer,
  peopleKey,
  refundRequest,
  resource,
  signed,
  spiffeAssertion,
  startDesk,
  svid,
  userToken,
  type Desk,
} from "./support/desk";

const { assertion: jwtBearer, client: clientCredentials } = grantTypes;

/** An ID-JAG of alice for triage, as a company's identity provider signs it. */
async function idJag(
  claims: JWTPayload = {},
  header: Partial<JWTHeaderParameters> = {},
): Promise<string> {
  const of = { iss: "https://login.acme.example", sub: "alice", aud: issuer, org: "acme" };
  return signed(
    await peopleKey,
    { ...of, client_id: "acme.triage", jti: randomUUID(), ...claims },
    { typ: "oauth-id-jag+jwt", ...header },
  );
}

/** A request of `triage` for a call of `refunds` without what token exchange alone has. */
async function asked(
  parts: Readonly<Record<string, string | undefined>>,
): Promise<Readonly<Record<string, string | undefined>>> {
  return refundRequest({ subject_token: undefined, subject_token_type: undefined, ...parts });
}

const withoutClient = { client_assertion: undefined, client_assertion_type: undefined };

describe("a grant of the token endpoint", () => {
  let desk: Desk;
  before(async () => {
    desk = await startDesk({
      grants: [grant(), grant({ tool: "crm", intents: ["read", "write"] })],
    });
  });
  after(() => desk.stop());

  const issued = async (
    parts: Readonly<Record<string, string | undefined>>,
  ): Promise<JWTPayload> => {
    const { status, body } = await desk.exchange(await asked(parts));
    assert.equal(status, 200, JSON.stringify(body));
    return decodeJwt(String(body["access_token"]));
  };
  const refused = async (
    parts: Readonly<Record<string, string | undefined>>,
  ): Promise<readonly unknown[]> => {
    const { status, body } = await desk.exchange(await asked(parts));
    return [status, body["error"], body["error_description"]];
  };

  it("is a workload's own token as assertion, with client authentication and without", async () => {
    const sub = "acme.triage";
    for (const [assertion, client] of [
      [await svid("triage"), withoutClient],
      [await accountToken("triage"), withoutClient],
      [await svid("triage"), {}],
      [await accountToken("triage"), {}],
      [await svid("triage"), { ...withoutClient, client_id: "acme.triage" }],
    ] as const) {
      const claims = await issued({ grant_type: jwtBearer, assertion, ...client });
      assert.deepEqual([claims.sub, claims["client_id"], claims["act"]], [sub, sub, { sub }]);
    }
  });

  it("is the client's own authentication for the client itself", async () => {
    for (const client of [
      { client_assertion: await svid("triage"), client_assertion_type: spiffeAssertion },
      { client_assertion: await accountToken("triage"), client_assertion_type: bearerAssertion },
      { ...withoutClient, actor_token: await svid("triage") },
    ]) {
      const claims = await issued({ grant_type: clientCredentials, ...client });
      assert.deepEqual([claims.sub, claims["act"]], ["acme.triage", { sub: "acme.triage" }]);
    }
  });

  it("ends in one task for one token, whichever type brings it", async () => {
    const own = await svid("triage");
    const client = { client_assertion: own, client_assertion_type: spiffeAssertion };
    const types = [
      { grant_type: jwtBearer, assertion: own },
      { grant_type: clientCredentials },
      {
        subject_token: own,
        subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      },
    ];
    const tasks = await Promise.all(
      types.map(async (each) => (await issued({ ...client, ...each }))["txn"]),
    );
    assert.equal(new Set(tasks).size, 1);
  });

  it("is an ID-JAG, which acts for its user", async () => {
    const assertion = await idJag();
    const claims = await issued({ grant_type: jwtBearer, assertion });
    const again = await issued({ grant_type: jwtBearer, assertion });
    assert.deepEqual(
      [claims.sub, claims["act"], again["txn"]],
      ["alice", { sub: "acme.triage" }, claims["txn"]],
    );
    const { body } = await desk.post("/revoke", {
      ...{ token: assertion, client_assertion: await svid("triage") },
      client_assertion_type: spiffeAssertion,
    });
    assert.deepEqual(Object.keys(body["ended"] as object), ["call"]);
    assert.deepEqual(await refused({ grant_type: jwtBearer, assertion }), [
      ...[400, "invalid_grant"],
      "the task has ended, or is revoked for its user, a workload or the tool",
    ]);
  });

  it("is an ID-JAG for a client that the configuration assigns to the caller", async () => {
    const assertion = await idJag({ client_id: "triage-web" });
    assert.equal((await issued({ grant_type: jwtBearer, assertion })).sub, "alice");
  });

  it("is an ID-JAG in token exchange, with the same narrowing", async () => {
    const of = async (claims: JWTPayload): Promise<Readonly<Record<string, string>>> => ({
      subject_token: await idJag(claims),
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    });
    assert.equal((await issued(await of({ scope: "refund" }))).sub, "alice");
    assert.equal((await refused(await of({ scope: "read" })))[1], "invalid_authorization_details");
  });

  it("does no more than its ID-JAG's `resource` and `scope` name", async () => {
    const read = { resource: crm, authorization_details: call({ intent: "read" }) };
    const write = { resource: crm, authorization_details: call({ intent: "write" }) };
    for (const [claims, request, isAllowed] of [
      [{}, {}, true],
      [{ resource }, {}, true],
      [{ resource: [crm, resource] }, {}, true],
      [{ resource: crm }, {}, false],
      [{ scope: "refund" }, {}, true],
      [{ scope: "read write" }, write, true],
      [{ scope: "read" }, read, true],
      [{ scope: "read" }, write, false],
      [{ scope: "" }, read, false],
      [{ scope: "read", resource }, read, false],
      [{ resource: ["https://elsewhere.example", crm] }, read, true],
    ] as const) {
      const assertion = await idJag(claims);
      const { status, body } = await desk.exchange(
        await asked({ grant_type: jwtBearer, assertion, ...request }),
      );
      assert.equal(status, isAllowed ? 200 : 400, JSON.stringify([claims, request, body]));
    }
  });

  it("narrows a task token that an ID-JAG begins for another workload", async () => {
    const client = { client_assertion: await svid("desk"), client_assertion_type: spiffeAssertion };
    const { status, body } = await desk.exchange(
      await asked({
        ...{ grant_type: jwtBearer, audience: "acme.triage", ...client },
        ...{ resource: undefined, authorization_details: undefined },
        assertion: await idJag({ client_id: "acme.desk", scope: "read" }),
      }),
    );
    assert.equal(status, 200, JSON.stringify(body));
    const task = {
      subject_token: String(body["access_token"]),
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    };
    assert.equal((await refused(task))[1], "invalid_authorization_details");
    const read = { resource: crm, authorization_details: call({ intent: "read" }) };
    const { sub, act } = await issued({ ...task, ...read });
    assert.deepEqual([sub, act], ["alice", { sub: "acme.triage", act: { sub: "acme.desk" } }]);
  });

  for (const [what, make, error, says] of [
    [
      "an ID-JAG for another client",
      () => idJag({ client_id: "acme.other" }),
      "invalid_grant",
      "it is for another client than the caller; see `client_id` and `clients`",
    ],
    [
      "an ID-JAG without a client",
      () => idJag({ client_id: null }),
      "invalid_grant",
      "it is for another client than the caller; see `client_id` and `clients`",
    ],
    ["an ID-JAG without `jti`", () => idJag({ jti: "" }), "invalid_grant", "it has no `jti`"],
    [
      "an ID-JAG with details",
      () => idJag({ authorization_details: [{ type: "agentid_call" }] }),
      "invalid_grant",
      "it has `authorization_details`, by which the broker narrows nothing",
    ],
    [
      "an ID-JAG whose resource is elsewhere",
      () => idJag({ resource: "https://elsewhere.example" }),
      "invalid_grant",
      "its `resource` is no tool's",
    ],
    [
      "an ID-JAG whose scope is no text",
      () => idJag({ scope: ["refund"] }),
      "invalid_grant",
      "its `scope` is no text",
    ],
    [
      "an ID-JAG for another authorization server",
      () => idJag({ aud: "https://other.example" }),
      "invalid_grant",
      `its audience is not ${issuer}`,
    ],
    [
      "an ID-JAG for the audience of users' tokens",
      () => idJag({ aud: "agents" }),
      "invalid_grant",
      `its audience is not ${issuer}`,
    ],
    [
      "an ID-JAG of another tenant's user",
      () => idJag({ org: "globex" }),
      "invalid_grant",
      "the user is none of tenant acme",
    ],
    ["an expired ID-JAG", () => idJag({ exp: 1 }), "invalid_grant", "it has expired"],
    [
      "a user's access token",
      () => userToken("alice", "triage-web"),
      "invalid_grant",
      "a user's token is no ID-JAG; exchange it",
    ],
    ["another workload's token", () => svid("other"), "invalid_grant", "it is another workload's"],
    [
      "a workload's token that calls itself an ID-JAG",
      () => svid("triage", {}, { typ: "oauth-id-jag+jwt" }),
      "invalid_grant",
      "no issuer of the broker's configuration signs it",
    ],
    ["no JWT", () => Promise.resolve("x"), "invalid_grant", "it is no JWT"],
  ] as const) {
    it(`is refused for ${what} as assertion`, async () => {
      assert.deepEqual(await refused({ grant_type: jwtBearer, assertion: await make() }), [
        ...[400, error, `assertion: ${says}`],
      ]);
    });
  }

  it("needs the client's own authentication beside an ID-JAG", async () => {
    const assertion = await idJag();
    assert.deepEqual(await refused({ grant_type: jwtBearer, assertion, ...withoutClient }), [
      ...[401, "invalid_client"],
      "`client_assertion` is missing; an ID-JAG proves its user alone",
    ]);
    // The parameter that brings it decides nothing else.
    const own = { ...withoutClient, client_assertion: assertion };
    assert.equal((await refused({ grant_type: clientCredentials, ...own }))[1], "invalid_client");
  });

  it("is no user's token of another kind", async () => {
    const kinds = ["oauth-id-jag+jwt", "logout+jwt", "secevent+jwt", "token-introspection+jwt"];
    for (const typ of kinds) {
      const subject = await userToken("alice", "triage-web", {}, { typ });
      const { status, body } = await desk.exchange(await refundRequest({ subject_token: subject }));
      assert.deepEqual([status, body["error"]], [400, "invalid_grant"], typ);
    }
  });

  it("takes no parameter of another type", async () => {
    const own = await svid("triage");
    for (const [type, parts, name] of [
      [clientCredentials, { subject_token: own }, "subject_token"],
      [clientCredentials, { assertion: own }, "assertion"],
      [jwtBearer, { assertion: own, subject_token: own }, "subject_token"],
      [grantTypes.exchange, { subject_token: own, assertion: own }, "assertion"],
    ] as const) {
      assert.deepEqual(await refused({ grant_type: type, ...parts }), [
        ...[400, "invalid_request", `\`${name}\` does not belong to this \`grant_type\``],
      ]);
    }
  });

  it("is one of those that the metadata lists", async () => {
    for (const type of ["password", "authorization_code", "constructor"]) {
      const answer = await refused({ grant_type: type });
      assert.deepEqual(answer.slice(0, 2), [400, "unsupported_grant_type"]);
    }
  });
});
