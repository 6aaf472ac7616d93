// Tenants and workloads of every federation, as a team changes them. Configuration: `permissions`, what each agent and each
// tool with a key may do (`read` or `write`); `intents`, the intents of agents; `granted`, whether a second agent may call that
// tool; `issued`, the day of issue of each key; `workload`, one more in every tenant, by its resource's name, and `renamed`,
// its name within the tenant; `key`, one more tool with a key; `rendered`, a folder to render manifests into.
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as agentid from "pulumi-agentid";

const config = new pulumi.Config();
const account = "arn:aws:iam::111122223333";
const provider = (issuer: string) => `${account}:oidc-provider/${issuer}`;

const place = { account: "111122223333", region: "eu-central-1" };

const federations: readonly agentid.TenantFederation[] = [
  { eksIrsa: { providerArn: provider("oidc.eks.eu-central-1.amazonaws.com/id/ABC") } },
  { eksPodIdentity: { clusterArn: "arn:aws:eks:eu-central-1:111122223333:cluster/prod" } },
  {
    github: {
      providerArn: provider("token.actions.githubusercontent.com"),
      owner: "acme",
      ownerId: "1",
    },
  },
  { gitlab: { providerArn: provider("gitlab.com"), group: "acme" } },
  { oidc: { providerArn: provider("issuer.example.com"), audience: "sts.amazonaws.com" } },
  {
    spiffe: {
      providerArn: provider("oidc-discovery.example.org"),
      trustDomain: "example.org",
      clusterName: "prod",
    },
  },
  {
    rolesAnywhere: {
      certificateAuthorityArn:
        "arn:aws:acm-pca:eu-central-1:111122223333:certificate-authority/0a1b2c3d",
    },
  },
  { ecs: place },
  { lambda: place },
  { agentCore: place },
];

/** The subject of a workload at an issuer without ServiceAccounts. */
function subjectOf(kind: string, name: string): agentid.WorkloadSubject | undefined {
  switch (kind) {
    case "github":
      return { github: { repository: name, repositoryId: "2", environment: "prod" } };
    case "gitlab":
      return { gitlab: { project: name, projectId: "7", branch: "main" } };
    case "oidc":
      return { oidc: { subject: `agent:${name}` } };
    case "rolesAnywhere":
      return { rolesAnywhere: { uri: `spiffe://example.org/${name}` } };
    case "ecs":
      return { ecs: {} };
    case "lambda":
      return { lambda: {} };
    case "agentCore":
      return { agentCore: {} };
    default:
      return undefined;
  }
}

const rendered = config.get("rendered");
const opts: pulumi.ComponentResourceOptions =
  rendered === undefined
    ? {}
    : {
        providers: [new kubernetes.Provider("manifests", { renderYamlToDirectory: rendered })],
      };

/** What a workload may do in its namespace, if it has one. */
function rightsOf(verbs: string[]): Pick<agentid.AgentArgs, "kubernetesPermissions"> {
  return {
    kubernetesPermissions: [{ apiGroups: ["example.com"], resources: ["tickets"], verbs }],
  };
}

const isWriting = config.get("permissions") === "write";
const verbs = isWriting ? ["get", "patch"] : ["get"];
const read: agentid.Permission[] = [
  { actions: ["s3:GetObject"], resources: ["arn:aws:s3:::tickets/*"] },
];
const write: agentid.Permission[] = [
  { actions: ["s3:PutObject"], resources: ["arn:aws:s3:::tickets/*"] },
];
const more = config.get("workload");

for (const federation of federations) {
  const kind = Object.keys(federation).join("");
  const isOutside = subjectOf(kind, kind) !== undefined;
  const apiServer = { cidrs: ["10.1.0.0/24"] };
  const { ref } = new agentid.Tenant(
    kind,
    isOutside ? { federation } : { federation, apiServer },
    opts,
  );
  /** What a workload of this tenant is made from whatever its kind. */
  const argsOf = (name: string, resource = name) => {
    const subject = subjectOf(kind, resource);
    return { name, tenant: ref, ...(subject !== undefined && { subject }) };
  };

  const tool = new agentid.Tool(
    `${kind}-refunds`,
    { ...argsOf("refunds"), permissions: read, directCallers: ["triage", "search"] },
    opts,
  );
  const grant = { tool: tool.ref, intents: (config.get("intents") ?? "find").split(",") };
  for (const resource of ["triage", "search", more ?? ""].filter(Boolean)) {
    const isChanging = resource === "triage";
    const name = resource === more ? (config.get("renamed") ?? resource) : resource;
    const isGranted = isChanging || (resource === "search" && config.get("granted") === "true");
    new agentid.Agent(
      `${kind}-${resource}`,
      {
        ...argsOf(name, resource),
        permissions: isChanging && isWriting ? write : read,
        ...(isGranted && { grants: [grant] }),
        ...(!isOutside && rightsOf(isChanging ? verbs : ["get"])),
      },
      opts,
    );
  }
  for (const resource of ["crm", config.get("key") ?? ""].filter(Boolean)) {
    new agentid.LegacyTool(
      `${kind}-${resource}`,
      {
        ...argsOf(resource),
        permissions: isWriting ? write : read,
        host: "crm.example.com",
        key: {
          secretsManager: {
            value: config.requireSecret("keyValue"),
            writerArn: `${account}:role/deployer`,
          },
        },
        rotation: {
          issued: config.get("issued") ?? "2026-11-01",
          rotateBefore: "2027-01-29",
        },
        ...(!isOutside && { egress: [{ cidr: "203.0.113.10/32", ports: [443] }] }),
      },
      opts,
    );
  }
}
