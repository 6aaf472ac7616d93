import type { Resource } from "../../../core/snapshot/resource";
import { Secret, type Value } from "../../../core/snapshot/value";
import rule from "../../../policy-pack/rules/no-static-tool-credential";
import { outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";

type Inputs = Readonly<Record<string, Value>>;

const providerType =
  "aws:bedrock/agentcoreApiKeyCredentialProvider:AgentcoreApiKeyCredentialProvider";
const secretType = "aws:secretsmanager/secret:Secret";
const gatewayType = "aws:bedrock/agentcoreGateway:AgentcoreGateway";
const platform = urnOf("pulumi:pulumi:StackReference", "platform");
const token = "k3ep1tQu1et-T00";

const legacy = resource("agentid:index:LegacyTool", "crm", { name: "crm" }, { custom: false });
const ofLegacy = { parent: legacy.urn };
const keptKey = resource(secretType, "crm-key", { name: "crm-key" }, ofLegacy);

function provider(inputs: Inputs = {}, options = {}): Resource {
  return resource(providerType, "crm-api", { name: "crm-api", ...inputs }, options);
}

const legacyProvider = provider(
  { apiKeySecretConfig: { secretId: outputOf(keptKey.urn), jsonKey: "apiKey" } },
  ofLegacy,
);

const triage = resource("aws:iam/role:Role", "triage", {
  name: "triage",
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: { Service: "lambda.amazonaws.com" },
      Action: "sts:AssumeRole",
    },
  }),
});

/** A policy of a role that is not the tool's. */
function opens(resources: Value): Resource {
  const statement = { Effect: "Allow", Action: "bedrock-agentcore:GetResourceApiKey" };
  return resource("aws:iam/rolePolicy:RolePolicy", "triage-key", {
    role: outputOf(triage.urn),
    policy: {
      Version: "2012-10-17",
      Statement: [{ ...statement, Resource: resources }],
    },
  });
}

const vault = "arn:aws:bedrock-agentcore:eu-west-1:111122223333:token-vault/default";

const gateway = resource(gatewayType, "tools", { name: "tools", authorizerType: "AWS_IAM" });

function target(credentials: Value): Resource {
  return resource("aws:bedrock/agentcoreGatewayTarget:AgentcoreGatewayTarget", "crm-target", {
    gatewayIdentifier: outputOf(gateway.urn),
    credentialProviderConfiguration: credentials,
  });
}

const byKey = (providerArn: Value) => target({ apiKey: { providerArn } });

function deployment(name: string, container: Inputs, spec: Inputs = {}): Resource {
  return resource("kubernetes:apps/v1:Deployment", name, {
    metadata: { namespace: "acme", name },
    spec: {
      template: {
        spec: { containers: [{ name: "main", image: "acme/app", ...container }], ...spec },
      },
    },
  });
}

const mounted = { volumes: [{ name: "mcp", configMap: { name: "mcp" } }] };

function config(server: Inputs, list = "mcpServers"): Resource {
  return resource("kubernetes:core/v1:ConfigMap", "mcp", {
    metadata: { namespace: "acme", name: "mcp" },
    data: {
      "mcp.json": JSON.stringify({
        [list]: { crm: { url: "https://crm.acme.com/mcp", ...server } },
      }),
    },
  });
}

const permissionHolder = (text: string) => config({ headers: { Authorization: text } });

const at = "mcp: data.mcp.json.mcpServers.crm";
const about = "mcp: crm";

function calls(credential: string, from: string): string {
  return `MCP server \`crm\` is called with a static ${credential} ${from}`;
}

const inConfig = "in its configuration";
const byVariable = "from variable `CRM_TOKEN`";

const byRef: Value = {
  name: "CRM_TOKEN",
  valueFrom: { secretKeyRef: { name: "crm", key: "token" } },
};

