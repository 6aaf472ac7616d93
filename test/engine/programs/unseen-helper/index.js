const aws = require("@pulumi/aws");
const pulumi = require("@pulumi/pulumi");
const { label, userFor } = require("./helpers");
const helpers = require("./helpers");

const { accountId } = aws.getCallerIdentityOutput({});
accountId.apply((id) => JSON.stringify({ id: label(id) }));
pulumi.output("known").apply((name) => userFor(name));
const roleOf = (id) => helpers.roleFor(`of-${id}`);
pulumi.all([accountId]).apply(([id]) => roleOf(id));
