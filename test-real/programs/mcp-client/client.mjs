// A client of MCP as the conformance suite runs it: the official SDK, with `pulumi-agentid/agent` for whatever authorizes.
//
// node client.mjs URL    with MCP_CONFORMANCE_SCENARIO and MCP_CONFORMANCE_CONTEXT, and AGENTID_AGENT, the built package
import { createRequire } from "node:module";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { SignJWT, importPKCS8 } from "jose";

const { AGENTID_AGENT, MCP_CONFORMANCE_CONTEXT = "{}", MCP_CONFORMANCE_SCENARIO } = process.env;
const { callProvider, dpopFetch, dpopKey } = createRequire(import.meta.url)(AGENTID_AGENT);
const url = new URL(process.argv.at(-1));
const context = JSON.parse(MCP_CONFORMANCE_CONTEXT);
const issuer = await issuerOf(url);
const resource = url.href;

const scenarios = {
  "auth/wif-jwt-bearer": async () => {
    const own = () => context.valid_jwt;
    const provider = callProvider({ issuer, workloadToken: own }, { resource, assertion: own });
    await call({ fetch: provider.fetch });
  },
  "auth/client-credentials-jwt": async () => {
    const { client_id: id, private_key_pem: pem, signing_algorithm: alg } = context;
    const key = await importPKCS8(pem, alg);
    const workloadToken = () =>
      new SignJWT({ iss: id, sub: id, aud: issuer, jti: crypto.randomUUID() })
        .setProtectedHeader({ alg })
        .setIssuedAt()
        .setExpirationTime("5m")
        .sign(key);
    await call({ fetch: callProvider({ issuer, workloadToken }, { resource }).fetch });
  },
  "auth/dpop": byLogin,
  "auth/dpop-nonce": byLogin,
};

await scenarios[MCP_CONFORMANCE_SCENARIO]();

async function call(options) {
  const client = await connected(options);
  const { tools } = await client.listTools();
  for (const { name } of tools) await client.callTool({ name, arguments: {} });
  await client.close();
}

async function connected(options) {
  const client = new Client(
    { name: "pulumi-agentid", version: "1" },
    { versionNegotiation: { mode: "auto" } },
  );
  await client.connect(new StreamableHTTPClientTransport(url, options));
  return client;
}

/** The SDK's own login, whose requests prove a key. */
async function byLogin() {
  const kept = {};
  const redirectUrl = "http://localhost:1/callback";
  const options = {
    fetch: dpopFetch(await dpopKey()),
    authProvider: {
      redirectUrl,
      clientMetadata: { redirect_uris: [redirectUrl], client_name: "pulumi-agentid" },
      clientInformation: () => kept.client,
      saveClientInformation: (client) => (kept.client = client),
      tokens: () => kept.tokens,
      saveTokens: (tokens) => (kept.tokens = tokens),
      codeVerifier: () => kept.verifier,
      saveCodeVerifier: (verifier) => (kept.verifier = verifier),
      redirectToAuthorization: async (to) => {
        const { headers } = await fetch(to, { redirect: "manual" });
        kept.back = new URL(headers.get("location"));
      },
    },
  };
  const first = new StreamableHTTPClientTransport(url, options);
  const client = new Client({ name: "pulumi-agentid", version: "1" });
  await client.connect(first).catch(() => undefined);
  await first.finishAuth(kept.back.searchParams);
  await call(options);
}

/** The authorization server that the tool names: agents have their broker's address from their configuration. */
async function issuerOf(tool) {
  const refused = await fetch(tool, { method: "POST", body: "{}" });
  const challenge = refused.headers.get("www-authenticate") ?? "";
  const [, metadata] = /resource_metadata="([^"]+)"/.exec(challenge) ?? [];
  const { authorization_servers: servers } = await (await fetch(metadata)).json();
  return servers[0].replace(/\/$/, "");
}
