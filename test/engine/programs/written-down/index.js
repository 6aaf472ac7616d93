const pulumi = require("@pulumi/pulumi");
const aws = require("@pulumi/aws");

const greeting = "at your service";
const answer = async () => greeting;
const written = pulumi.runtime.serializeFunction(answer);
new aws.ssm.Parameter("handler", {
  type: "String",
  value: "see the description",
  description: written.then(({ text }) => text),
});
