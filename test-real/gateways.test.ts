import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { parse } from "yaml";
import {
  accountToken,
  bearerAssertion,
  call,
  crm,
  deskConfiguration,
  grant,
  resource,
  signed,
  startDesk,
  testKey,
  userToken,
  type Desk,
} from "../test/broker/support/desk";
import {
  checkByAgentgateway,
  claimsByAgentgateway,
  exchangeByAgentgateway,
  exchangeByKagent,
  startToolHive,
  type ExtAuthz,
  type McpAuthentication,
  type TokenExchange,
  type ToolHive,
} from "./support/gateways";
import { freePorts } from "./support/servers/server";
import { temporaryFolder } from "./support/temporary";

const jwtType = "urn:ietf:params:oauth:token-type:jwt";
const exchangeType = "urn:ietf:params:oauth:grant-type:token-exchange";
const globex = "https://refunds.globex.example/mcp";
const gateway = "https://gateway.acme.example";
const unauthenticated = "401 invalid_client `client_assertion` or `actor_token` is missing";
const gatewayKey = testKey("gateway-1");

describe("gateways of others at a task broker", () => {
  const folder = temporaryFolder();
  const tokenPath = join(folder, "token");
  let desk: Desk;

  before(async () => {
    const [port = 0] = await freePorts(1);
    const { issuers, workloads } = await deskConfiguration();
    desk = await startDesk({
      ...{ issuer: `http://127.0.0.1:${port}`, listen: { host: "127.0.0.1", port } },
      issuers: [
        ...issuers,
        {
          ...{ name: "gateway", kind: "oidc", id: gateway, algorithms: ["ES256"] },
          keys: { kind: "set", set: { keys: [(await gatewayKey).jwk] } },
        },
      ],
      workloads: [
        ...workloads.filter(({ name }) => name !== "refunds"),
        {
          ...{ name: "refunds", clients: [], subjects: [] },
          tool: {
            resource,
            ...{
              calls: { create_refund: "refund" },
              defaults: { intent: "refund", sensitivity: "internal" },
            },
          },
        },
        {
          ...{ name: "gateway", clients: ["gateway-web"] },
          subjects: [{ issuer: "gateway", subject: gateway }],
        },
      ],
      grants: [
        grant({ withoutDetails: true }),
        grant({ caller: "gateway", withoutDetails: true }),
        grant({ tool: "crm" }),
      ],
    });
  });
  after(() => desk.stop());

  const agentToken = (): Promise<string> => accountToken("triage", { aud: [desk.url] });

  /** What triage receives for a user's token. */
  async function issued(
    parts: Readonly<Record<string, string | undefined>> = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const form = {
      ...{ grant_type: exchangeType, subject_token_type: jwtType },
      subject_token: await userToken("alice", "triage-web"),
      ...{ actor_token: await agentToken(), actor_token_type: jwtType },
      ...{ resource, authorization_details: call(), ...parts },
    };
    const { status, body } = await desk.exchange(form, headers);
    assert.equal(status, 200, JSON.stringify(body));
    return String(body["access_token"]);
  }

  /** Ends what a token is for, as the agent does. */
  async function end(token: string): Promise<void> {
    const client = { client_assertion: await agentToken(), client_assertion_type: bearerAssertion };
    const { body } = await desk.post("/revoke", { token, ...client });
    assert.notDeepEqual(body["ended"], {});
  }

  const taskToken = (): Promise<string> =>
    issued({ resource: undefined, audience: "acme.triage", authorization_details: undefined });

  /** A call token with the broker's key id, by a key that is not the broker's. */
  async function foreign(): Promise<string> {
    const token = await issued();
    const { kid = "" } = decodeProtectedHeader(token);
    return signed(await testKey(kid), decodeJwt(token), { typ: "at+jwt" });
  }

  /** Tokens that no gateway accepts for the tool, and what each of them reports. */
  const refused: Readonly<Record<string, readonly [() => Promise<string>, RegExp]>> = {
    "a token of another tool": [() => issued({ resource: crm }), /aud/],
    "a task token": [taskToken, /aud/],
    "a token by another key": [foreign, /signature/],
  };

  /** The entries that MCPOIDCConfig (docs/operator/crd-api.md of ToolHive) becomes in a RunConfig. */
  const oidc = (): Readonly<Record<string, unknown>> => ({
    ...{ Issuer: desk.url, Audience: resource, JWKSURL: `${desk.url}/jwks` },
    ...{ ResourceURL: resource, Scopes: ["refund"] },
    ...{ AllowPrivateIP: true, InsecureAllowHTTP: true },
  });

  async function callToolHive(config: object, token?: string): Promise<string> {
    const toolhive = await startToolHive(config);
    try {
      return await answerOf(toolhive, token);
    } finally {
      await toolhive.stop();
    }
  }

  async function answerOf({ url }: ToolHive, token?: string): Promise<string> {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const answer = await fetch(`${url}/mcp`, { method: "POST", headers });
    return `${answer.status} ${(await answer.text()).trim()}`;
  }

  describe("ToolHive's middleware, unmodified", () => {
    let toolhive: ToolHive;
    before(async () => {
      toolhive = await startToolHive({ oidc_config: oidc() });
    });
    after(() => toolhive.stop());

    it("passes a call token by the broker's key set, and publishes the broker as authorization server", async () => {
      const token = await issued();
      const passed = JSON.stringify({ authorization: `Bearer ${token}`, subject: "alice" });
      assert.equal(await answerOf(toolhive, token), `200 ${passed}`);
      const metadata = await fetch(`${toolhive.url}/.well-known/oauth-protected-resource/mcp`);
      assert.deepEqual(await metadata.json(), {
        ...{ resource, authorization_servers: [desk.url], scopes_supported: ["refund"] },
        bearer_methods_supported: ["header"],
      });
    });

    it("refuses a request without a token, and tokens that are not for the tool", async () => {
      assert.match(await answerOf(toolhive), /^401 .*"invalid_request"/);
      for (const [what, [make, reason]] of Object.entries(refused)) {
        const answer = await answerOf(toolhive, await make());
        assert.match(answer, /^401 .*"invalid_token"/, what);
        assert.match(answer, reason, what);
      }
    });

    it("passes the token of an ended task, because it introspects no JWT", async () => {
      const token = await issued();
      await end(token);
      const introspects = { ...oidc(), IntrospectionURL: `${desk.url}/introspect` };
      assert.match(await callToolHive({ oidc_config: introspects }, token), /^200 /);
    });

    it("passes a token that is bound by DPoP as a bearer token, because it reads no cnf", async () => {
      const key = await testKey("dpop-1");
      const { kid: _, alg: __, ...jwk } = key.jwk;
      const proof = { htm: "POST", htu: `${desk.url}/token`, jti: randomUUID() };
      const dpop = await signed(key, proof, { typ: "dpop+jwt", jwk });
      const token = await issued({}, { dpop });
      assert.notEqual(decodeJwt(token)["cnf"], undefined);
      assert.match(await answerOf(toolhive, token), /^200 /);
    });

    it("finds no keys by the issuer alone, because it reads openid-configuration", async () => {
      const { JWKSURL: _, ...issuerAlone } = oidc();
      const answer = await callToolHive({ oidc_config: issuerAlone }, await issued());
      assert.match(answer, /^401 .*OIDC discovery endpoint returned status 404/);
    });

    it("cannot exchange tokens, because its client authenticates by a secret alone", async () => {
      const exchange = {
        ...{ token_url: `${desk.url}/token`, audience: "acme.triage", scopes: ["refund"] },
        subject_token_type: jwtType,
      };
      for (const client of [{}, { client_id: "acme.triage", client_secret: "unused" }]) {
        const running = await startToolHive({
          ...{ oidc_config: oidc(), token_exchange_config: { ...exchange, ...client } },
        });
        assert.equal(await answerOf(running, await issued()), "401 Token exchange failed");
        await running.stop();
        assert.match(running.printed(), /invalid_client.*`client_assertion` or `actor_token` is/);
      }
    });
  });

  describe("agentgateway's requests, by the form of its documented configuration", () => {
    interface Policies {
      readonly mcpAuthentication: McpAuthentication;
      readonly extAuthz: ExtAuthz;
      readonly oauthTokenExchange: TokenExchange;
    }

    /** In the form of examples/mcp-authentication and examples/traffic-token-exchange of agentgateway at 75b4e6ce. */
    function policies(): Policies {
      const { host } = new URL(desk.url);
      return parse(`
mcpAuthentication:
  mode: strict
  issuer: ${desk.url}
  audiences: [${resource}]
  jwks: { url: ${desk.url}/jwks }
  resourceMetadata: { resource: ${resource}, scopesSupported: [refund] }
extAuthz:
  host: ${host}
  includeRequestHeaders: [authorization, mcp-protocol-version, mcp-method, mcp-name]
  protocol:
    http:
      path: '"/authorization/refunds"'
      includeResponseHeaders:
        - x-agentid-subject
        - x-agentid-actor
        - x-agentid-task
        - x-agentid-intent
        - x-agentid-intents
        - x-agentid-target
oauthTokenExchange:
  host: ${host}
  path: /token
  subjectToken: { tokenType: "${jwtType}" }
  actorToken: { source: { header: { name: x-agent-token } }, tokenType: "${jwtType}" }
  resources: [${resource}]
  additionalParams:
    authorization_details: '${JSON.stringify(call({ target: "order/8812" }))}'
`) as Policies;
    }

    it("accept a call token by mcpAuthentication, and refuse others", async () => {
      const { mcpAuthentication } = policies();
      const { sub, scope } = await claimsByAgentgateway(mcpAuthentication, await issued());
      assert.deepEqual([sub, scope], ["alice", "refund"]);
      for (const [what, [make, reason]] of Object.entries(refused)) {
        await assert.rejects(claimsByAgentgateway(mcpAuthentication, await make()), reason, what);
      }
    });

    it("find no keys without jwks.url, because the broker's are not at .well-known/jwks.json", async () => {
      const { jwks: _, ...without } = policies().mcpAuthentication;
      await assert.rejects(claimsByAgentgateway(without, await issued()), /no keys: 404/);
    });

    const request = (token: string, name = "create_refund"): Readonly<Record<string, string>> => ({
      ...{ authorization: `Bearer ${token}`, "mcp-protocol-version": "2026-07-28" },
      ...{ "mcp-method": "tools/call", "mcp-name": name },
    });

    it("are decided by extAuthz, with the broker's headers in place of the client's", async () => {
      const token = await issued();
      const forged = { ...request(token), "x-agentid-subject": "bob", "x-agentid-target": "all" };
      assert.deepEqual(await checkByAgentgateway(policies().extAuthz, forged), {
        backend: {
          ...request(token),
          ...{ "x-agentid-subject": "alice", "x-agentid-actor": "acme.triage" },
          ...{ "x-agentid-intent": "refund", "x-agentid-intents": "refund" },
          ...{ "x-agentid-task": decodeJwt(token)["txn"], "x-agentid-target": "" },
        },
      });
    });

    it("are refused by extAuthz for other tokens, other calls and ended tasks", async () => {
      const { extAuthz } = policies();
      const invalid = { refused: '401 Bearer error="invalid_token"' };
      for (const [what, [make]] of Object.entries(refused)) {
        assert.deepEqual(await checkByAgentgateway(extAuthz, request(await make())), invalid, what);
      }
      assert.deepEqual(await checkByAgentgateway(extAuthz, {}), { refused: "401 Bearer" });
      const token = await issued();
      const other = { refused: '403 Bearer error="insufficient_scope", scope=""' };
      assert.deepEqual(await checkByAgentgateway(extAuthz, request(token, "list_refunds")), other);
      await end(token);
      assert.deepEqual(await checkByAgentgateway(extAuthz, request(token)), invalid);
    });

    const of = async (client = "triage-web"): Promise<Readonly<Record<string, string>>> => ({
      authorization: `Bearer ${await userToken("alice", client)}`,
      "x-agent-token": await agentToken(),
    });

    it("get a call token by oauthTokenExchange, with the agent's own token as actor token", async () => {
      const { oauthTokenExchange, mcpAuthentication } = policies();
      const { token = "" } = await exchangeByAgentgateway(oauthTokenExchange, await of());
      const claims = await claimsByAgentgateway(mcpAuthentication, token);
      assert.deepEqual([claims.sub, claims["client_id"]], ["alice", "acme.triage"]);
      const [details] = claims["authorization_details"] as readonly Record<string, unknown>[];
      assert.equal(details?.["target"], "order/8812");
    });

    it("get no token by oauthTokenExchange for other tools, other agents and ended tasks", async () => {
      const { oauthTokenExchange: policy } = policies();
      const outcome = async (parts: Partial<TokenExchange>, headers = of()): Promise<unknown> =>
        (await exchangeByAgentgateway({ ...policy, ...parts }, await headers)).refused;
      assert.equal(
        await outcome({ resources: [globex] }),
        "400 invalid_target `resource` is no tool's",
      );
      assert.match(String(await outcome({ audiences: [resource] })), /^400 invalid_request /);
      assert.match(String(await outcome({}, of("desk-web"))), /^400 invalid_grant /);
      const headers = await of();
      const { token = "" } = await exchangeByAgentgateway(policy, headers);
      assert.notEqual(token, "");
      await end(String(headers["authorization"]).slice("Bearer ".length));
      assert.match(String(await outcome({}, Promise.resolve(headers))), /^400 invalid_grant /);
    });

    it("get no token by the client secrets of the documented configuration", async () => {
      const { actorToken: _, ...policy } = policies().oauthTokenExchange;
      const client = { clientId: "acme.triage", clientSecret: "unused" };
      for (const method of ["clientSecretBasic", "clientSecretPost"] as const) {
        const clientAuth = { ...client, method };
        const answer = await exchangeByAgentgateway({ ...policy, clientAuth }, await of());
        assert.deepEqual(answer, { refused: unauthenticated }, method);
      }
    });

    it("get a token by privateKeyJwt, where the gateway is a workload of an issuer of its own", async () => {
      const { actorToken: _, ...policy } = policies().oauthTokenExchange;
      const clientAuth = { method: "privateKeyJwt", clientId: gateway } as const;
      const outcome = async (assertionAudience: string, client = "gateway-web") =>
        exchangeByAgentgateway(
          { ...policy, clientAuth: { ...clientAuth, assertionAudience } },
          await of(client),
          await gatewayKey,
        );
      const { token = "" } = await outcome(desk.url);
      assert.equal(decodeJwt(token)["client_id"], "acme.gateway");
      assert.match(String((await outcome(resource)).refused), /^401 invalid_client .*audience/);
      assert.match(String((await outcome(desk.url, "triage-web")).refused), /^400 invalid_grant /);
    });
  });

  describe("kagent's STS client", () => {
    async function byKagent(
      parts: Readonly<Record<string, unknown>> = {},
      token = agentToken(),
    ): Promise<{ readonly token?: string; readonly refused?: string }> {
      writeFileSync(tokenPath, await token);
      return exchangeByKagent({
        well_known_uri: `${desk.url}/.well-known/oauth-authorization-server`,
        ...{ token_path: tokenPath, subject_token: await userToken("alice", "triage-web") },
        ...{ resource, ...parts },
      });
    }

    it("gets a call token as agentsts-core unmodified, with and without details", async () => {
      const details = { authorization_details: call({ target: "order/8812" }) };
      for (const [parts, target] of [
        [{}, undefined],
        [{ additional_parameters: details }, "order/8812"],
      ] as const) {
        const { token = "", refused: why } = await byKagent(parts);
        assert.equal(why, undefined);
        const { aud, sub, client_id: caller, ...claims } = decodeJwt(token);
        assert.deepEqual([aud, sub, caller], [resource, "alice", "acme.triage"]);
        const [found] = claims["authorization_details"] as readonly Record<string, unknown>[];
        assert.equal(found?.["target"], target);
      }
    });

    it("gets exact refusals as agentsts-core unmodified", async () => {
      const user = await userToken("alice", "triage-web");
      assert.notEqual((await byKagent({ subject_token: user })).token, undefined);
      await end(user);
      for (const [what, parts, expected] of [
        ["another tenant's tool", { resource: globex }, /^400 invalid_target /],
        ["an ended task", { subject_token: user }, /^400 invalid_grant /],
        ["two tools", { resource: [resource, crm] }, /^400 invalid_request .*resource/],
        [
          "no token of its own",
          { token_path: join(folder, "absent") },
          /^401 invalid_client .*`actor_token` is missing$/,
        ],
      ] as const) {
        assert.match(String((await byKagent(parts)).refused), expected, what);
      }
      const ofApiServer = accountToken("triage", { aud: ["https://kubernetes.default.svc"] });
      assert.match(
        String((await byKagent({}, ofApiServer)).refused),
        /^401 invalid_client .*audience/,
      );
    });

    it("gets a call token by the form of its package in Go, which is not built here", async () => {
      // kagent-dev/kagent at 5229184e, go/adk/pkg/sts/client.go, `buildFormData`, as plugin.go calls it: without a scope.
      const form = {
        ...{ grant_type: exchangeType, subject_token_type: jwtType, actor_token_type: jwtType },
        subject_token: await userToken("alice", "triage-web"),
        ...{ actor_token: await agentToken(), resource },
      };
      const { status, body } = await desk.post("/token", form, { accept: "application/json" });
      assert.deepEqual([status, body["scope"]], [200, "refund"], JSON.stringify(body));
    });
  });
});
