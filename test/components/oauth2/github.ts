import type { Oauth2Provider, TenantRef, WorkloadArgs } from "../../../components";

/** Account and region of the workloads in these tests. */
const place = { account: "111122223333", region: "eu-central-1" };

/** A tenant of Bedrock AgentCore. */
export const acme: TenantRef = {
  name: "acme",
  namespace: "acme",
  boundaryArn: "arn:aws:iam::111122223333:policy/agentid/acme/acme.boundary",
  federation: { agentCore: place },
};

/** A workload of that tenant. */
export const runtimeArgs: WorkloadArgs = { tenant: acme, subject: { agentCore: {} } };

/** A service that a workload calls with OAuth2 tokens, whose client's secret is made. */
export const github: Oauth2Provider = {
  name: "github",
  vendor: "github",
  clientId: "Iv1.desk",
  clientSecret: { secretsManager: {} },
  rotation: { issued: "2026-11-01", rotateBefore: "2027-01-30" },
};

/** A secret that exists; its name is `idp`. */
export const secretArn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:idp-IdpKey";

/** Where another issuer describes itself. */
export const discoveryUrl = "https://idp.example.com/.well-known/openid-configuration";

/** A service of another issuer, whose client's secret exists. */
export const crm: Oauth2Provider = {
  name: "crm",
  discoveryUrl,
  clientId: "desk",
  clientSecret: { existingSecret: { arn: secretArn } },
  jsonKey: "secret",
  rotation: { issued: "2026-11-01", rotateBefore: "2027-01-30" },
};
