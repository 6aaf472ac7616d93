import { acme, brokerArn, issuer } from "../support/acme";

const proof = { kind: "kubernetes", issuer: `https://${issuer}`, subject: "system:a" };
const keySet = '{"keys":[{"kty":"EC"}]}';

/** A bundle of a trust domain with an authority for certificates, as far as components read it. */
export const plainBundle = '{"keys":[{"kty":"EC","use":"x509-svid","x5c":["MIIB"]}]}';

/** A deployment of a task broker as plain data: all of it is checked at once. */
export const plainDeployment = {
  broker: {
    roleArn: brokerArn,
    issuer: "https://broker.acme.example",
    place: {
      tenant: "acme",
      name: "decider",
      roleName: "acme.decider",
      namespace: "acme-broker",
      serviceAccountName: "decider",
      tasksNamespace: "acme-tasks",
      federation: "eksIrsa",
    },
  },
  tenant: { ...acme, broker: { roleArn: brokerArn }, apiServer: { cidrs: ["10.1.0.0/24"] } },
  image: "registry.example.com/agentid:1.0.0",
  tlsSecret: "broker-tls",
  state: { sqlite: {} },
  issuers: [
    {
      name: "cluster",
      kind: "kubernetes",
      issuer: `https://${issuer}`,
      keySet,
      algorithms: ["RS256"],
    },
    {
      name: "people",
      kind: "oidc",
      issuer: "https://login.acme.example",
      keysUrl: "https://login.acme.example/keys",
    },
    { name: "spire", kind: "spiffe", issuer: "example.org", keySet },
  ],
  workloads: [
    {
      workload: {
        tenant: "acme",
        name: "triage",
        proof,
        roleArn: brokerArn,
        grants: [
          {
            tool: "refunds",
            intents: ["refund"],
            sensitivity: "public",
            approval: "none",
            maxSeconds: 60,
            maxCalls: 10,
            withoutDetails: true,
            conditions: [
              { key: "cents", atMost: 5000 },
              { key: "region", oneOf: ["eu"] },
              { key: "known", is: true },
            ],
          },
        ],
      },
      clients: ["triage-web"],
    },
  ],
  tools: [
    {
      tool: {
        tenant: "acme",
        name: "refunds",
        proof,
        roleArn: brokerArn,
        defaults: { intent: "refund", sensitivity: "public" },
        sessions: [
          {
            intents: ["refund"],
            actions: ["s3:GetObject"],
            resources: ["arn:aws:s3:::orders/{target}"],
            kubernetesPermissions: [
              {
                apiGroups: [""],
                resources: ["configmaps"],
                verbs: ["get"],
                resourceNames: ["limits"],
              },
            ],
          },
        ],
      },
      resource: "https://refunds.acme.example",
    },
  ],
};
