import * as pulumi from "@pulumi/pulumi";
import { SupportDesk, type Crm, type Customer } from "./support-desk";

const config = new pulumi.Config();
const shared = {
  cluster: { providerArn: config.require("providerArn"), issuer: config.require("issuer") },
  endpoints: config.require("endpoints"),
  images: config.require("images"),
  modelArn: config.require("modelArn"),
  crm: config.requireObject<Crm>("crm"),
};

/** The role of each workload, as CloudTrail shows it. */
export const roles: Record<string, Record<string, pulumi.Output<string>>> = {};

/** The secret that each customer's key of the CRM is put into. */
export const crmSecrets: Record<string, pulumi.Output<string> | undefined> = {};

for (const [name, customer] of Object.entries(
  config.requireObject<Record<string, Customer>>("customers"),
)) {
  const desk = new SupportDesk(name, { ...shared, ...customer });
  roles[name] = desk.roles;
  crmSecrets[name] = desk.crmSecretArn;
}
