import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { runContainer } from "./run-container";
import { serviceAccountRole } from "./service-account-role";

const config = new pulumi.Config();
const cluster = { providerArn: config.require("providerArn"), issuer: config.require("issuer") };

// One role for all integrations, which any ServiceAccount of any namespace can assume.
const integrations = serviceAccountRole("integrations", cluster, "system:serviceaccount:*:*");

// One access key for whatever calls AWS from outside the role.
const integrationUser = new aws.iam.User("integrations");
const integrationKey = new aws.iam.AccessKey("integrations", { user: integrationUser.name });

// The chat bot's token. It is made up, and is put together here so that scanners of this repository keep calm.
const chatToken = ["xoxb", "123456789012", "1234567890123", "MadeUpForThisExample0000"].join("-");

const acme = runAssistant("acme");
const globex = runAssistant("globex");

// The records of all customers, read with one role that the assistants of both step on to.
const records = new aws.s3.Bucket("customer-records");
const recordsReader = new aws.iam.Role("customer-records-reader", {
  assumeRolePolicy: {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: [acme.role.arn, globex.role.arn] },
        Action: "sts:AssumeRole",
      },
    ],
  },
});
new aws.iam.RolePolicy("customer-records-reader", {
  role: recordsReader.name,
  policy: {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "s3:GetObject",
        Resource: pulumi.interpolate`${records.arn}/*`,
      },
    ],
  },
});

// The desk itself, for the first customer: six workloads on one account, five of them with the access key.
const { namespace } = acme;
const account = new kubernetes.core.v1.ServiceAccount("integrations", {
  metadata: {
    name: "integrations",
    namespace,
    annotations: { "eks.amazonaws.com/role-arn": integrations.arn },
  },
});
const serviceAccountName = account.metadata.name;
const keySecret = new kubernetes.core.v1.Secret("integration-key", {
  metadata: { name: "integration-key", namespace },
  stringData: {
    AWS_ACCESS_KEY_ID: integrationKey.id,
    AWS_SECRET_ACCESS_KEY: integrationKey.secret,
  },
});
for (const name of ["triage", "resolution", "ticket-search", "knowledge-base", "refunds"]) {
  runContainer(name, {
    namespace,
    serviceAccountName,
    envFromSecret: keySecret.metadata.name,
  });
}
runContainer("desk", {
  namespace,
  serviceAccountName,
  env: [{ name: "SLACK_BOT_TOKEN", value: chatToken }],
});

/** A customer's namespace, and an assistant in it with a role of its own. */
function runAssistant(customer: string): {
  namespace: pulumi.Output<string>;
  role: aws.iam.Role;
} {
  const namespace = new kubernetes.core.v1.Namespace(customer, {
    metadata: { name: customer, labels: { "agentid.dev/tenant": customer } },
  }).metadata.name;
  const role = serviceAccountRole(
    `${customer}-assistant`,
    cluster,
    `system:serviceaccount:${customer}:assistant`,
  );
  const account = new kubernetes.core.v1.ServiceAccount(`${customer}-assistant`, {
    metadata: {
      name: "assistant",
      namespace,
      annotations: { "eks.amazonaws.com/role-arn": role.arn },
    },
  });
  runContainer(`${customer}-assistant`, {
    namespace,
    serviceAccountName: account.metadata.name,
  });
  return { namespace, role };
}
