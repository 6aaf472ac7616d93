import { product, type Kind, type SecretReference } from "../product";

/** Policies of backends, by the kinds that have them. */
const policies =
  "spec.{policies,backend,ai.groups[].providers[].policies,mcp.targets[].static.policies}";

/** How the proxy authenticates to a backend, and to what guards the prompts of a model. */
const auth = `${policies}.{,{,ai.}promptGuard.{request,response}[].*.policies.}auth`;

/** How it authenticates as a client of OAuth 2. */
const client = `${auth}.{oauthTokenExchange,crossAppAccess.{identityProvider,resourceAuthorizationServer}}.clientAuth`;

const secrets: readonly SecretReference[] = [
  { at: `${auth}.{,credentials[].}secretRef`, usualKey: "Authorization" },
  { at: `${auth}.{aws,azure,gcp}.secretRef` },
  { at: `${client}.secretRef`, usualKey: "clientSecret" },
  { at: `{${client}.privateKeyJwt,${auth}.jwtSign}.signingKeyRef`, usualKey: "signingKey" },
  { at: `${policies}.mcp.authentication.clientSecretRef`, usualKey: "clientSecret" },
  { at: `${client}.privateKeyJwt.certificateRef`, exempt: "tls" },
  { at: `${policies}.tls.mtlsCertificateRef[]`, exempt: "tls" },
  { at: `${policies}.tls.caCertificateRefs[]`, where: { kind: "Secret" }, exempt: "tls" },
  { at: "spec.traffic.{apiKeyAuthentication,basicAuthentication}.secretRef", exempt: "verifier" },
];

/**
 * Objects of the proxies of a namespace. They name Secrets of their own namespace, so that what two of them name is used by one
 * workload, unless the namespace has several Gateways.
 */
const routed: Kind = {
  is: "workload",
  proxy: "agentgateway",
  receives: auth,
  secrets,
  literals: [{ at: `${auth}.key`, as: "apiKey" }],
};

/**
 * Source: github.com/agentgateway/agentgateway, controller/api/v1alpha1/agentgateway, commit 75b4e6ce6: BackendFull, BackendAuth,
 * OAuthClientAuth, AIPromptGuard, Traffic.
 */
export default product("agentgateway.dev", {
  AgentgatewayBackend: {
    ...routed,
    calls: [
      {
        at: "spec.mcp.targets[].static",
        headersFrom: { at: "policies.auth", secret: "secretRef", as: "bearer token" },
      },
    ],
  },
  AgentgatewayModel: routed,
  AgentgatewayPolicy: routed,
  AgentgatewayParameters: { proxy: "agentgateway" },
});
