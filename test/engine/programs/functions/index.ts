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

const tickets = new aws.s3.Bucket("tickets");
const reading = aws.iam.getPolicyDocumentOutput({
  statements: [{ actions: ["s3:GetObject"], resources: [tickets.arn] }],
});
new aws.iam.Policy("of-document", { policy: reading.json });

export const account = aws.getCallerIdentityOutput().accountId;
