import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";

class Worker extends pulumi.ComponentResource {
  constructor(name: string, args: { team: string }, opts?: pulumi.ComponentResourceOptions) {
    super("example:index:Worker", name, args, opts);
    const role = new aws.iam.Role(
      name,
      {
        assumeRolePolicy: pulumi.jsonStringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Principal: { Federated: provider.arn } }],
        }),
        tags: { team: args.team, token: pulumi.secret("canary-in-a-tag") },
      },
      { parent: this },
    );
    this.registerOutputs({ roleName: role.name });
  }
}

const provider = new aws.iam.OpenIdConnectProvider("oidc", {
  url: "https://oidc.example.com",
  clientIdLists: ["sts.amazonaws.com"],
});
new Worker("desk", { team: "support" });

export const url = provider.url;
