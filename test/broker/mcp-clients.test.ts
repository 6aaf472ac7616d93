import { strict as assert } from "node:assert";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import {
  Client,
  CrossAppAccessProvider,
  discoverAndRequestJwtAuthGrant,
  PrivateKeyJwtProvider,
  StaticPrivateKeyJwtProvider,
  StreamableHTTPClientTransport,
  type OAuthClientProvider,
} from "@modelcontextprotocol/client";
import { Client as Client1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StaticPrivateKeyJwtProvider as StaticProvider1 } from "@modelcontextprotocol/sdk/client/auth-extensions.js";
import { StreamableHTTPClientTransport as Transport1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { exportPKCS8 } from "jose";
import { startCompanyProvider, type CompanyProvider } from "../support/company-provider";
import { startMcpTool2, type McpTool2 } from "../support/mcp-tool-2";
import {
  clusterKey,
  deskConfiguration,
  grant,
  signed,
  startDesk,
  testKey,
  type Desk,
} from "./support/desk";

describe("a client of MCP that was not written for the broker", () => {
  let desk: Desk;
  let tool: McpTool2;
  let issuer: string;
  let company: CompanyProvider;
  const ownKey = testKey("own-1");

  before(async () => {
    const free = createServer().listen(0, "127.0.0.1");
    await once(free, "listening");
    const { port } = free.address() as AddressInfo;
    free.close();
    issuer = `http://127.0.0.1:${port}`;
    tool = await startMcpTool2("Express", { issuer });
    company = await startCompanyProvider("triage-app", "acme.triage", { org: "acme" });
    const { workloads, issuers } = await deskConfiguration();
    const defaults = { intent: "read", sensitivity: "internal" } as const;
    const own = { issuer: "own", subject: "triage-key" };
    desk = await startDesk({
      ...{ issuer, listen: { host: "127.0.0.1", port } },
      issuers: [
        ...issuers.filter(({ name }) => name !== "people"),
        {
          ...{ name: "people", kind: "oidc", id: company.issuer, algorithms: ["RS256"] },
          keys: { kind: "url", url: company.jwksUri },
        },
        {
          ...{ name: "own", kind: "oidc", id: "triage-key", algorithms: ["ES256"] },
          keys: { kind: "set", set: { keys: [(await ownKey).jwk] } },
        },
      ],
      workloads: workloads.map((each) => {
        if (each.name === "refunds") return { ...each, tool: { resource: tool.url, defaults } };
        if (each.name === "triage") return { ...each, subjects: [...each.subjects, own] };
        return each;
      }),
      grants: [
        grant({ intents: ["read"], withoutDetails: true }),
        grant({
          intents: ["refund"],
          conditions: [{ kind: "one-of", key: "target", values: ["1"] }],
        }),
      ],
    });
    await desk.broker.readKeys();
  });
  after(async () => {
    await tool.stop();
    await desk.stop();
    await company.stop();
  });

  const accountToken = async (): Promise<string> =>
    signed(await clusterKey, {
      ...{ iss: "https://cluster.example", sub: "system:serviceaccount:acme:triage" },
      aud: [issuer],
    });

  const status = async (authProvider: OAuthClientProvider): Promise<string> => {
    const client = new Client({ name: "agent", version: "1" });
    try {
      await client.connect(new StreamableHTTPClientTransport(new URL(tool.url), { authProvider }));
      const { content } = await client.callTool({ name: "status", arguments: {} });
      const [first] = content;
      return first?.type === "text" ? first.text : "";
    } finally {
      await client.close();
    }
  };

  it("authenticates by the platform's token, and gets what grants allow of the tool's scopes", async () => {
    const provider = new StaticPrivateKeyJwtProvider({
      ...{ clientId: "acme.triage", jwtBearerAssertion: await accountToken() },
      expectedIssuer: issuer,
    });
    assert.equal(await status(provider), "status read - by acme.triage for acme.triage");
    // The tool's metadata lists `refund` as well, which no grant gives without details.
    assert.equal(provider.tokens()?.scope, "read");
  });

  it("of the 1.x line authenticates by the platform's token, and gets the same", async () => {
    const authProvider = new StaticProvider1({
      ...{ clientId: "acme.triage", jwtBearerAssertion: await accountToken() },
      expectedIssuer: issuer,
    });
    const client = new Client1({ name: "agent", version: "1" });
    await client.connect(new Transport1(new URL(tool.url), { authProvider }));
    const { content } = await client.callTool({ name: "status", arguments: {} });
    assert.match(JSON.stringify(content), /status read - by acme\.triage/);
    await client.close();
  });

  it("authenticates by a key of its own, where an issuer of the configuration has that", async () => {
    const { privateKey } = await ownKey;
    const provider = new PrivateKeyJwtProvider({
      ...{ clientId: "triage-key", algorithm: "ES256", expectedIssuer: issuer },
      privateKey: await exportPKCS8(privateKey),
    });
    assert.equal(await status(provider), "status read - by acme.triage for acme.triage");
  });

  /** The SDK's own provider with the SDK's own request for an ID-JAG; the broker has no client secrets. */
  const crossApp = (user: string, scope?: string): OAuthClientProvider => {
    const provider: OAuthClientProvider = new CrossAppAccessProvider({
      ...{ clientId: "acme.triage", clientSecret: "unused", expectedIssuer: issuer },
      assertion: async ({ authorizationServerUrl, resourceUrl: resource, fetchFn }) => {
        const { jwtAuthGrant } = await discoverAndRequestJwtAuthGrant({
          ...{ idpUrl: company.issuer, audience: new URL(authorizationServerUrl).origin, resource },
          ...{ idToken: await company.idToken(user), clientId: "triage-app", fetchFn },
          ...(scope !== undefined && { scope }),
        });
        return jwtAuthGrant;
      },
    });
    provider.addClientAuthentication = async (_headers, form) => {
      form.set("client_assertion", await accountToken());
      form.set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    };
    return provider;
  };

  it("acts for a user by an ID-JAG of the company's identity provider", async () => {
    company.allowed.add(`${issuer} ${tool.url}`);
    assert.equal(await status(crossApp("alice")), "status read - by acme.triage for alice");
    assert.equal(await status(crossApp("bob", "read")), "status read - by acme.triage for bob");
  });

  it("gets nothing by an ID-JAG for another intent, and where the company issues none", async () => {
    await assert.rejects(status(crossApp("alice", "refund")), /narrowed/);
    company.allowed.clear();
    await assert.rejects(status(crossApp("alice")), /invalid_target/);
  });
});
