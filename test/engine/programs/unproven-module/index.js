import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const region = await aws.getRegion({});
export const name = `in ${region.name}`;

const me = await aws.getCallerIdentity({});
if (me.accountId === "1") new aws.iam.User("first");

const vpc = new pulumi.StackReference("acme/network/prod").getOutput("vpc");
vpc.apply((id) => new aws.iam.User(`of-${id}`));
vpc.apply((id) => id.trim());
