import * as pulumi from "@pulumi/pulumi";
import {
  Agent,
  AgentStack,
  Gateway,
  GrantPolicyStore,
  LegacyTool,
  Orchestrator,
  TaskBroker,
  TaskBrokerDeployment,
  Tenant,
  Tool,
  type AgentArgs,
  type GatewayArgs,
  type TaskBrokerDeploymentArgs,
  type TenantArgs,
  type TenantFederation,
  type TenantRef,
  type WorkloadSubject,
} from "../../../components";
import { legacyArgs, outsideArgs, secretArn, writerArn } from "../legacy-tool/crm";
import { agentCore } from "../gateway/tools";
import { brokered } from "../grant-policy-store/brokered";
import { plainBundle, plainDeployment } from "../task-broker/plain";
import { crm, discoveryUrl, github } from "../oauth2/github";
import { acme, brokerArn, federation, issuer, providerArn } from "../support/acme";
import {
  clusterArn,
  issuers,
  place,
  providerOf,
  trustAnchorArn,
} from "../support/random-federation";

/** A declaration that is accepted, and into which hostile values are put. */
export interface Baseline {
  /** Its distinction from others. */
  readonly name: string;
  /** The component, as the table of argument types names it. */
  readonly component: string;
  /** How errors name it. */
  readonly subject: string;
  readonly args: object;
  readonly make: (args: never) => unknown;
}

const functionArn = "arn:aws:lambda:eu-central-1:111122223333:function:acme_refunds";
const bucketArn = "arn:aws:s3:::tickets";

/** What the manifest of an example needs of the program. */
const manifestValues: Readonly<Record<string, string>> = {
  providerArn,
  issuer,
  modelArn: bucketArn,
  "acme-tickets": bucketArn,
  "acme-refund-orders": bucketArn,
  "globex-tickets": bucketArn,
  "globex-refund-orders": bucketArn,
};

const certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
const kmsKeyArn = "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d";

const everyFederation: Readonly<Record<string, TenantFederation>> = {
  eksIrsa: { eksIrsa: { providerArn, issuer } },
  eksPodIdentity: { eksPodIdentity: { clusterArn, clusterName: "prod" } },
  github: {
    github: { providerArn: providerOf(issuers.github), owner: "acme", ownerId: "1", audience: "a" },
  },
  gitlab: { gitlab: { providerArn: providerOf(issuers.gitlab), group: "acme", audience: "a" } },
  oidc: {
    oidc: {
      providerArn: providerOf(issuers.oidc),
      audience: "a",
      subjectPrefix: "agent:",
      tenantClaim: { claim: "org", value: "acme" },
    },
  },
  spiffe: {
    spiffe: {
      providerArn: providerOf(issuers.spiffe),
      trustDomain: "example.org",
      clusterName: "prod",
      className: "spire",
      audience: "a",
    },
  },
  "rolesAnywhere by an anchor": {
    rolesAnywhere: { trustAnchorArn, account: "111122223333", partition: "aws" },
  },
  "rolesAnywhere by a bundle": {
    rolesAnywhere: { caBundle: certificate, account: "111122223333", partition: "aws" },
  },
  "rolesAnywhere by an authority": {
    rolesAnywhere: {
      certificateAuthorityArn:
        "arn:aws:acm-pca:eu-central-1:111122223333:certificate-authority/0a1b2c3d",
    },
  },
  ecs: { ecs: place },
  lambda: { lambda: place },
  agentCore: { agentCore: place },
};

/** The isolation of a tenant in Kubernetes. */
const isolation: Partial<TenantArgs> = {
  egress: [
    { cidr: "203.0.113.0/24", ports: [443], protocol: "TCP" },
    { namespace: "proxy", ports: [3128] },
  ],
  apiServer: { audience: "https://kubernetes.default.svc", cidrs: ["10.1.0.0/24"], port: 443 },
  quota: { pods: 10, cpu: "8", memory: "16Gi" },
  deployers: [
    { user: "release" },
    { group: "deployers" },
    { serviceAccount: { namespace: "ci", name: "release" } },
  ],
  serviceAccounts: ["triage"],
};

