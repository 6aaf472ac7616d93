import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";

class Cluster extends pulumi.ComponentResource {
  readonly roleName!: pulumi.Output<string>;
  constructor(name: string, args: { version: pulumi.Input<string> }) {
    super("acme:index:Cluster", name, { roleName: undefined, ...args }, {}, true);
  }
}

const issuer = new aws.iam.OpenIdConnectProvider("issuer", {
  url: "https://example.com",
  clientIdLists: [],
});
const cluster = new Cluster("main", { version: pulumi.interpolate`of ${issuer.arn}` });
new aws.iam.RolePolicyAttachment("nodes", { role: cluster.roleName, policyArn: "arn:known" });
