import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as agentid from "pulumi-agentid";

const config = new pulumi.Config();

const acme = new agentid.Tenant("acme", {
  // The endpoints of AWS in the cluster's network, STS among them.
  egress: [{ cidr: "10.0.0.0/16", ports: [443] }],
  federation: { eksIrsa: { providerArn: config.require("providerArn") } },
});

/** The one tool that calls the model provider. It holds no key: STS tells the provider who it is. */
const model = new agentid.Tool("model", {
  tenant: acme.ref,
  outbound: {
    audience: "https://api.openai.com/v1",
    maxSeconds: 300,
    // A proxy that lets through what is for the provider's hosts; a NetworkPolicy knows no names.
    egress: [{ namespace: "egress-proxy", ports: [3128] }],
  },
});

const triage = new agentid.Agent("triage", {
  tenant: acme.ref,
  grants: [{ tool: model.ref, intents: ["summarise"] }],
});

for (const [name, workload] of Object.entries({ model, triage })) {
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

/** The role of the tool: what the provider maps to an account of its own. */
export const modelRole = model.roleArn;
