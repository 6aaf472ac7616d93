import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as agentid from "pulumi-agentid";

const config = new pulumi.Config();
const account = config.require("account");
const region = new pulumi.Config("aws").require("region");

const acme = new agentid.Tenant("acme", { federation: { lambda: { account, region } } });

/** Lambda writes a function's logs with the function's role. */
const logs = (name: string): agentid.Permission => ({
  actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
  resources: [`arn:aws:logs:${region}:${account}:log-group:/aws/lambda/${name}:*`],
});

const search = new agentid.Tool("search", {
  tenant: acme.ref,
  subject: { lambda: { functionName: "acme-search" } },
  permissions: [
    logs("acme-search"),
    { actions: ["s3:GetObject"], resources: ["arn:aws:s3:::acme-tickets/*"] },
  ],
});

const triage = new agentid.Agent("triage", {
  tenant: acme.ref,
  subject: { lambda: { functionName: "acme-triage" } },
  permissions: [logs("acme-triage")],
  grants: [{ tool: search.ref, intents: ["find-tickets"] }],
});

for (const [name, workload] of Object.entries({ search, triage })) {
  new aws.cloudwatch.LogGroup(name, { name: `/aws/lambda/acme-${name}`, retentionInDays: 30 });
  new aws.lambda.Function(name, {
    ...workload.lambda,
    packageType: "Image",
    imageUri: `${config.require("images")}/${name}:1.4.0`,
  });
}

/** The roles; each is of use to its own function alone. */
export const roles = { search: search.roleArn, triage: triage.roleArn };
