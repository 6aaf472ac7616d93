import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

class Desk extends pulumi.ComponentResource {
  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("acme:index:Desk", name, {}, opts);
    role(`${name}-child`, { parent: this });
    role("own", { parent: this, aliases: [{ name: "own-before" }] });
  }
}

function role(name: string, opts: pulumi.CustomResourceOptions = {}): void {
  const made = new aws.iam.Role(name, { assumeRolePolicy: "{}" }, opts);
  new aws.iam.RolePolicyAttachment(name, { role: made.id, policyArn: made.arn });
}

const renamed = new Desk("desk", { aliases: [{ name: "office" }] });
role("by-name", { aliases: [{ name: "named-before" }] });
role("by-urn", { aliases: ["urn:pulumi:dev::moved::aws:iam/role:Role::had-urn"] });
role("from-top", { parent: renamed, aliases: [{ parent: pulumi.rootStackResource }] });
role("from-parent", { aliases: [{ parent: renamed }] });
role("nowhere", { aliases: [{ name: "never-was" }] });
role("in-place", { aliases: [{ name: "named-before" }] });
role("imported", { import: "exists" });
