import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT } from "jose";

/** A company's identity provider by `oidc-provider`, which issues ID-JAGs for the applications of its users. */
export interface CompanyProvider {
  readonly issuer: string;
  readonly jwksUri: string;
  /** The ID token of a user, as a login at the application's own client gives it. */
  readonly idToken: (user: string) => Promise<string>;
  /** What the administrator lets the application request on behalf of users, by audience and resource. */
  readonly allowed: Set<string>;
  readonly stop: () => Promise<void>;
}

const exchange = "urn:ietf:params:oauth:grant-type:token-exchange";
const idJag = "urn:ietf:params:oauth:token-type:id-jag";

/**
 * Starts one on a free port.
 *
 * @param client the application at the provider, without a secret
 * @param agent the application's id at the authorization server of the tools
 * @param tenant the claim by which that one knows its users
 */
export async function startCompanyProvider(
  client: string,
  agent: string,
  tenant: Readonly<Record<string, string>>,
): Promise<CompanyProvider> {
  const { Provider } = await import("oidc-provider");
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  const jwk = { ...(await exportJWK(privateKey)), kid: "company-1", alg: "RS256", use: "sig" };
  let callback: (request: IncomingMessage, response: ServerResponse) => void = () => undefined;
  const server = createServer((request, response) => callback(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const allowed = new Set<string>();
  const provider = new Provider(issuer, {
    jwks: { keys: [jwk] },
    features: { devInteractions: { enabled: false } },
    clients: [
      {
        ...{ client_id: client, token_endpoint_auth_method: "none", redirect_uris: [] },
        ...{ grant_types: [exchange], response_types: [] },
      },
    ],
  });
  const own = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: "company-1" }] });
  const signed = (claims: Readonly<Record<string, unknown>>, typ: string): Promise<string> =>
    new SignJWT({ iss: issuer, ...claims })
      .setProtectedHeader({ alg: "RS256", kid: "company-1", typ })
      .setIssuedAt()
      .setExpirationTime("5m")
      .setJti(crypto.randomUUID())
      .sign(privateKey);
  provider.registerGrantType(
    exchange,
    async (ctx) => {
      const params = ctx.oidc.params as Readonly<Record<string, string | undefined>>;
      const { audience, resource, scope } = params;
      const { payload } = await jwtVerify(String(params["subject_token"]), own, {
        ...{ issuer, audience: client },
      });
      if (params["requested_token_type"] !== idJag || !allowed.has(`${audience} ${resource}`)) {
        ctx.status = 400;
        ctx.body = { error: "invalid_target" };
        return;
      }
      const claims = {
        ...{ sub: payload.sub, aud: audience, client_id: agent, resource, ...tenant },
        ...(scope !== undefined && { scope }),
      };
      ctx.body = {
        ...{ access_token: await signed(claims, "oauth-id-jag+jwt"), issued_token_type: idJag },
        ...{ token_type: "N_A", expires_in: 300 },
      };
    },
    [
      ...["subject_token", "subject_token_type", "requested_token_type"],
      ...["audience", "resource", "scope"],
    ],
  );
  const answer = provider.callback();
  callback = (request, response) => void answer(request, response);
  return {
    ...{ issuer, jwksUri: `${issuer}/jwks`, allowed },
    idToken: (user) => signed({ sub: user, aud: client, ...tenant }, "JWT"),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
