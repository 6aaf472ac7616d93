import * as pulumi from "@pulumi/pulumi";
import { SupportDesk } from "./support-desk";

const config = new pulumi.Config();
const cluster = {
  providerArn: config.require("providerArn"),
  issuer: config.require("issuer"),
};
const modelArn = config.require("modelArn");

const acme = new SupportDesk("acme", {
  cluster,
  modelArn,
  knowledgeBaseArn: "arn:aws:bedrock:eu-central-1:111122223333:knowledge-base/ACMEKB0001",
});

const globex = new SupportDesk("globex", {
  cluster,
  modelArn,
  knowledgeBaseArn: "arn:aws:bedrock:eu-central-1:111122223333:knowledge-base/GLOBEXKB01",
});

/** The role of each workload, as CloudTrail shows it. */
export const roles = { acme: acme.roles, globex: globex.roles };
