import { createServer } from "node:https";
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from "jose";
import type { Certificate } from "../certificate";

/** A provider of OpenID Connect with a login by only an account's name. */
export interface OpenIdProvider {
  readonly issuer: string;
  /** Signs what the provider would, for a client of which the tests need no login. */
  readonly sign: (claims: JWTPayload) => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** How to start one. */
export interface OpenIdProviderArgs {
  readonly port: number;
  readonly certificate: Certificate;
  readonly client: string;
  readonly redirectUri: string;
  /** What its ID tokens have of an account, by the account's name. */
  readonly accounts: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Starts a provider, with the pages at which it logs people in for development. */
export async function startOpenIdProvider(args: OpenIdProviderArgs): Promise<OpenIdProvider> {
  const { Provider } = await import("oidc-provider");
  const issuer = `https://localhost:${args.port}`;
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const jwk = { ...(await exportJWK(privateKey)), kid: "people-1", alg: "RS256", use: "sig" };
  const provider = new Provider(issuer, {
    jwks: { keys: [jwk] },
    cookies: { keys: ["a key of tests"] },
    clients: [
      {
        client_id: args.client,
        token_endpoint_auth_method: "none",
        redirect_uris: [args.redirectUri],
        ...{ response_types: ["code"], grant_types: ["authorization_code"] },
      },
    ],
    claims: { openid: ["sub", "org", "groups"] },
    conformIdTokenClaims: false,
    ttl: { AccessToken: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    findAccount: (_context, accountId) =>
      args.accounts[accountId] && {
        accountId,
        claims: () => ({ sub: accountId, ...args.accounts[accountId] }),
      },
  });
  const { cert, key } = args.certificate;
  const server = createServer({ cert, key }, (request, response) => {
    void provider.callback()(request, response);
  });
  await new Promise<void>((resolve) => server.listen(args.port, "127.0.0.1", resolve));
  return {
    issuer,
    sign: (claims) =>
      new SignJWT({ iss: issuer, ...claims })
        .setProtectedHeader({ alg: "RS256", kid: "people-1" })
        .setIssuedAt()
        .setExpirationTime("5m")
        .sign(privateKey),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
