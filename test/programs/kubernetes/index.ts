import * as aws from "@pulumi/aws";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

const role = new aws.iam.Role("agent", {
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
    ],
  }),
});

const namespace = new k8s.core.v1.Namespace("acme", {
  metadata: { name: "acme", labels: { "agentid.dev/tenant": "acme" } },
});

// No name: the provider makes one.
const account = new k8s.core.v1.ServiceAccount("agent", {
  metadata: {
    namespace: namespace.metadata.name,
    annotations: { "eks.amazonaws.com/role-arn": role.arn },
  },
});

const password = new random.RandomPassword("password", { length: 24 });

const secret = new k8s.core.v1.Secret("crm", {
  metadata: { name: "crm", namespace: "acme" },
  stringData: { password: password.result, token: pulumi.secret("a-made-up-token"), host: "crm" },
});

const labels = { app: "agent" };
new k8s.apps.v1.Deployment("agent", {
  metadata: { namespace: namespace.metadata.name },
  spec: {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        serviceAccountName: account.metadata.name,
        containers: [
          {
            name: "main",
            image: "example/agent:1",
            env: [
              { name: "ROLE", value: role.arn },
              { name: "ROLE_NAME", value: role.name },
              {
                name: "CRM",
                valueFrom: { secretKeyRef: { name: secret.metadata.name, key: "password" } },
              },
            ],
          },
        ],
      },
    },
  },
});

new k8s.yaml.ConfigFile("file", { file: "app.yaml" });

new k8s.yaml.ConfigGroup("group", { files: "group/*.yaml", yaml: [] }, { dependsOn: namespace });

new k8s.yaml.ConfigFile("renamed", {
  file: "app.yaml",
  resourcePrefix: "second",
  transformations: [
    (object: { metadata: { namespace: string } }) => {
      object.metadata.namespace = "globex";
    },
  ],
});

new k8s.apiextensions.CustomResource("identity", {
  apiVersion: "spire.spiffe.io/v1alpha1",
  kind: "ClusterSPIFFEID",
  metadata: { name: "agent" },
  spec: { spiffeIDTemplate: "spiffe://example.org/ns/acme/sa/agent" },
});
