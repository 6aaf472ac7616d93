import * as agentid from "pulumi-agentid";

const account = "111122223333";
const issuer = "oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE";

/** How the workloads of each tenant prove who they are. */
const federations: Record<string, agentid.TenantFederation> = {
  acme: {
    eksIrsa: {
      providerArn: `arn:aws:iam::${account}:oidc-provider/${issuer}`,
      issuer: `https://${issuer}`,
    },
  },
  globex: {
    eksPodIdentity: { clusterArn: `arn:aws:eks:eu-central-1:${account}:cluster/agents` },
  },
};

for (const [name, federation] of Object.entries(federations)) {
  const tenant = new agentid.Tenant(name, {
    federation,
    apiServer: { cidrs: ["10.96.0.1/32"] },
    serviceAccounts: ["inspector", "triage"],
    deployers: [
      { group: `${name}-deployers` },
      { serviceAccount: { namespace: "ci", name: `${name}-deployer` } },
    ],
  });
  new agentid.Tool(`${name}-inspector`, {
    name: "inspector",
    tenant: tenant.ref,
    kubernetesPermissions: [
      { apiGroups: [""], resources: ["configmaps"], verbs: ["get"], resourceNames: ["settings"] },
      { apiGroups: ["apps"], resources: ["deployments"], verbs: ["get", "list", "watch"] },
    ],
  });
  new agentid.Agent(`${name}-triage`, { name: "triage", tenant: tenant.ref });
}
