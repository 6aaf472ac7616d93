const pulumi = require("@pulumi/pulumi");

const config = new pulumi.Config();
exports.plain = config.get("plain");
exports.number = config.getNumber("number");
exports.list = config.getObject("list");
exports.fromProject = config.get("fromProject");
exports.overridden = config.get("overridden");
exports.token = config.getSecret("token");
exports.sameToken = config.getSecret("sameToken");
exports.otherToken = config.getSecret("otherToken");
exports.region = new pulumi.Config("aws").get("region");
exports.stack = pulumi.getStack();
exports.organization = pulumi.getOrganization();
