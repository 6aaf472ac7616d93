import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { AgentStack } from "pulumi-agentid";
import { runWorkload } from "./run-workload";

const config = new pulumi.Config();
const images = config.require("images");

/** What the manifest names as `${name}`. */
const values: Record<string, pulumi.Input<string>> = {
  providerArn: config.require("providerArn"),
  issuer: config.require("issuer"),
  modelArn: config.require("modelArn"),
};
for (const customer of ["acme", "globex"]) {
  const tags = { "agentid.dev/tenant": customer };
  values[`${customer}-tickets`] = new aws.s3.Bucket(`${customer}-tickets`, { tags }).arn;
  values[`${customer}-refund-orders`] = new aws.sqs.Queue(`${customer}-refund-orders`, {
    tags,
  }).arn;
}

const desk = new AgentStack("support-desk", { file: "agents.yaml", values });

/** The role of each workload, as CloudTrail shows it. */
export const roles: Record<string, pulumi.Output<string>> = {};
for (const [path, workload] of Object.entries(desk.workloads)) {
  const [tenant = "", name = ""] = path.split("/");
  runWorkload(`${tenant}-${name}`, workload, `${images}/${name}:1.4.0`);
  roles[path] = workload.roleArn;
}
