import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as agentid from "pulumi-agentid";

const config = new pulumi.Config();

const acme = new agentid.Tenant("acme", {
  // The endpoints of AWS in the cluster's network.
  egress: [{ cidr: "10.0.0.0/16", ports: [443] }],
  federation: {
    spiffe: {
      providerArn: config.require("providerArn"),
      trustDomain: config.require("trustDomain"),
      clusterName: config.require("clusterName"),
    },
  },
});

// Runs on the cluster: SPIRE knows it by its ServiceAccount.
const triage = new agentid.Agent("triage", { tenant: acme.ref });

// Runs on a virtual machine: SPIRE knows it by what the agent there finds.
const search = new agentid.Tool("search", {
  tenant: acme.ref,
  subject: {
    spiffe: { parentId: "spiffe://example.org/node/search", selectors: ["unix:user:search"] },
  },
  permissions: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::acme-tickets/*"] }],
});

new kubernetes.apps.v1.Deployment("triage", {
  metadata: { name: "triage", namespace: triage.namespace },
  spec: {
    selector: { matchLabels: triage.pod.labels },
    template: {
      metadata: { labels: triage.pod.labels },
      spec: {
        ...triage.pod.spec,
        containers: [
          { ...triage.pod.container, name: "main", image: "registry.example.com/triage:1.0.0" },
        ],
      },
    },
  },
});

/** The role of each workload. */
export const roles = { triage: triage.roleArn, search: search.roleArn };
