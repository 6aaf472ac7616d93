import * as aws from "@pulumi/aws";

const found = aws.iam.getRoleOutput({ name: "existing" });
const awaited = aws.iam.getRole({ name: "existing" });

new aws.iam.RolePolicyAttachment("output-form", { role: found.name, policyArn: "arn:known" });
new aws.iam.RolePolicyAttachment("promise-form", {
  role: awaited.then((role) => role.name),
  policyArn: awaited.then((role) => `${role.arn}/made-of-text`),
});
new aws.iam.RolePolicyAttachment("json-form", {
  role: "known",
  policyArn: awaited.then((role) => JSON.stringify({ arn: role.arn })),
});

export const account = aws.getCallerIdentityOutput().accountId;
