import * as pulumi from "@pulumi/pulumi";
import * as agentid from "pulumi-agentid";

const config = new pulumi.Config();

const acme = new agentid.Tenant("acme", {
  federation: {
    gitlab: { providerArn: config.require("providerArn"), group: config.require("group") },
  },
});

const reviewer = new agentid.Agent("reviewer", {
  tenant: acme.ref,
  subject: {
    gitlab: { project: "desk/reviewer", projectId: config.require("reviewerId"), branch: "main" },
  },
});

const publisher = new agentid.Tool("publisher", {
  tenant: acme.ref,
  subject: {
    gitlab: { project: "desk/publisher", projectId: config.require("publisherId"), branch: "main" },
  },
  permissions: [{ actions: ["s3:PutObject"], resources: ["arn:aws:s3:::acme-reports/*"] }],
});

/** The roles; the jobs name them as `AWS_ROLE_ARN`. */
export const roles = { reviewer: reviewer.roleArn, publisher: publisher.roleArn };
