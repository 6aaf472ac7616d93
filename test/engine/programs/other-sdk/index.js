const pulumi = require("@pulumi/pulumi");
const random = require("@pulumi/random");
const { ActionsSecret } = require("./sdks/github");

const secretName = "DEPLOY_TOKEN";
const made = new random.RandomPassword("made", { length: 24 });
const marked = pulumi.secret("k3ep-1t-Qu1et");

new ActionsSecret("clear", { secretName, plaintextValue: "k3ep-1t-Qu1et" });
new ActionsSecret("output", { secretName, plaintextValue: pulumi.output("k3ep-1t-Qu1et") });
new ActionsSecret("marked", { secretName, plaintextValue: marked });
new ActionsSecret("made", { secretName, plaintextValue: made.result });
marked.apply((plaintextValue) => new ActionsSecret("of-secret", { secretName, plaintextValue }));