const tenants: readonly Baseline[] = [
  ...Object.entries(everyFederation).map(([name, given]) =>
    tenant(`a tenant of ${name}`, { name: "acme", federation: given }),
  ),
  tenant("a tenant with a fence", {
    name: "acme",
    namespace: "acme",
    federation,
    broker: { roleArn: brokerArn, issuer: "https://broker.acme.example", podIdentity: true },
    maxSession: "2h",
    ...isolation,
  }),
  tenant("a tenant of an existing namespace", { existingNamespace: "acme", federation }),
];

const ref: TenantRef = {
  ...acme,
  madeNamespace: "acme",
  maxSession: "2h",
  apiServer: { cidrs: ["10.1.0.0/24"], audience: "https://kubernetes.default.svc", port: 443 },
  isolated: true,
};

const workload = {
  tenant: ref,
  name: "triage",
  autonomy: "supervised",
  risk: { sensitivity: "internal", effects: ["payment"] },
  permissions: [
    {
      actions: ["s3:GetObject"],
      resources: ["arn:aws:s3:::tickets/*"],
      conditions: [{ test: "StringEquals", variable: "aws:SourceVpce", values: ["vpce-1"] }],
    },
  ],
  kubernetesPermissions: [
    {
      apiGroups: [""],
      resources: ["configmaps"],
      verbs: ["get"],
      resourceNames: ["routing"],
    },
  ],
  outbound: {
    audience: "https://models.example.com",
    maxSeconds: 300,
    signingAlgorithm: "RS256",
    egress: [{ cidr: "203.0.113.0/24", ports: [443] }],
  },
  session: "1h",
} as const;

const grants = [
  {
    tool: {
      tenant: "acme",
      name: "refunds",
      risk: { sensitivity: "internal", effects: [] },
      directCallers: ["desk"],
    },
    intents: ["refund"],
    approval: "none",
    maxSeconds: 300,
  },
  { tool: { tenant: "acme", name: "pay", risk: { effects: ["payment"] } }, intents: ["pay"] },
];

const urn = (type: string): string => `urn:pulumi:prod::desk::${type}::old`;

const subjects: Readonly<Record<string, readonly [keyof typeof everyFederation, WorkloadSubject]>> =
  {
    "an environment of GitHub": [
      "github",
      { github: { repository: "desk", repositoryId: "2", environment: "prod" } },
    ],
    "a ref of GitHub": [
      "github",
      { github: { repository: "desk", repositoryId: "2", ref: "refs/heads/main" } },
    ],
    "a branch of GitLab": [
      "gitlab",
      { gitlab: { project: "desk", projectId: "7", branch: "main" } },
    ],
    "a tag of GitLab": ["gitlab", { gitlab: { project: "desk", projectId: "7", tag: "v1" } }],
    "a subject of an issuer": ["oidc", { oidc: { subject: "agent:triage" } }],
    "a process under SPIRE": [
      "spiffe",
      { spiffe: { parentId: "spiffe://example.org/node", selectors: ["unix:uid:1001"] } },
    ],
    "a certificate": [
      "rolesAnywhere by an anchor",
      { rolesAnywhere: { uri: "spiffe://example.org/triage" } },
    ],
    "a task": ["ecs", { ecs: { family: "acme_triage" } }],
    "a function": ["lambda", { lambda: { functionName: "acme_triage" } }],
    "a runtime": [
      "agentCore",
      {
        agentCore: { runtimeName: "acme_triage", returnUrls: ["https://desk.example.com/agreed"] },
      },
    ],
  };

const outside = Object.entries(subjects).map(([name, [kind, subject]]) =>
  agent(`an agent that is ${name}`, {
    tenant: { ...acme, federation: everyFederation[kind] ?? {} },
    subject,
  }),
);

const rotation = { issued: "2026-11-01", rotateBefore: "2027-01-30", today: "2026-11-25" };

const onAgentCore = {
  tenant: { ...acme, federation: { agentCore: place } },
  subject: { agentCore: {} },
};

const oauth2Providers = [
  { ...github, rotation, clientSecret: { secretsManager: { writerArn } } },
  {
    ...crm,
    rotation,
    clientSecret: { existingSecret: { arn: secretArn, kmsKeyArn, writerArn } },
  },
  {
    ...github,
    name: "written",
    clientId: "written",
    rotation,
    clientSecret: { secretsManager: { value: pulumi.secret("k3ep1t-k3ep1t"), writerArn } },
  },
];

