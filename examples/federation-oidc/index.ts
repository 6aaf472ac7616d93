import * as pulumi from "@pulumi/pulumi";
import * as agentid from "pulumi-agentid";

const config = new pulumi.Config();

const acme = new agentid.Tenant("acme", {
  federation: {
    oidc: {
      providerArn: config.require("providerArn"),
      audience: "aws-acme",
      subjectPrefix: "acme:",
    },
  },
});

const search = new agentid.Tool("search", {
  tenant: acme.ref,
  subject: { oidc: { subject: "acme:search" } },
  permissions: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::acme-tickets/*"] }],
});

const triage = new agentid.Agent("triage", {
  tenant: acme.ref,
  subject: { oidc: { subject: "acme:triage" } },
  grants: [{ tool: search.ref, intents: ["find-tickets"] }],
});

/** The role of each workload. */
export const roles = { search: search.roleArn, triage: triage.roleArn };
