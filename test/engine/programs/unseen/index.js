const pulumi = require("@pulumi/pulumi");
const aws = require("@pulumi/aws");

const zones = aws.getAvailabilityZonesOutput();
zones.names.apply((names) => names.map((name) => new aws.iam.User(`in-${name}`)));
zones.names.apply((names) => new Set(names).size);
new aws.iam.Role("role", { assumeRolePolicy: "{}" }).arn.apply((arn) => new aws.iam.User(arn));
pulumi.output("known").apply((name) => new aws.iam.User(name));
