// A token endpoint of `oidc-provider` for the same exchange: `peer.ts PORT JWK`, run by bench/broker.ts. It verifies the assertion of a
// client and the token of a user, and signs an access token for one resource. It keeps all in memory, and decides by no policy.
import { createLocalJWKSet, generateKeyPair, exportJWK, jwtVerify, type JWK } from "jose";

const grant = "urn:ietf:params:oauth:grant-type:token-exchange";
const [port = "", key = ""] = process.argv.slice(2);
const resource = "http://127.0.0.1:1/refunds";

async function main(): Promise<void> {
  const { default: Provider } = await import("oidc-provider");
  const jwk = JSON.parse(key) as JWK;
  const users = createLocalJWKSet({ keys: [jwk] });
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const server = {
    ...{ scope: "refund", audience: resource, accessTokenTTL: 60 },
    ...{ accessTokenFormat: "jwt" as const, jwt: { sign: { alg: "ES256" as const } } },
  };
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [
      {
        ...{ client_id: "agent-0", token_endpoint_auth_method: "private_key_jwt" },
        ...{ token_endpoint_auth_signing_alg: "ES256", jwks: { keys: [jwk] } },
        ...{ grant_types: [grant], response_types: [], redirect_uris: [] },
        id_token_signed_response_alg: "ES256",
      },
    ],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: "ES256", use: "sig", kid: "s" }] },
    enabledJWA: { clientAuthSigningAlgValues: ["ES256"] },
    scopes: ["refund"],
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: { enabled: true, getResourceServerInfo: () => server },
    },
  });
  provider.registerGrantType(
    grant,
    async (ctx) => {
      const { client, params } = ctx.oidc;
      const { payload } = await jwtVerify(String(params["subject_token"]), users, {
        ...{ issuer: "https://login.example", audience: "agents", algorithms: ["ES256"] },
      });
      const token = new provider.AccessToken({
        ...{ client, accountId: payload.sub ?? "", scope: "refund", gty: "exchange" },
      } as ConstructorParameters<typeof provider.AccessToken>[0]);
      token.resourceServer = new provider.ResourceServer(resource, server);
      ctx.body = { access_token: await token.save(), token_type: "Bearer", expires_in: 60 };
    },
    ["subject_token", "subject_token_type", "resource"],
  );
  provider.listen(Number(port), "127.0.0.1", () => process.stdout.write("listens\n"));
}

void main();