const { name, namespace, boundaryArn } = acme;
const named: TenantRef = { name, namespace, boundaryArn };
const ofCluster = {
  tenant: { ...named, federations: { cluster: { eksIrsa: { providerArn, issuer } } } },
  federation: "cluster",
};

const withMtls = {
  ...plainDeployment.broker,
  place: { ...plainDeployment.broker.place, mtls: { url: "https://mtls.acme.example" } },
};

/** Declarations that, taken together, give every argument that there is. */
export const baselines: readonly Baseline[] = [
  ...tenants,
  ...outside,
  agent("an agent", { ...workload, grants } as unknown as AgentArgs),
  agent("an agent that adopts by import", {
    tenant: acme,
    adopt: {
      role: { name: "triage-irsa", path: "/teams/", import: true },
      serviceAccount: { name: "triage-sa", import: true },
    },
  }),
  agent("an agent that adopts from the stack", {
    tenant: acme,
    adopt: {
      role: { name: "irsa", formerly: { urn: urn("aws:iam/role:Role") } },
      serviceAccount: { name: "sa", formerly: { name: "old", parentUrn: urn("a:b:C") } },
    },
  }),
  agent("an agent with a broker", {
    tenant: { ...acme, broker: { roleArn: brokerArn } },
    grants: [
      {
        tool: { tenant: "acme", name: "refunds" },
        intents: ["refund"],
        approval: "human",
        maxCalls: 10,
        conditions: [
          { key: "amount", atLeast: 1, atMost: 200 },
          { key: "amount", sumAtMost: 1000 },
          { key: "environment", oneOf: ["prod"] },
          { key: "known", is: true },
        ],
      },
    ],
  }),
  agent("an agent whose calls need no details", {
    tenant: { ...acme, broker: { roleArn: brokerArn } },
    grants: [
      {
        tool: { tenant: "acme", name: "search" },
        intents: ["find"],
        withoutDetails: true,
      },
    ],
  }),
  agent("an agent with OAuth2", { ...onAgentCore, oauth2Providers }),
  {
    name: "an orchestrator",
    component: "Orchestrator",
    subject: "orchestrator `desk`",
    args: { ...workload, grants },
    make: (args) => new Orchestrator("desk", args),
  },
  {
    name: "an orchestrator with OAuth2",
    component: "Orchestrator",
    subject: "orchestrator `desk`",
    args: { ...onAgentCore, oauth2Providers, adopt: { role: { name: "irsa" } } },
    make: (args) => new Orchestrator("desk", args),
  },
  tool("a tool", {
    ...workload,
    name: "search",
    risk: { sensitivity: "public" },
    directCallers: ["triage"],
  }),
  tool("a tool with OAuth2", {
    ...onAgentCore,
    oauth2Providers,
    adopt: { role: { name: "irsa" } },
  }),
  tool("a tool with a broker", {
    tenant: { ...acme, broker: { roleArn: brokerArn } },
    sessions: [{ intents: ["find"], wholeRole: true }],
    defaults: { intent: "find", sensitivity: "internal" },
  }),
  legacyTool("a legacy tool with a made secret", {
    ...legacyArgs,
    ...workload,
    outbound: undefined,
    rotation,
    key: { secretsManager: { value: pulumi.secret("k3ep1t-k3ep1t"), writerArn } },
    apiKeyProvider: { jsonKey: "apiKey" },
  }),
  legacyTool("a legacy tool with an existing secret", {
    ...legacyArgs,
    outbound: workload.outbound,
    key: { existingSecret: { arn: secretArn, kmsKeyArn, writerArn } },
    adopt: { serviceAccount: { name: "crm-sa" } },
  }),
  legacyTool("a legacy tool with an external secret", {
    ...legacyArgs,
    egress: [{ namespace: "proxy", ports: [3128], protocol: "TCP" }],
    key: {
      externalSecret: {
        store: "vault",
        storeKind: "SecretStore",
        remoteKey: "legacy/crm",
        property: "key",
      },
    },
  }),
  legacyTool("a legacy tool outside Kubernetes", {
    ...outsideArgs,
    tenant: { ...acme, federation: { lambda: place } },
    subject: { lambda: {} },
  }),
  gateway("a gateway before functions", {
    tenant: { ...acme, federation: { lambda: place } },
    name: "tools",
    targets: [
      {
        tool: { tenant: "acme", name: "refunds", serviceArn: functionArn },
        arn: functionArn,
        operations: [
          {
            name: "refund",
            intents: ["refund"],
            description: "Pays back.",
            parameters: [
              { name: "order", type: "string", description: "Its number.", required: true },
              { name: "lines", type: "array", items: "integer" },
            ],
          },
        ],
      },
    ],
  }),
  gateway("a gateway with tokens", {
    tenant: { ...acme, federation: { agentCore: place } },
    jwt: {
      discoveryUrl,
      allowedAudiences: ["desk"],
      allowedClients: ["desk"],
      clientClaim: "client_id",
    },
    targets: [
      {
        tool: {
          tenant: "acme",
          name: "search",
          serviceArn: `${agentCore}:runtime/acme_search-??????????`,
        },
        arn: `${agentCore}:runtime/acme_search-a1B2c3D4e5`,
        operations: [{ name: "find", intents: ["find"] }],
      },
    ],
  }),
  agent("an agent that calls through a gateway", {
    ...onAgentCore,
    grants: [
      {
        tool: { tenant: "acme", name: "search", serviceArn: functionArn },
        intents: ["find"],
        gateway: {
          tenant: "acme",
          name: "tools",
          arn: `${agentCore}:gateway/acme-tools-a1B2c3D4e5`,
          arnPattern: `${agentCore}:gateway/acme-tools-??????????`,
          policyEngineId: "acme_tools-a1B2c3D4e5",
          operations: [{ tool: "search", name: "find", intents: ["find"] }],
        },
      },
    ],
  }),
  agent("an agent that calls with tokens through a gateway", {
    ...onAgentCore,
    oauth2Providers: [crm],
    grants: [
      {
        tool: { tenant: "acme", name: "search" },
        intents: ["find"],
        gateway: {
          tenant: "acme",
          name: "tools",
          arn: `${agentCore}:gateway/acme-tools-a1B2c3D4e5`,
          arnPattern: `${agentCore}:gateway/acme-tools-??????????`,
          policyEngineId: "acme_tools-a1B2c3D4e5",
          operations: [{ tool: "search", name: "find", intents: ["find"] }],
          jwt: { discoveryUrl, allowedAudiences: ["a"], allowedClients: ["a"], clientClaim: "azp" },
        },
      },
    ],
  }),
  {
    name: "a policy store of grants",
    component: "GrantPolicyStore",
    subject: "policy store `decisions`",
    args: {
      workloads: [
        brokered("triage", [
          {
            tool: "refunds",
            intents: ["refund"],
            sensitivity: "internal",
            approval: "none",
            maxSeconds: 300,
            conditions: [
              { key: "amount", atLeast: 1, atMost: 200 },
              { key: "environment", oneOf: ["prod"] },
              { key: "known", is: true },
            ],
          },
        ]),
      ],
      deletionProtection: true,
    },
    make: (args) => new GrantPolicyStore("decisions", args),
  },
  {
    name: "a stack of a text",
    component: "AgentStack",
    subject: "agent stack `desk`",
    args: {
      text: [
        "federations:",
        `  cluster: { eksIrsa: { providerArn: "${providerArn}" } }`,
        "tenants:",
        "  acme:",
        "    federation: cluster",
        "    agents:",
        "      triage:",
        "        permissions: [{ actions: ['s3:GetObject'], resources: ['${bucket}/*'] }]",
      ].join("\n"),
      values: { bucket: "arn:aws:s3:::tickets" },
    },
    make: (args) => new AgentStack("desk", args),
  },
  {
    name: "a stack of a file",
    component: "AgentStack",
    subject: "agent stack `desk`",
    args: {
      file: "examples/support-desk-yaml/agents.yaml",
      values: manifestValues,
    },
    make: (args) => new AgentStack("desk", args),
  },
  {
    name: "a task broker",
    component: "TaskBroker",
    subject: "task broker `decider`",
    args: {
      tenant: "acme",
      issuer: "https://broker.acme.example",
      federation,
      name: "decider",
      namespace: "acme-broker",
      tasksNamespace: "acme-tasks",
      mtls: { url: "https://broker.acme.example:8444", port: 8444 },
    },
    make: (args) => new TaskBroker("decider", args),
  },
  deployment("a task broker with mutual TLS", {
    broker: withMtls,
    issuers: plainDeployment.issuers.map((each) =>
      each.kind === "spiffe" ? { ...each, keySet: plainBundle } : each,
    ),
    tools: plainDeployment.tools.map((each) => ({
      ...each,
      certificateHeader: "X-Forwarded-Client-Cert",
    })),
  }),
  deployment("a task broker on a volume", {
    state: { sqlite: { size: "1Gi", storageClass: "gp3" } },
    users: { issuer: "people", audiences: ["agents"], name: "sub", require: { org: "acme" } },
    approvers: { require: { groups: "approvers" } },
    operators: { require: { groups: "platform" } },
    loginClient: "approvals",
    limits: {
      taskSeconds: 3600,
      depth: 4,
      approvalSeconds: 900,
      perMinute: 600,
      trailDays: 30,
      drainSeconds: 10,
    },
    egress: [{ cidr: "203.0.113.0/24", ports: [443] }],
    ingress: [{ namespace: "ingress" }, { cidr: "10.3.0.0/24", operations: true }],
  }),
  deployment("a task broker with a database", {
    state: {
      postgres: {
        host: "db.c9akciq32.eu-central-1.rds.amazonaws.com",
        port: 5432,
        database: "broker",
        user: "broker",
        cidrs: ["10.4.0.0/24"],
        caBundle: certificate,
        rdsResourceId: "cluster-ABC123",
      },
    },
  }),
  deployment("a task broker that logs in by a certificate", {
    state: {
      postgres: {
        host: "db.acme.example",
        database: "broker",
        user: "broker",
        cidrs: ["10.4.0.0/24"],
        certificateSecret: "login",
      },
    },
  }),
  deployment("a task broker behind a load balancer, with a certificate of cert-manager", {
    tls: {
      certManager: { issuer: { name: "platform", kind: "Issuer" } },
      acm: { certificateArn: "arn:aws:acm:eu-central-1:111122223333:certificate/0123" },
    },
    ingress: [{ cidr: "10.6.0.0/16" }],
  }),
  tenant("a tenant of several federations", {
    name: "acme",
    federations: { cluster: federation, functions: { lambda: place } },
  }),
  agent("an agent of one of several federations", ofCluster),
  tool("a tool of one of several federations", ofCluster),
  legacyTool("a legacy tool of one of several federations", { ...legacyArgs, ...ofCluster }),
  {
    name: "an orchestrator of one of several federations",
    component: "Orchestrator",
    subject: "orchestrator `desk`",
    args: ofCluster,
    make: (args) => new Orchestrator("desk", args),
  },
  gateway("a gateway of one of several federations", {
    tenant: { ...named, federations: { functions: { lambda: place } } },
    federation: "functions",
    targets: [
      {
        tool: { tenant: "acme", name: "refunds", serviceArn: functionArn },
        operations: [{ name: "refund", description: "Pays money back" }],
      },
    ],
  }),
];

