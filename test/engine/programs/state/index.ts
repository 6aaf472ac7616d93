import * as aws from "@pulumi/aws";

const role = new aws.iam.Role("agent", { assumeRolePolicy: "{}" });
const fresh = new aws.iam.Role("fresh", { assumeRolePolicy: "{}" });

new aws.iam.RolePolicyAttachment("known", { role: role.name, policyArn: role.arn });
new aws.iam.RolePolicyAttachment("unknown", { role: fresh.id, policyArn: fresh.arn });
export const id = role.id;
