// An agent's own pods, and a function with the agent's role as well: by its ARN, which a preview has before it exists.
import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as agentid from "pulumi-agentid";

const issuer = "oidc.eks.eu-central-1.amazonaws.com/id/ABC";
const acme = new agentid.Tenant("acme", {
  federation: { eksIrsa: { providerArn: `arn:aws:iam::111122223333:oidc-provider/${issuer}` } },
});
const triage = new agentid.Agent("triage", { tenant: acme.ref });

new kubernetes.apps.v1.Deployment("triage", {
  metadata: { namespace: acme.namespace },
  spec: {
    selector: { matchLabels: triage.pod.labels },
    template: {
      metadata: { labels: triage.pod.labels },
      spec: {
        ...triage.pod.spec,
        containers: [
          {
            ...triage.pod.container,
            name: "main",
            image: "registry.example.com/triage@sha256:0a1b",
          },
        ],
      },
    },
  },
});

new aws.lambda.Function("intruder", {
  role: triage.roleArn,
  runtime: "nodejs22.x",
  handler: "index.handler",
  code: new pulumi.asset.AssetArchive({
    "index.js": new pulumi.asset.StringAsset("exports.handler = async () => 0;"),
  }),
});
