import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as agentid from "pulumi-agentid";

const config = new pulumi.Config();

const acme = new agentid.Tenant("acme", {
  // The endpoints of AWS in the cluster's network.
  egress: [{ cidr: "10.0.0.0/16", ports: [443] }],
  federation: { eksIrsa: { providerArn: config.require("providerArn") } },
});

const search = new agentid.Tool("search", {
  tenant: acme.ref,
  permissions: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::acme-tickets/*"] }],
});

const triage = new agentid.Agent("triage", {
  tenant: acme.ref,
  grants: [{ tool: search.ref, intents: ["find-tickets"] }],
});

for (const [name, workload] of Object.entries({ search, triage })) {
  new kubernetes.apps.v1.Deployment(name, {
    metadata: { name, namespace: workload.namespace },
    spec: {
      selector: { matchLabels: workload.pod.labels },
      template: {
        metadata: { labels: workload.pod.labels },
        spec: {
          ...workload.pod.spec,
          containers: [
            {
              ...workload.pod.container,
              name: "main",
              image: `registry.example.com/${name}:1.0.0`,
            },
          ],
        },
      },
    },
  });
}

/** The role of each workload, as CloudTrail shows it. */
export const roles = { search: search.roleArn, triage: triage.roleArn };
