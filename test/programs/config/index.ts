import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const tenant = config.require("tenant");
const token = config.requireSecret("token");
const limits = config.requireObject<{ seconds: number }>("limits");

new aws.iam.Role("agent", {
  name: `${pulumi.getStack()}-${tenant}`,
  maxSessionDuration: limits.seconds,
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
    ],
  }),
});

new aws.ssm.Parameter("token", {
  name: `/${tenant}/token`,
  type: "SecureString",
  value: token,
  description: pulumi.interpolate`of ${pulumi.getProject()}`,
});

export const tokenLength = token.apply((value) => value.length);
