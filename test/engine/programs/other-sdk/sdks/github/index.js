const pulumi = require("@pulumi/pulumi");

// As generated SDKs mark an input that is secret by their schema.
exports.ActionsSecret = class extends pulumi.CustomResource {
  constructor(name, args, opts) {
    const { secretName, plaintextValue } = args;
    const inputs = {
      secretName,
      plaintextValue: plaintextValue ? pulumi.secret(plaintextValue) : undefined,
    };
    super("github:index/actionsSecret:ActionsSecret", name, inputs, opts);
  }
};