/** The LegacyTool `crm`, whose Deployment calls the server with the key of a Secret. */
function legacyServer(env: Value): readonly Resource[] {
  const labels = { "agentid.dev/workload": "crm", "agentid.dev/kind": "tool" };
  const account = { namespace: "acme", name: "crm", labels };
  const tool = deployment("crm", { env: [env] }, mounted);
  return [
    legacy,
    { ...tool, inputs: { ...tool.inputs, metadata: account } },
    resource("kubernetes:core/v1:ServiceAccount", "crm", { metadata: account }, ofLegacy),
  ];
}

const keyOfLoader: Value = {
  name: "CRM_TOKEN",
  valueFrom: { secretKeyRef: { name: "prod", key: "password" } },
};

/** An agent that receives a Secret only if the unknown type of a reference requires it. */
function possible(deployment: Inputs = {}): Resource {
  const valueFrom = { type: outputOf(platform), name: "prod", key: "password" };
  return resource("kubernetes:kagent.dev/v1alpha2:Agent", "report", {
    apiVersion: "kagent.dev/v1alpha2",
    kind: "Agent",
    metadata: { namespace: "acme", name: "report" },
    spec: {
      declarative: {
        deployment,
        tools: [{ envFrom: [{ name: "CRM_TOKEN", valueFrom }] }],
      },
    },
  });
}

/** A Secret that is what the key of a LegacyTool's provider is brought to. */
const brought = resource("kubernetes:external-secrets.io/v1:ExternalSecret", "prod", {
  apiVersion: "external-secrets.io/v1",
  kind: "ExternalSecret",
  metadata: { namespace: "acme", name: "prod" },
  spec: {
    secretStoreRef: { kind: "ClusterSecretStore", name: "aws" },
    data: [{ secretKey: "password", remoteRef: { key: outputOf(keptKey.urn) } }],
  },
});
const store = resource("kubernetes:external-secrets.io/v1:ClusterSecretStore", "aws", {
  apiVersion: "external-secrets.io/v1",
  kind: "ClusterSecretStore",
  metadata: { name: "aws" },
  spec: { provider: { aws: { service: "SecretsManager", region: "eu-west-1" } } },
});

/** A Secret with a server's configuration. */
function secretConfig(authorization: string): Resource {
  return resource("kubernetes:core/v1:Secret", "prod", {
    metadata: { namespace: "acme", name: "prod" },
    stringData: {
      password: JSON.stringify({
        mcpServers: {
          crm: { url: "https://crm.acme.com/mcp", headers: { Authorization: authorization } },
        },
      }),
    },
  });
}
const secretAt = "prod: stringData.password.mcpServers.crm.headers.Authorization";

const passwordType = "random:index/randomPassword:RandomPassword";
const password = resource(passwordType, "crm", { length: 32 });

/** A resource of a cluster that a provider of no known server reaches. */
function elsewhere(one: Resource): readonly Resource[] {
  const type = "pulumi:providers:kubernetes";
  return [resource(type, "x", {}), { ...one, provider: urnOf(type, "x") }];
}

function secretOf(name: string, value: Value): Resource {
  return resource("kubernetes:core/v1:Secret", name, {
    metadata: { namespace: "acme", name },
    stringData: { password: value, token: value },
  });
}

const perhapsOneCluster =
  "it is not known whether the default cluster and provider `x` are of one cluster, as `kubeconfig` of a provider would";

const fromProd = (key: Value): Inputs => ({
  env: [{ name: "CRM_TOKEN", valueFrom: { secretKeyRef: { name: "prod", key } } }],
});

/** That a LegacyTool calls the server with what possibly only it has. */
const perhapsAlone = {
  verdict: "undetermined" as const,
  severity: "high",
  about,
  holder: "acme/crm",
  at: `${at}.headers.Authorization`,
  message: calls("bearer token", byVariable),
  related: ["acme/report: may have it too"],
};

/** A ConfigMap with a credential under one of its keys. */
const settings = resource("kubernetes:core/v1:ConfigMap", "settings", {
  metadata: { namespace: "acme", name: "settings" },
  data: { TOKEN: token, LOG_LEVEL: "debug" },
});
const fromSettings = (key: string) => ({ configMapKeyRef: { name: "settings", key } });

