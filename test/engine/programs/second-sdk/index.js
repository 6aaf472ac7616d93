require("@pulumi/pulumi");

// As a package does that brings an SDK of its own.
for (const file of Object.keys(require.cache)) {
  if (/[\\/]@pulumi[\\/]pulumi[\\/]/.test(file)) delete require.cache[file];
}
const second = require("@pulumi/pulumi");

const vpc = new second.StackReference("acme/network/prod").getOutput("vpc");
vpc.apply((id) => new second.ComponentResource("acme:index:Network", `of-${id}`));
vpc.apply((id) => id.trim());
