import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as agentid from "pulumi-agentid";

const config = new pulumi.Config();
const region = new pulumi.Config("aws").require("region");

const acme = new agentid.Tenant("acme", {
  federation: { ecs: { account: config.require("account"), region } },
});

const search = new agentid.Tool("search", {
  tenant: acme.ref,
  subject: { ecs: {} },
  permissions: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::acme-tickets/*"] }],
});

const triage = new agentid.Agent("triage", {
  tenant: acme.ref,
  subject: { ecs: {} },
  grants: [{ tool: search.ref, intents: ["find-tickets"] }],
});

/** A task definition for each workload; services and schedules run it. */
const definitions = Object.entries({ search, triage }).map(([name, { ecsTask }]) => {
  const { family, taskRoleArn, tags, environment } = ecsTask;
  return new aws.ecs.TaskDefinition(name, {
    family,
    taskRoleArn,
    tags,
    executionRoleArn: config.require("executionRoleArn"),
    requiresCompatibilities: ["FARGATE"],
    networkMode: "awsvpc",
    cpu: "256",
    memory: "512",
    containerDefinitions: pulumi.jsonStringify([
      { name: "main", image: `${config.require("images")}/${name}:1.4.0`, environment },
    ]),
  });
});

export const taskDefinitions = definitions.map(({ arn }) => arn);
