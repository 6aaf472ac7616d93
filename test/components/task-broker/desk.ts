import {
  Agent,
  Orchestrator,
  TaskBroker,
  TaskBrokerDeployment,
  Tenant,
  Tool,
  type TaskBrokerArgs,
  type TaskBrokerDeploymentArgs,
  type TenantFederation,
} from "../../../components";
import { federation as eksIrsa, issuer } from "../support/acme";

/** Address of the broker in these tests. */
export const address = "https://broker.acme.example";

/** A public key, as issuers publish it. */
export const keySet = JSON.stringify({
  keys: [{ kty: "EC", crv: "P-256", kid: "1", x: "eA", y: "eQ" }],
});

/** What a broker is run with in these tests, beside its tenant, workloads and tools. */
export const deploymentArgs = {
  image: "registry.example.com/agentid@sha256:0123",
  tlsSecret: "broker-tls",
  state: { sqlite: {} },
  issuers: [
    { name: "cluster", kind: "kubernetes", issuer: `https://${issuer}`, keySet },
    {
      name: "people",
      kind: "oidc",
      issuer: "https://login.acme.example",
      keysUrl: "https://login.acme.example/keys",
      algorithms: ["RS256"],
    },
  ],
  users: { issuer: "people", audiences: ["agents"], require: { org: "acme" } },
  approvers: { require: { groups: "refund-approvers" } },
  operators: { require: { groups: "platform" } },
  loginClient: "agentid-approvals",
} satisfies Partial<TaskBrokerDeploymentArgs>;

/** A tenant with its broker, an orchestrator, an agent and two tools, all that calls and is called through the broker. */
export function desk(
  others: Partial<TaskBrokerDeploymentArgs> = {},
  federation: TenantFederation = eksIrsa,
  ofBroker: Partial<TaskBrokerArgs> = {},
) {
  const broker = new TaskBroker("decider", {
    ...{ tenant: "acme", issuer: address, federation },
    ...ofBroker,
  });
  const tenant = new Tenant("acme", {
    federation,
    broker: broker.ref,
    apiServer: { cidrs: ["10.1.0.0/24"] },
  });
  const refunds = new Tool("refunds", {
    tenant,
    risk: { sensitivity: "confidential", effects: ["payment"] },
    sessions: [
      {
        intents: ["refund"],
        actions: ["s3:PutObject"],
        resources: ["arn:aws:s3:::orders/{target}"],
        kubernetesPermissions: [
          { apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list"] },
        ],
      },
    ],
  });
  const search = new Tool("search", {
    tenant,
    sessions: [{ intents: ["find"], wholeRole: true }],
    defaults: { intent: "find", sensitivity: "public" },
  });
  const triage = new Agent("triage", {
    tenant,
    autonomy: "autonomous",
    grants: [
      {
        tool: refunds.ref,
        intents: ["refund"],
        approval: "human",
        maxSeconds: 60,
        maxCalls: 3,
        conditions: [{ key: "cents", atMost: 5000 }],
      },
      { tool: search.ref, intents: ["find"], withoutDetails: true },
    ],
  });
  const front = new Orchestrator("front", { tenant });
  const deployment = new TaskBrokerDeployment("running", {
    ...deploymentArgs,
    broker: broker.ref,
    tenant,
    workloads: [
      { workload: front.brokerRef, clients: ["front-web"] },
      { workload: triage.brokerRef },
    ],
    tools: [
      {
        tool: refunds.brokerRef,
        resource: "https://refunds.acme.example/mcp",
      },
      { tool: search.brokerRef, resource: "https://search.acme.example" },
    ],
    ...others,
  });
  return { broker, tenant, refunds, search, triage, front, deployment };
}
