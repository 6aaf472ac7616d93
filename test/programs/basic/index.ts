import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

const caller = aws.getCallerIdentityOutput();

const issuer = new aws.iam.OpenIdConnectProvider("cluster", {
  url: "https://oidc.eks.us-east-1.amazonaws.com/id/0123456789ABCDEF",
  clientIdLists: ["sts.amazonaws.com"],
});

// Known in the preview: nothing in it waits.
export const worker = new aws.iam.Role("worker", {
  assumeRolePolicy: {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
    ],
  },
  tags: { tenant: "acme" },
});

// Unknown in the preview: the document waits for the issuer's ARN.
const agent = new aws.iam.Role("agent", {
  name: "agent",
  assumeRolePolicy: pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: issuer.arn },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: { StringEquals: { "example:sub": "system:serviceaccount:acme:agent" } },
      },
    ],
  }),
});

// Unknown in part: one entry of a list waits, its neighbours do not.
new aws.iam.Role("caller", {
  assumeRolePolicy: aws.iam.getPolicyDocumentOutput({
    statements: [
      {
        actions: ["sts:AssumeRole"],
        principals: [{ type: "AWS", identifiers: [agent.arn] }],
      },
    ],
  }).json,
  managedPolicyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess", agent.arn],
});

// Computed in the preview: a function of known values only.
new aws.iam.Role("computed", {
  assumeRolePolicy: aws.iam.getPolicyDocumentOutput({
    statements: [
      {
        actions: ["sts:AssumeRole"],
        principals: [{ type: "Service", identifiers: ["lambda.amazonaws.com"] }],
      },
    ],
  }).json,
});

// A name made by the provider is known in the preview, so what is built from it is.
new aws.iam.RolePolicy("reads", {
  role: worker.name,
  policy: pulumi.interpolate`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::${worker.name}/*"}]}`,
});

new aws.iam.RolePolicyAttachment("attached", {
  role: agent.id,
  policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess",
});

const password = new random.RandomPassword("password", { length: 24 });

const stored = new aws.secretsmanager.Secret("stored", { name: "acme/crm" });

new aws.secretsmanager.SecretVersion("stored", {
  secretId: stored.id,
  secretString: password.result,
});

new aws.ssm.Parameter("derived", {
  name: "/acme/crm",
  type: "SecureString",
  value: password.result.apply((value) => `prefix-${value}`),
});

new aws.ssm.Parameter("literal", {
  name: "/acme/token",
  type: "SecureString",
  value: pulumi.secret("a-made-up-token"),
  tags: { account: caller.accountId },
});

new aws.lambda.Function("tool", {
  runtime: "nodejs20.x",
  handler: "index.handler",
  role: agent.arn,
  code: new pulumi.asset.AssetArchive({
    "index.js": new pulumi.asset.StringAsset("exports.handler = async () => 0;"),
  }),
  environment: {
    variables: { TABLE: "tickets", PASSWORD: password.result, TOKEN: pulumi.secret("another") },
  },
});

export const agentArn = agent.arn;
export const workerName = worker.name;
export const account = caller.accountId;
export const hidden = pulumi.secret("made-up");
