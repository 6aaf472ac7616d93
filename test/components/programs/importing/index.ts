// A role and a ServiceAccount that no Pulumi program has, which become an agent's. Configuration: `step`, 1 to import them and 2
// once that is done; `path`, the role's path where it is not the right one.
import * as pulumi from "@pulumi/pulumi";
import * as agentid from "pulumi-agentid";

const config = new pulumi.Config();
const isImport = config.requireNumber("step") === 1;
const path = config.get("path") ?? "/service-role/";

const issuer = "oidc.eks.eu-central-1.amazonaws.com/id/ABC";

const acme = new agentid.Tenant("acme", {
  existingNamespace: "desk",
  federation: { eksIrsa: { providerArn: `arn:aws:iam::111122223333:oidc-provider/${issuer}` } },
});
new agentid.Agent("triage", {
  tenant: acme.ref,
  permissions: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::tickets/*"] }],
  adopt: {
    role: { name: "triage-irsa", path, import: isImport },
    serviceAccount: { name: "triage-sa", import: isImport },
  },
});
