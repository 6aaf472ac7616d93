import * as pulumi from "@pulumi/pulumi";
import {
  Agent,
  AgentStack,
  Gateway,
  GrantPolicyStore,
  LegacyTool,
  Orchestrator,
  TaskBroker,
  Tenant,
  Tool,
  type Oauth2Provider,
  type TenantArgs,
  type TenantFederation,
  type WorkloadSubject,
} from "../../../components";
import { acme, federation as eksIrsa } from "../support/acme";
import { runtimeArgs } from "../oauth2/github";
import { refundsBehind, runtimeArn, searchBehind } from "../gateway/tools";
import { desk } from "../task-broker/desk";
import { legacyArgs, outsideArgs, secretArn, writerArn } from "../legacy-tool/crm";
import {
  clusterArn,
  issuers,
  place,
  providerOf,
  trustAnchorArn,
} from "../support/random-federation";

/** A federation of each kind, and a workload's subject where the federation does not identify it by its ServiceAccount. */
const federations: Readonly<
  Record<keyof TenantFederation, readonly [TenantFederation, WorkloadSubject?]>
> = {
  eksIrsa: [eksIrsa],
  eksPodIdentity: [{ eksPodIdentity: { clusterArn } }],
  github: [
    { github: { providerArn: providerOf(issuers.github), owner: "acme", ownerId: "1" } },
    { github: { repository: "agents", repositoryId: "2", environment: "prod" } },
  ],
  gitlab: [
    { gitlab: { providerArn: providerOf(issuers.gitlab), group: "acme" } },
    { gitlab: { project: "agents", projectId: "7", branch: "main" } },
  ],
  oidc: [
    { oidc: { providerArn: providerOf(issuers.oidc), audience: "sts.amazonaws.com" } },
    { oidc: { subject: "agent:triage" } },
  ],
  spiffe: [
    {
      spiffe: {
        providerArn: providerOf(issuers.spiffe),
        trustDomain: "example.org",
        clusterName: "prod",
      },
    },
  ],
  rolesAnywhere: [
    { rolesAnywhere: { trustAnchorArn } },
    { rolesAnywhere: { uri: "spiffe://example.org/triage" } },
  ],
  ecs: [{ ecs: place }, { ecs: {} }],
  lambda: [{ lambda: place }, { lambda: {} }],
  agentCore: [{ agentCore: place }, { agentCore: {} }],
};

const certificateAuthorityArn =
  "arn:aws:acm-pca:eu-central-1:111122223333:certificate-authority/0a1b2c3d";

/** All objects that isolate a namespace. */
const isolation: TenantArgs = {
  egress: [{ cidr: "10.0.0.0/16", ports: [443] }],
  quota: { pods: 10 },
  deployers: [{ group: "deployers" }],
  serviceAccounts: ["triage"],
};

