import { product, type Kind } from "../product";

/** Configurations by the properties that name them. */
const uses: Kind["uses"] = [
  { at: "spec.**.{externalAuthConfigRef,authServerRef}", kinds: "MCPExternalAuthConfig" },
  { at: "spec.**.oidcConfigRef", kinds: "MCPOIDCConfig" },
  { at: "spec.**.telemetryConfigRef", kinds: "MCPTelemetryConfig" },
  { at: "spec.**.webhookConfigRef", kinds: "MCPWebhookConfig" },
];

/** Secrets are named alike in all kinds. Variables of containers are read with their pods. */
const secrets: Kind["secrets"] = [
  { at: "spec.**.{*SecretRef,*asswordRef,*TokenRef,*SecretRefs[]}" },
  { at: "spec.**.sensitiveHeaders[].secretKeyRef" },
];

const headers: Pick<Kind, "literals" | "calls"> = {
  literals: ["spec.headerForward.addPlaintextHeaders.*"],
  calls: [
    {
      at: "spec",
      url: "remoteUrl",
      headers: "headerForward.addPlaintextHeaders",
      headersFrom: {
        at: "headerForward.addHeadersFromSecret[]",
        name: "headerName",
        secret: "valueSecretRef",
      },
    },
  ],
};

const group = { at: "spec.groupRef", kinds: "MCPGroup" };
const configuration: Kind = { is: "configuration", uses, secrets };

/** Source: github.com/stacklok/toolhive, cmd/thv-operator/api/v1beta1. */
export default product("toolhive.stacklok.dev", {
  MCPServer: {
    is: "workload",
    runsAs: "spec.serviceAccount",
    containers: "spec",
    uses,
    secrets: [...secrets, { at: "spec.secrets[]", under: "targetEnvName" }],
    ...headers,
  },
  MCPRemoteProxy: { is: "workload", runsAs: "spec.serviceAccount", uses, secrets, ...headers },
  VirtualMCPServer: {
    is: "workload",
    runsAs: "spec.serviceAccount",
    uses: [...uses, group],
    secrets,
    receives: "spec.{incomingAuth,outgoingAuth}",
  },
  MCPServerEntry: { ...configuration, ...headers, partOf: group },
  MCPExternalAuthConfig: {
    ...configuration,
    receives: "spec.{tokenExchange,headerInjection,bearerToken,embeddedAuthServer}",
    calls: [
      {
        at: "spec.bearerToken",
        headersFrom: { at: "", secret: "tokenSecretRef", as: "bearer token" },
      },
      {
        at: "spec.headerInjection",
        headersFrom: { at: "", secret: "valueSecretRef", as: "credential" },
      },
    ],
  },
  MCPOIDCConfig: { ...configuration, receives: "spec.inline" },
  MCPTelemetryConfig: { ...configuration, receives: "spec.openTelemetry" },
  MCPWebhookConfig: { ...configuration, receives: "spec.{validating,mutating}[]" },
});
