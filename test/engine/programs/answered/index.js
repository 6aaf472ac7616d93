const aws = require("@pulumi/aws");
const pulumi = require("@pulumi/pulumi");

const network = new pulumi.StackReference("acme/network/prod");
network.getOutput("names").apply((names) => names.map((name) => new aws.iam.User(name)));
aws.iam.Role.get("deployer", "role/deployer").arn.apply((arn) => new aws.iam.User(`of-${arn}`));
aws.iam
  .getRole({ name: "reader" })
  .then(({ path }) => path === "/team/" && new aws.iam.User("team"));
aws.secretsmanager.getSecretVersion({
  secretId: "crm",
  versionId: pulumi.secret("canary-of-a-marked-argument"),
  versionStage: "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
});
