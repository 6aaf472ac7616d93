import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as agentid from "pulumi-agentid";
import { runWorkload } from "./run-workload";

const providerArn = new pulumi.Config().require("providerArn");

for (const customer of ["acme", "globex"]) {
  const tenant = new agentid.Tenant(customer, {
    federation: { eksIrsa: { providerArn } },
    egress: [{ cidr: "10.0.0.0/16", ports: [443] }],
  });
  const tickets = new aws.s3.Bucket(`${customer}-tickets`);
  const search = new agentid.Tool(`${customer}-search`, {
    name: "search",
    tenant: tenant.ref,
    risk: { sensitivity: "confidential" },
    permissions: [{ actions: ["s3:GetObject"], resources: [pulumi.interpolate`${tickets.arn}/*`] }],
  });
  const triage = new agentid.Agent(`${customer}-triage`, {
    name: "triage",
    tenant: tenant.ref,
    grants: [{ tool: search.ref, intents: ["find-tickets"] }],
  });
  runWorkload(`${customer}-search`, search);
  runWorkload(`${customer}-triage`, triage);
}