function tenant(name: string, args: TenantArgs): Baseline {
  return {
    name,
    component: "Tenant",
    subject: "tenant `acme`",
    args,
    make: (given) => new Tenant("acme", given),
  };
}

function agent(name: string, args: AgentArgs): Baseline {
  return {
    name,
    component: "Agent",
    subject: "agent `triage`",
    args,
    make: (given) => new Agent("triage", given),
  };
}

function tool(name: string, args: object): Baseline {
  return {
    name,
    component: "Tool",
    subject: "tool `search`",
    args,
    make: (given) => new Tool("search", given),
  };
}

function gateway(name: string, args: GatewayArgs): Baseline {
  return {
    name,
    component: "Gateway",
    subject: "gateway `tools`",
    args,
    make: (given) => new Gateway("tools", given),
  };
}

function deployment(name: string, args: Partial<TaskBrokerDeploymentArgs>): Baseline {
  const tenant = { ...ref, broker: { roleArn: plainDeployment.broker.roleArn } };
  const { tlsSecret, ...others } = plainDeployment;
  const certificate = args.tls?.certManager === undefined ? { tlsSecret } : {};
  return {
    name,
    component: "TaskBrokerDeployment",
    subject: "task broker deployment `decider`",
    args: { ...others, ...certificate, tenant, ...args },
    make: (given) => new TaskBrokerDeployment("decider", given),
  };
}

function legacyTool(name: string, args: object): Baseline {
  return {
    name,
    component: "LegacyTool",
    subject: "tool `crm`",
    args,
    make: (given) => new LegacyTool("crm", given),
  };
}