/** That the key of a LegacyTool may go to another role too, as long as something is not known. */
const perhapsHandedOut = (dependsOn: string) => ({
  verdict: "undetermined" as const,
  severity: "high",
  about: "crm-api",
  holder: "triage",
  at: "crm-api: ",
  message:
    "API key credential provider `crm-api` hands out the key of LegacyTool `crm` to others: `triage-key` allows `GetResourceApiKey`",
  dependsOn: [dependsOn],
});

const unknownServer = {
  verdict: "undetermined" as const,
  severity: "high",
  about,
  holder: "acme/triage",
  at: `${at}.headers.Authorization`,
  message: calls("bearer token", byVariable),
};

ruleTester(rule, {
  accepts: [
    {
      name: "a server of a LegacyTool while another workload may hold another key of the Secret",
      resources: [
        ...legacyServer({
          name: "CRM_TOKEN",
          valueFrom: { secretKeyRef: { name: "prod", key: "token" } },
        }),
        possible(),
        permissionHolder("Bearer ${CRM_TOKEN}"),
      ],
    },
    {
      name: "a server of a LegacyTool while a workload of another cluster has a Secret of another name",
      resources: [
        ...legacyServer(keyOfLoader),
        ...elsewhere(deployment("report", { env: [byRef] })),
        permissionHolder("Bearer ${CRM_TOKEN}"),
      ],
    },
    {
      name: "a server of a LegacyTool while another workload has a value of another generator",
      resources: [
        ...legacyServer(keyOfLoader),
        password,
        secretOf("prod", outputOf(password.urn)),
        secretOf("crm", outputOf(urnOf(passwordType, "mail"))),
        deployment("report", { env: [{ ...(byRef as Inputs), name: "OTHER" }] }),
        permissionHolder("Bearer ${CRM_TOKEN}"),
      ],
    },
    {
      name: "the provider of a LegacyTool while another workload may hold another Secret",
      resources: [legacy, keptKey, legacyProvider, possible()],
    },
    {
      name: "the provider of a LegacyTool while a policy opens another one",
      resources: [
        legacy,
        keptKey,
        legacyProvider,
        triage,
        opens(`${vault}/apikeycredentialprovider/mail-api`),
      ],
    },
    {
      name: "the provider of a LegacyTool whose name a preview does not know while a policy opens what is no provider",
      resources: [
        legacy,
        keptKey,
        { ...legacyProvider, inputs: { ...legacyProvider.inputs, name: outputOf(platform) } },
        triage,
        opens(`${vault}/oauth2credentialprovider/mail-api`),
      ],
    },
    {
      name: "a provider of a LegacyTool that alone has the key",
      resources: [legacy, keptKey, legacyProvider],
    },
    {
      name: "a target that is called by the gateway's role, by OAuth2, or as the caller",
      resources: [
        gateway,
        target({ gatewayIamRole: {} }),
        target({
          oauth: {
            providerArn:
              "arn:aws:bedrock-agentcore:eu-west-1:111122223333:token-vault/default/oauth2credentialprovider/crm",
            scopes: [],
          },
        }),
        target({ jwtPassthrough: {} }),
        resource(
          "aws:bedrock/agentcoreOauth2CredentialProvider:AgentcoreOauth2CredentialProvider",
          "crm",
          { name: "crm" },
        ),
      ],
    },
    {
      name: "a server that asks for no credential, or is given none here",
      resources: [
        deployment("triage", {}, mounted),
        config({ headers: { "X-Tenant": "acme", Accept: "text/event-stream" } }),
      ],
    },
    {
      name: "a placeholder",
      resources: [deployment("triage", {}, mounted), permissionHolder("Bearer your-token-here")],
    },
    {
      name: "a variable that nothing static feeds",
      resources: [deployment("triage", {}, mounted), permissionHolder("Bearer ${CRM_TOKEN}")],
    },
    {
      name: "a variable that a ConfigMap feeds with no credential, or that another variable is",
      resources: [
        deployment(
          "triage",
          {
            env: [
              { name: "CRM_TOKEN", valueFrom: fromSettings("LOG_LEVEL") },
              { name: "MAIL_TOKEN", valueFrom: fromSettings("TOKEN") },
            ],
            envFrom: [{ prefix: "MAIL_", configMapRef: { name: "settings" } }],
          },
          mounted,
        ),
        permissionHolder("Bearer ${CRM_TOKEN}"),
        settings,
      ],
    },
    {
      name: "a whole Secret in the environment that does not have the variable",
      resources: [
        deployment("triage", { envFrom: [{ secretRef: { name: "crm" } }] }, mounted),
        permissionHolder("Bearer ${CRM_TOKEN}"),
        resource("kubernetes:core/v1:Secret", "crm", {
          metadata: { namespace: "acme", name: "crm" },
          stringData: { CRM_URL: new Secret("https://crm.acme.com") },
        }),
      ],
    },
    {
      name: "a variable that names the file of a token",
      resources: [
        deployment(
          "triage",
          { env: [{ name: "CRM_TOKEN_FILE", value: "/var/run/crm/token" }] },
          mounted,
        ),
        permissionHolder("Bearer ${CRM_TOKEN}"),
      ],
    },
    {
      name: "servers of another kind of list",
      resources: [deployment("triage", {}, mounted), config({ password: token }, "servers")],
    },
    {
      name: "a credential in a command line that has to do with no such server",
      resources: [
        deployment("triage", { args: ["curl", "--header", `Authorization: Bearer ${token}`] }),
      ],
    },
    {
      name: "a server that one LegacyTool alone has the key of",
      resources: [
        legacy,
        resource("kubernetes:apps/v1:Deployment", "crm", {
          metadata: {
            namespace: "acme",
            name: "crm",
            labels: { "agentid.dev/workload": "crm", "agentid.dev/kind": "tool" },
          },
          spec: {
            template: {
              spec: { containers: [{ name: "main", image: "acme/crm", env: [byRef] }], ...mounted },
            },
          },
        }),
        resource(
          "kubernetes:core/v1:ServiceAccount",
          "crm",
          {
            metadata: { namespace: "acme", name: "crm", labels: { "agentid.dev/workload": "crm" } },
          },
          ofLegacy,
        ),
        permissionHolder("Bearer ${CRM_TOKEN}"),
      ],
    },
  ],
  rejects: [
    {
      name: "a server of a LegacyTool whose key another workload holds by a value that is made of it as undetermined",
      resources: [
        ...legacyServer(keyOfLoader),
        password,
        secretOf("prod", outputOf(password.urn)),
        secretOf("crm", outputOf(password.urn)),
        deployment("report", { env: [byRef] }),
        permissionHolder("Bearer ${CRM_TOKEN}"),
      ],
      findings: [{ ...perhapsAlone, dependsOn: ["crm"] }],
    },
    {
      name: "a server of a LegacyTool whose Secret another workload has a key of that is not known as undetermined",
      resources: [
        ...legacyServer(keyOfLoader),
        deployment("report", fromProd(outputOf(platform))),
        permissionHolder("Bearer ${CRM_TOKEN}"),
      ],
      findings: [{ ...perhapsAlone, dependsOn: ["platform"] }],
    },
    {
      name: "a server of a LegacyTool whose Secret is perhaps that of a workload of another cluster as undetermined",
      resources: [
        ...legacyServer(keyOfLoader),
        ...elsewhere(deployment("report", fromProd("password"))),
        permissionHolder("Bearer ${CRM_TOKEN}"),
      ],
      findings: [{ ...perhapsAlone, reason: perhapsOneCluster }],
    },
    {
      name: "a server of a LegacyTool in a configuration that perhaps is that of a workload of another cluster as undetermined",
      resources: [
        ...legacyServer({ name: "LOG_LEVEL", value: "debug" }),
        ...elsewhere(deployment("report", {}, mounted)),
        permissionHolder(`Bearer ${token}`),
      ],
      findings: [
        {
          ...perhapsAlone,
          message: calls("bearer token", inConfig),
          reason: perhapsOneCluster,
        },
        {
          ...unknownServer,
          holder: "acme/report",
          message: calls("bearer token", inConfig),
          reason: perhapsOneCluster,
        },
      ],
    },
    {
      name: "a server of a LegacyTool whose key another workload may hold as undetermined",
      resources: [
        ...legacyServer(keyOfLoader),
        possible(),
        permissionHolder("Bearer ${CRM_TOKEN}"),
      ],
      findings: [
        {
          verdict: "undetermined",
          severity: "high",
          about,
          holder: "acme/crm",
          at: `${at}.headers.Authorization`,
          message: calls("bearer token", byVariable),
          related: ["acme/report: may have it too"],
          dependsOn: ["platform"],
        },
      ],
    },
    {
      name: "the provider of a LegacyTool whose key another workload may hold as undetermined",
      resources: [legacy, keptKey, legacyProvider, store, brought, possible()],
      findings: [
        {
          verdict: "undetermined",
          severity: "high",
          about: "crm-api",
          at: "crm-api: ",
          message:
            "API key credential provider `crm-api` hands out a static key; no LegacyTool is its only user",
          related: ["acme/report: may have the key"],
          dependsOn: ["platform"],
        },
      ],
    },
    {
      name: "a variable of a configuration that a workload only may read as undetermined",
      resources: [possible({ env: [byRef] }), secretConfig("Bearer ${CRM_TOKEN}")],
      findings: [
        {
          ...unknownServer,
          about: "prod: crm",
          holder: "acme/report",
          at: secretAt,
          message: calls("bearer token", byVariable),
          dependsOn: ["platform"],
        },
      ],
    },
    {
      name: "a bearer token in a configuration that a workload only may read",
      resources: [possible(), secretConfig(`Bearer ${token}`)],
      findings: [
        {
          severity: "high",
          about: "prod: crm",
          at: secretAt,
          message: "MCP server `crm` is called with a static bearer token in its configuration",
        },
      ],
    },
    {
      name: "a bearer token in a configuration of a LegacyTool that another workload may read as undetermined",
      resources: [
        ...legacyServer({ ...keyOfLoader, name: "MCP" }),
        possible(),
        secretConfig(`Bearer ${token}`),
      ],
      findings: [
        {
          verdict: "undetermined",
          severity: "high",
          about: "prod: crm",
          holder: "acme/crm",
          at: secretAt,
          message: calls("bearer token", inConfig),
          related: ["acme/report: may have it too"],
          dependsOn: ["platform"],
        },
        {
          ...unknownServer,
          about: "prod: crm",
          holder: "acme/report",
          at: secretAt,
          message: calls("bearer token", inConfig),
          dependsOn: ["platform"],
        },
      ],
    },
    {
      name: "a provider that no LegacyTool has",
      resources: [provider({ apiKey: new Secret(token) })],
      findings: [
        {
          severity: "high",
          about: "crm-api",
          at: "crm-api: ",
          message:
            "API key credential provider `crm-api` hands out a static key; no LegacyTool is its only user",
        },
      ],
    },
    {
      name: "a LegacyTool's provider whose secret another workload holds too",
      resources: [
        legacy,
        keptKey,
        legacyProvider,
        resource("aws:lambda/function:Function", "report", {
          name: "report",
          environment: { variables: { CRM: outputOf(keptKey.urn) } },
        }),
      ],
      findings: [
        {
          severity: "high",
          about: "crm-api",
          at: "crm-api: ",
          message:
            "API key credential provider `crm-api` hands out a static key; no LegacyTool is its only user",
          related: ["crm: has the key", "report: has the key"],
        },
      ],
    },
    {
      name: "a target that uses a provider of the stack, once",
      resources: [gateway, provider(), byKey(outputOf(urnOf(providerType, "crm-api")))],
      findings: [
        {
          severity: "high",
          about: "crm-api",
          holder: "tools",
          at: "crm-target: credentialProviderConfiguration.apiKey.providerArn",
          message: "API key credential provider `crm-api` gives a gateway the static key of a tool",
        },
      ],
    },
    {
      name: "a target that uses a provider of elsewhere, by its ARN",
      resources: [
        gateway,
        byKey(
          "arn:aws:bedrock-agentcore:eu-west-1:111122223333:token-vault/default/apikeycredentialprovider/crm-api",
        ),
      ],
      findings: [
        {
          severity: "high",
          about: "crm-api",
          holder: "tools",
          at: "crm-target: credentialProviderConfiguration.apiKey.providerArn",
          message: "API key credential provider `crm-api` gives a gateway the static key of a tool",
        },
      ],
    },
    {
      name: "a target that uses a LegacyTool's provider: then not the tool alone has the key",
      resources: [
        legacy,
        keptKey,
        legacyProvider,
        gateway,
        byKey(outputOf(urnOf(providerType, "crm-api"))),
      ],
      findings: [
        {
          severity: "high",
          about: "crm-api",
          holder: "tools",
          at: "crm-target: credentialProviderConfiguration.apiKey.providerArn",
          message: "API key credential provider `crm-api` gives a gateway the static key of a tool",
        },
      ],
    },
    {
      name: "a bearer token from a Secret of unknown name in a configuration without a workload as undetermined",
      resources: [
        resource("kubernetes:toolhive.stacklok.dev/v1beta1:MCPExternalAuthConfig", "crm", {
          metadata: { namespace: "acme", name: "crm" },
          spec: {
            type: "bearerToken",
            bearerToken: { tokenSecretRef: { name: outputOf(platform), key: "token" } },
          },
        }),
      ],
      findings: [
        {
          verdict: "undetermined",
          severity: "high",
          about: "crm: crm",
          at: "crm: spec.bearerToken",
          message: "MCP server `crm` is called with a static bearer token",
          dependsOn: ["platform"],
        },
      ],
    },
    {
      name: "a target whose credentials a preview does not know as undetermined",
      resources: [gateway, target(outputOf(platform))],
      findings: [
        {
          verdict: "undetermined",
          severity: "high",
          about: "tools",
          holder: "tools",
          at: "crm-target: credentialProviderConfiguration",
          message: "`tools` calls a tool with a static API key",
          dependsOn: ["platform"],
        },
      ],
    },
    {
      name: "a bearer token in a ConfigMap that a workload reads",
      resources: [deployment("triage", {}, mounted), permissionHolder(`Bearer ${token}`)],
      findings: [
        {
          severity: "high",
          about,
          holder: "acme/triage",
          at: `${at}.headers.Authorization`,
          message: calls("bearer token", inConfig),
        },
      ],
    },
    {
      name: "a bearer token in a ConfigMap that nobody in the stack reads",
      resources: [permissionHolder(`Bearer ${token}`)],
      findings: [
        {
          severity: "high",
          about,
          at: `${at}.headers.Authorization`,
          message: "MCP server `crm` is called with a static bearer token in its configuration",
        },
      ],
    },
    {
      name: "basic auth in a header and in a URL",
      resources: [
        deployment("triage", {}, mounted),
        config({ url: "https://app:k3ep1tQu1et@crm.acme.com/mcp", headers: {} }),
      ],
      findings: [
        {
          severity: "high",
          about,
          holder: "acme/triage",
          at: `${at}.url`,
          message: calls("basic auth", inConfig),
        },
      ],
    },
    ...(
      [
        ["the Secret that feeds the variable", { env: [byRef] }, []],
        [
          "a whole Secret in the environment that has the variable",
          { envFrom: [{ secretRef: { name: "crm" } }] },
          [
            resource("kubernetes:core/v1:Secret", "crm", {
              metadata: { namespace: "acme", name: "crm" },
              stringData: { CRM_TOKEN: new Secret(token) },
            }),
          ],
        ],
        ["a literal under the variable", { env: [{ name: "CRM_TOKEN", value: token }] }, []],
        [
          "a whole ConfigMap in the environment that has the variable",
          { envFrom: [{ prefix: "CRM_", configMapRef: { name: "settings" } }] },
          [settings],
        ],
        [
          "the key of a ConfigMap that has a credential",
          { env: [{ name: "CRM_TOKEN", valueFrom: fromSettings("TOKEN") }] },
          [settings],
        ],
      ] as const
    ).map(([name, container, more]) => ({
      name: `a bearer token by a variable: ${name}`,
      resources: [
        deployment("triage", container, mounted),
        permissionHolder("Bearer ${CRM_TOKEN}"),
        ...more,
      ],
      findings: [
        {
          severity: "high",
          about,
          holder: "acme/triage",
          at: `${at}.headers.Authorization`,
          message: calls("bearer token", byVariable),
        },
      ],
    })),
    {
      name: "a server of one of two workloads that have the key, once",
      resources: [
        deployment("triage", { env: [byRef] }, mounted),
        deployment("report", { env: [byRef] }),
        permissionHolder("Bearer ${CRM_TOKEN}"),
      ],
      findings: [
        {
          severity: "high",
          about,
          holder: "acme/triage",
          at: `${at}.headers.Authorization`,
          message: calls("bearer token", byVariable),
        },
      ],
    },
    {
      name: "a variable whose value a preview does not know as undetermined",
      resources: [
        deployment("triage", { env: [{ name: "CRM_TOKEN", value: outputOf(platform) }] }, mounted),
        permissionHolder("Bearer ${CRM_TOKEN}"),
      ],
      findings: [{ ...unknownServer, dependsOn: ["platform"] }],
    },
    {
      name: "a variable that a whole Secret may have whose keys a preview does not know as undetermined",
      resources: [
        deployment("triage", { envFrom: [{ secretRef: { name: "crm" } }] }, mounted),
        permissionHolder("Bearer ${CRM_TOKEN}"),
        resource("kubernetes:core/v1:Secret", "crm", {
          metadata: { namespace: "acme", name: "crm" },
          stringData: outputOf(platform),
        }),
      ],
      findings: [{ ...unknownServer, dependsOn: ["platform"] }],
    },
    {
      name: "a variable that a whole Secret of another program may have as undetermined",
      resources: [
        deployment("triage", { envFrom: [{ secretRef: { name: "crm" } }] }, mounted),
        permissionHolder("Bearer ${CRM_TOKEN}"),
      ],
      findings: [unknownServer],
    },
    {
      name: "a variable that an unknown list may have as undetermined",
      resources: [
        deployment("triage", { env: outputOf(platform) }, mounted),
        permissionHolder("Bearer ${CRM_TOKEN}"),
      ],
      findings: [{ ...unknownServer, dependsOn: ["platform"] }],
    },
    {
      name: "a variable that a reference of an unknown type may set as undetermined",
      resources: [possible(mounted), permissionHolder("Bearer ${CRM_TOKEN}")],
      findings: [{ ...unknownServer, holder: "acme/report", dependsOn: ["platform"] }],
    },
    {
      name: "the environment of a server that a workload starts, in a variable of its own",
      resources: [
        deployment("triage", {
          env: [
            {
              name: "MCP_CONFIG",
              value: JSON.stringify({
                mcpServers: { crm: { command: "crm-mcp", env: { CRM_API_KEY: token } } },
              }),
            },
          ],
        }),
      ],
      findings: [
        {
          severity: "high",
          about: "triage: crm",
          holder: "acme/triage",
          at: "triage: spec.template.spec.containers[0].env[0].value.mcpServers.crm.env.CRM_API_KEY",
          message: calls("credential", inConfig),
        },
      ],
    },
    {
      name: "a header in arguments, fed by a Secret",
      resources: [
        deployment("triage", {
          command: ["npx", "mcp-remote", "https://crm.acme.com/mcp"],
          args: ["--header", "Authorization: Bearer $(CRM_TOKEN)"],
          env: [byRef],
        }),
      ],
      findings: [
        {
          severity: "high",
          about: "triage: crm.acme.com",
          holder: "acme/triage",
          at: "triage: spec.template.spec.containers[0]",
          message:
            "MCP server `crm.acme.com` is called with a static bearer token from variable `CRM_TOKEN`",
        },
      ],
    },
    {
      name: "the environment of a runtime of AgentCore",
      resources: [
        resource("aws:bedrock/agentcoreAgentRuntime:AgentcoreAgentRuntime", "triage", {
          agentRuntimeName: "triage",
          environmentVariables: {
            MCP: `mcpServers:\n  crm:\n    url: https://crm.acme.com/mcp\n    headers: { X-Api-Key: ${token} }\n`,
          },
        }),
      ],
      findings: [
        {
          severity: "high",
          about: "triage: crm",
          holder: "triage",
          at: "triage: environmentVariables.MCP.mcpServers.crm.headers.X-Api-Key",
          message: calls("credential", inConfig),
        },
      ],
    },
    {
      name: "a tool of a harness, known or not",
      resources: [
        resource("aws:bedrock/agentcoreHarness:AgentcoreHarness", "triage", {
          harnessName: "triage",
          tools: [
            {
              name: "crm",
              type: "remote_mcp",
              config: {
                remoteMcp: {
                  url: "https://crm.acme.com/mcp",
                  headers: { Authorization: new Secret(`Bearer ${token}`) },
                },
              },
            },
            {
              name: "mail",
              type: "remote_mcp",
              config: {
                remoteMcp: {
                  url: "https://mail.acme.com/mcp",
                  headers: { Authorization: outputOf(platform) },
                },
              },
            },
          ],
        }),
      ],
      findings: [
        {
          severity: "high",
          about: "triage: crm",
          holder: "triage",
          at: "triage: tools[0].mcpServers.crm.headers.Authorization",
          message: calls("bearer token", inConfig),
        },
        {
          verdict: "undetermined" as const,
          severity: "high",
          about: "triage: mail",
          holder: "triage",
          at: "triage: tools[1].mcpServers.mail.headers.Authorization",
          message: "MCP server `mail` is called with a static bearer token",
          dependsOn: ["platform"],
        },
      ],
    },
    {
      name: "the provider of a LegacyTool whose name a preview does not know as undetermined, as a policy may mean it",
      resources: [
        legacy,
        keptKey,
        { ...legacyProvider, inputs: { ...legacyProvider.inputs, name: outputOf(platform) } },
        triage,
        opens(`${vault}/apikeycredentialprovider/mail-api`),
      ],
      findings: [perhapsHandedOut("crm-api")],
    },
    ...(
      [
        ["by a pattern", opens("*")],
        ["by its name", opens(`${vault}/apikeycredentialprovider/crm-api`)],
        ["by its own output", opens(outputOf(legacyProvider.urn))],
      ] as const
    ).map(([how, policy]) => ({
      name: `the provider of a LegacyTool that a policy opens to another role ${how}`,
      resources: [legacy, keptKey, legacyProvider, triage, policy],
      findings: [
        {
          severity: "high" as const,
          about: "crm-api",
          holder: "triage",
          at: "crm-api: ",
          message:
            "API key credential provider `crm-api` hands out the key of LegacyTool `crm` to others: `triage-key` allows `GetResourceApiKey`",
        },
      ],
    })),
    {
      name: "the provider of a LegacyTool as undetermined, where a policy opens what waits for something else",
      resources: [legacy, keptKey, legacyProvider, triage, opens(outputOf(platform))],
      findings: [perhapsHandedOut("platform")],
    },
    {
      name: "the values of a chart",
      resources: [
        resource("kubernetes:helm.sh/v3:Release", "desk", {
          chart: "desk",
          values: {
            agent: {
              mcpServers: {
                crm: {
                  url: "https://crm.acme.com/mcp",
                  headers: { Authorization: `Bearer ${token}` },
                },
                mail: {
                  url: "https://mail.acme.com/mcp",
                  headers: { Authorization: outputOf(platform) },
                },
              },
            },
          },
        }),
      ],
      findings: [
        {
          severity: "high",
          about: "desk: crm",
          holder: "desk",
          at: "desk: values.agent.mcpServers.crm.headers.Authorization",
          message: "MCP server `crm` is called with a static bearer token in its configuration",
        },
        {
          verdict: "undetermined" as const,
          severity: "high",
          about: "desk: mail",
          holder: "desk",
          at: "desk: values.agent.mcpServers.mail.headers.Authorization",
          message: "MCP server `mail` is called with a static bearer token",
          dependsOn: ["platform"],
        },
      ],
    },
  ],
});
