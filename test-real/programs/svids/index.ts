import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as agentid from "pulumi-agentid";

const config = new pulumi.Config();
const account = "111122223333";
const trustDomain = "agents.example";

/** Two tenants whose workloads have JWT-SVIDs: as pods, and outside Kubernetes. */
for (const name of ["acme", "globex"]) {
  const tenant = new agentid.Tenant(name, {
    federation: {
      spiffe: {
        providerArn: `arn:aws:iam::${account}:oidc-provider/oidc.agents.example`,
        trustDomain,
        clusterName: "prod",
      },
    },
  });
  for (const pod of ["desk", "triage"]) {
    const agent = new agentid.Agent(`${name}-${pod}`, { name: pod, tenant: tenant.ref });
    new kubernetes.apps.v1.Deployment(`${name}-${pod}`, {
      metadata: { name: pod, namespace: agent.namespace },
      spec: {
        selector: { matchLabels: agent.pod.labels },
        template: {
          metadata: { labels: agent.pod.labels },
          spec: {
            ...agent.pod.spec,
            containers: [
              { ...agent.pod.container, name: "main", image: `registry.example/${pod}:1.0.0` },
            ],
          },
        },
      },
    });
  }
  new agentid.Tool(`${name}-mail`, {
    name: "mail",
    tenant: tenant.ref,
    subject: {
      spiffe: {
        parentId: `spiffe://${trustDomain}/spire/agent/join_token/${name}-host`,
        selectors: ["unix:uid:1001"],
      },
    },
  });
}

/** Two tenants whose workloads have X.509-SVIDs, which IAM Roles Anywhere takes. */
for (const name of ["initech", "umbrella"]) {
  const tenant = new agentid.Tenant(name, {
    federation: { rolesAnywhere: { caBundle: config.require("bundle"), account } },
  });
  for (const robot of ["welder", "painter"]) {
    new agentid.Agent(`${name}-${robot}`, {
      name: robot,
      tenant: tenant.ref,
      subject: { rolesAnywhere: { uri: `spiffe://${trustDomain}/tenant/${name}/robot/${robot}` } },
    });
  }
}
