import * as pulumi from "@pulumi/pulumi";
import * as agentid from "pulumi-agentid";

const config = new pulumi.Config();

const acme = new agentid.Tenant("acme", {
  federation: { rolesAnywhere: { trustAnchorArn: config.require("trustAnchorArn") } },
});

const search = new agentid.Tool("search", {
  tenant: acme.ref,
  subject: { rolesAnywhere: { uri: "spiffe://example.org/acme/search" } },
  permissions: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::acme-tickets/*"] }],
});

const triage = new agentid.Agent("triage", {
  tenant: acme.ref,
  subject: { rolesAnywhere: { uri: "spiffe://example.org/acme/triage" } },
  grants: [{ tool: search.ref, intents: ["find-tickets"] }],
});

/** What the signing helper of each workload is told, beside certificate and key. */
export const helpers = {
  search: { roleArn: search.roleArn, profileArn: search.profileArn },
  triage: { roleArn: triage.roleArn, profileArn: triage.profileArn },
};
export const trustAnchorArn = acme.trustAnchorArn;
