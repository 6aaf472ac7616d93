import * as aws from "@pulumi/aws";
import * as k8s from "@pulumi/kubernetes";

// Which account that is, only the engine's provider answers; offline all that is made of it is unknown.
const account = aws.getCallerIdentityOutput().accountId;

const role = new aws.iam.Role("desk", {
  name: "desk",
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
    ],
  }),
});

new aws.iam.RolePolicy("calls", {
  role: role.name,
  policy: account.apply((id) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "*", Resource: "*" },
        { Effect: "Deny", Action: "sqs:*", Resource: `arn:aws:sqs:eu-west-1:${id}:audit` },
      ],
    }),
  ),
});

// The provider itself reads the text, and wants a cluster for it, or a folder to write to in its place.
const provider = new k8s.Provider("files", { renderYamlToDirectory: "rendered" });

// Policies see all values in plain text, so only the offline preview finds this one unmarked.
new k8s.yaml.v2.ConfigGroup(
  "crm",
  {
    yaml: `
apiVersion: v1
kind: Secret
metadata: { name: crm, namespace: acme }
stringData: { token: k3ep-1t-Qu1et }
`,
  },
  { provider },
);
