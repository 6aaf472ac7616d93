// Tenants and workloads of every federation, as a team changes them. Configuration: `permissions`, what each agent may do
// (`read` or `write`); `workload`, one more in every tenant, by its resource's name, and `renamed`, its name within the tenant;
// `rendered`, a folder to render manifests into.
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as agentid from "pulumi-agentid";

const config = new pulumi.Config();
const account = "arn:aws:iam::111122223333";
const provider = (issuer: string) => `${account}:oidc-provider/${issuer}`;

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
];

/** Who a workload is to an issuer that does not know ServiceAccounts. */
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

const verbs = config.get("permissions") === "write" ? ["get", "patch"] : ["get"];
const actions = config.get("permissions") === "write" ? ["s3:PutObject"] : ["s3:GetObject"];

for (const federation of federations) {
  const kind = Object.keys(federation).join("");
  const isOutside = subjectOf(kind, kind) !== undefined;
  const apiServer = { cidrs: ["10.1.0.0/24"] };
  const tenant = new agentid.Tenant(
    kind,
    isOutside ? { federation } : { federation, apiServer },
    opts,
  );
  for (const resource of ["triage", "search", config.get("workload") ?? ""].filter(Boolean)) {
    const name =
      resource === config.get("workload") ? (config.get("renamed") ?? resource) : resource;
    const subject = subjectOf(kind, resource);
    new agentid.Agent(
      `${kind}-${resource}`,
      {
        name,
        tenant: tenant.ref,
        permissions: [
          {
            actions: name === "triage" ? actions : ["s3:GetObject"],
            resources: ["arn:aws:s3:::tickets/*"],
          },
        ],
        ...(subject === undefined ? rightsOf(name === "triage" ? verbs : ["get"]) : { subject }),
      },
      opts,
    );
  }
}
