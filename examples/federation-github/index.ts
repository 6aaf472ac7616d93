import * as pulumi from "@pulumi/pulumi";
import * as agentid from "pulumi-agentid";

const config = new pulumi.Config();
const repository = { repository: "desk", repositoryId: config.require("repositoryId") };

const acme = new agentid.Tenant("acme", {
  federation: {
    github: {
      providerArn: config.require("providerArn"),
      owner: config.require("owner"),
      ownerId: config.require("ownerId"),
    },
  },
});

const reviewer = new agentid.Agent("reviewer", {
  tenant: acme.ref,
  subject: { github: { ...repository, environment: "review" } },
  permissions: [
    {
      actions: ["bedrock:InvokeModel"],
      resources: ["arn:aws:bedrock:eu-central-1::foundation-model/amazon.nova-pro-v1:0"],
    },
  ],
});

const publisher = new agentid.Tool("publisher", {
  tenant: acme.ref,
  subject: { github: { ...repository, environment: "publish" } },
  permissions: [{ actions: ["s3:PutObject"], resources: ["arn:aws:s3:::acme-reports/*"] }],
});

/** The roles; the workflows name them as `role-to-assume`. */
export const roles = { reviewer: reviewer.roleArn, publisher: publisher.roleArn };
