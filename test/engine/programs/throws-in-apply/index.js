const pulumi = require("@pulumi/pulumi");

exports.team = pulumi.output("support").apply((name) => {
  throw new Error(`team ${name} has no owner`);
});
