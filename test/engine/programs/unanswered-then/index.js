const pulumi = require("@pulumi/pulumi");

const then = {
  lookup: () => {
    throw Object.assign(new Error("getaddrinfo ENOTFOUND crm.example"), { code: "ENOTFOUND" });
  },
  fetch: () => {
    throw new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED 127.0.0.1:9") });
  },
  named: ({ arn }) => {
    throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${arn}`), { code: "ENOTFOUND" });
  },
  configuration: () => new pulumi.Config().require("key"),
};

pulumi.runtime
  .invoke("aws:iam/getRole:getRole", {})
  .then(then[new pulumi.Config().require("then")]);