const permissions = [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::tickets/*"] }];

const manifest = `
federations:
  cluster: { eksIrsa: { providerArn: "${eksIrsa.eksIrsa.providerArn}" } }
tenants:
  acme:
    federation: cluster
    orchestrators: { desk: {} }
    agents: { triage: {} }
    tools: { refunds: {} }
`;

type Programs = Readonly<Record<string, () => unknown>>;

/** A tenant and each kind of workload, with one federation. */
function programsWith(
  kind: string,
  federation: TenantFederation,
  subject: WorkloadSubject | undefined,
): Programs {
  const tenant = { ...acme, federation };
  const args = { tenant, permissions, ...(subject !== undefined && { subject }) };
  return {
    [`Tenant with ${kind}`]: () => new Tenant("acme", { federation }),
    [`Agent with ${kind}`]: () => new Agent("triage", args),
    [`Orchestrator with ${kind}`]: () => new Orchestrator("triage", args),
    [`Tool with ${kind}`]: () => new Tool("triage", args),
    [`LegacyTool with ${kind}`]: () => {
      const { egress, ...outside } = legacyArgs;
      const key = { secretsManager: { value: pulumi.secret("s3cr3t-value"), writerArn } };
      new LegacyTool("crm", { ...outside, ...args, key, ...(subject === undefined && { egress }) });
    },
    [`Agent that has adopted with ${kind}`]: () => {
      const adopt = {
        role: { name: "triage-role", path: "/teams/" },
        ...(subject === undefined && { serviceAccount: { name: "triage-sa" } }),
      };
      new Agent("triage", { ...args, adopt });
    },
  };
}

/** Services that a workload calls with OAuth2 tokens, whose clients' secrets are made or exist. */
function oauth2Providers(): Oauth2Provider[] {
  const rotation = { issued: "2026-11-01", rotateBefore: "2027-01-30" };
  const written = { secretsManager: { value: pulumi.secret("s3cr3t-value"), writerArn } };
  return [
    { name: "github", vendor: "github", clientId: "desk", clientSecret: written, rotation },
    {
      name: "crm",
      discoveryUrl: "https://idp.example.com/.well-known/openid-configuration",
      clientId: "desk",
      clientSecret: { existingSecret: { arn: secretArn } },
      rotation,
    },
  ];
}

/** Each kind of workload that can have OAuth2 providers. */
function withOauth2Providers(): Programs {
  const [federation, subject] = federations.agentCore;
  const args = () => ({
    tenant: { ...acme, federation },
    ...(subject !== undefined && { subject }),
    oauth2Providers: oauth2Providers(),
  });
  return {
    "Agent with services that it calls with OAuth2 tokens": () => new Agent("triage", args()),
    "Orchestrator with services that it calls with OAuth2 tokens": () =>
      new Orchestrator("triage", args()),
    "Tool with services that it calls with OAuth2 tokens": () => new Tool("triage", args()),
  };
}

/** A program for every kind of component and federation, by what it declares. */
export const declarations: Programs = {
  ...Object.entries(federations).reduce<Programs>(
    (all, [kind, [federation, subject]]) => ({
      ...all,
      ...programsWith(kind, federation, subject),
    }),
    {},
  ),
  "Agent outside the cluster with spiffe": () => {
    const parentId = "spiffe://example.org/node";
    const subject = { spiffe: { parentId, selectors: ["unix:user:triage"] } };
    new Agent("triage", { tenant: { ...acme, federation: federations.spiffe[0] }, subject });
  },
  "LegacyTool whose secret is made and written": () => {
    const secretsManager = { value: pulumi.secret("s3cr3t-value"), writerArn };
    new LegacyTool("crm", { ...legacyArgs, permissions, key: { secretsManager } });
  },
  "LegacyTool whose secret exists, with a provider of AgentCore": () => {
    const key = { existingSecret: { arn: secretArn } };
    new LegacyTool("crm", { ...legacyArgs, key, apiKeyProvider: {} });
  },
  "LegacyTool with a secret of another store": () => {
    const externalSecret = { store: "vault", remoteKey: "acme/crm" };
    new LegacyTool("crm", { ...legacyArgs, key: { externalSecret } });
  },
  "LegacyTool outside Kubernetes": () => {
    const [federation, subject] = federations.github;
    new LegacyTool("crm", {
      ...outsideArgs,
      tenant: { ...acme, federation },
      ...(subject !== undefined && { subject }),
    });
  },
  "Gateway in front of a runtime, and who calls through it": () => {
    const { search, gateway } = searchBehind();
    const grant = { tool: search.ref, intents: ["find"], gateway: gateway.ref };
    new Agent("triage", { ...runtimeArgs, grants: [grant] });
    new Orchestrator("desk", { ...runtimeArgs, grants: [grant] });
  },
  "Gateway in front of a function": () => refundsBehind(),
  "GrantPolicyStore of an agent and an orchestrator": () => {
    const tool = { tenant: "acme", name: "refunds" };
    const grants = [{ tool, intents: ["refund"] }];
    const triage = new Agent("triage", { tenant: acme, grants });
    const desk = new Orchestrator("desk", { tenant: acme, grants });
    new GrantPolicyStore("decisions", { workloads: [triage.brokerRef, desk.brokerRef] });
  },
  "TaskBroker, and what runs it on a volume": () => desk(),
  "TaskBrokerDeployment with a database that it logs in to by IAM": () => {
    const host = "db.c9akciq32.eu-central-1.rds.amazonaws.com";
    const login = { database: "broker", user: "broker", rdsResourceId: "db-ABC123" };
    desk({ state: { postgres: { host, cidrs: ["10.4.0.0/24"], ...login } } });
  },
  "TaskBroker by EKS Pod Identity": () => {
    const [federation] = federations.eksPodIdentity;
    new TaskBroker("decider", {
      tenant: "acme",
      issuer: "https://broker.acme.example",
      federation,
    });
  },
  "Tenant with all that fences a namespace": () => {
    new Tenant("acme", { federation: eksIrsa, ...isolation });
  },
  "Tenant with all that fences a namespace that exists": () => {
    new Tenant("acme", { federation: eksIrsa, existingNamespace: "desk", ...isolation });
  },
  "Tenant that makes its trust anchor": () => {
    new Tenant("acme", { federation: { rolesAnywhere: { certificateAuthorityArn } } });
  },
  "Tenant that makes its only trust anchor, of several federations": () => {
    const machines = { rolesAnywhere: { certificateAuthorityArn } };
    new Tenant("acme", { federations: { cluster: eksIrsa, machines } });
  },
  "Tenant that makes several trust anchors": () => {
    const other = certificateAuthorityArn.replace("0a1b2c3d", "4e5f6a7b");
    new Tenant("acme", {
      federations: {
        machines: { rolesAnywhere: { certificateAuthorityArn } },
        partners: { rolesAnywhere: { certificateAuthorityArn: other } },
      },
    });
  },
  "Workloads of several federations": () => {
    const named = {
      pods: federations.eksPodIdentity[0],
      functions: { lambda: place },
      runtimes: { agentCore: place },
      machines: { rolesAnywhere: { trustAnchorArn } },
    };
    const tenant = new Tenant("acme", { federations: named });
    const refunds = new Tool("refunds", {
      tenant,
      federation: "functions",
      subject: { lambda: {} },
      directCallers: ["desk"],
    });
    const search = new Tool("search", {
      tenant,
      federation: "runtimes",
      subject: { agentCore: {} },
    });
    const gateway = new Gateway("tools", {
      tenant,
      targets: [
        { tool: refunds.ref, operations: [{ name: "refund", description: "Pays money back" }] },
        { tool: search.ref, arn: runtimeArn("acme_search"), operations: [{ name: "find" }] },
      ],
    });
    new Orchestrator("desk", {
      tenant,
      federation: "pods",
      grants: [
        { tool: refunds.ref, intents: ["refund"] },
        { tool: search.ref, intents: ["find"], gateway: gateway.ref },
      ],
    });
    const subject = { rolesAnywhere: { uri: "spiffe://example.org/triage" } };
    new Agent("triage", { tenant, federation: "machines", subject });
  },
  "Agent with Kubernetes permissions": () => {
    new Agent("triage", {
      tenant: { ...acme, apiServer: { cidrs: ["10.1.0.0/24"] }, isolated: true },
      kubernetesPermissions: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get"] }],
    });
  },
  "Tool that calls out of AWS": () => {
    const tenant = { ...acme, isolated: true };
    const egress = [{ namespace: "egress-proxy", ports: [3128] }];
    new Tool("model", { tenant, outbound: { audience: "https://api.openai.com/v1", egress } });
  },
  "Agent that adopts what the stack has elsewhere": () => {
    const formerly = { name: "triage-irsa" };
    const role = { name: "triage-irsa", path: "/service-role/", formerly };
    const urn =
      "urn:pulumi:stack::project::acme:index:Desk$kubernetes:core/v1:ServiceAccount::triage";
    const serviceAccount = { name: "triage.sa", formerly: { urn } };
    new Agent("triage", { tenant: acme, permissions, adopt: { role, serviceAccount } });
  },
  "LegacyTool that adopts what no program has": () => {
    const role = { name: "crm-reader", import: true };
    const adopt = { role, serviceAccount: { name: "crm-reader", import: true } };
    new LegacyTool("crm", { ...legacyArgs, permissions, adopt });
  },
  "Tool that has adopted": () => {
    const adopt = { role: { name: "search" }, serviceAccount: { name: "search-sa" } };
    new Tool("search", { tenant: acme, permissions, adopt });
  },
  ...withOauth2Providers(),
  AgentStack: () => {
    new AgentStack("desk", { text: manifest });
  },
};
