// The account of everything that is created. The region is the provider's own, once it is configured.
module.exports = { account: "111122223333", region: process.env.AWS_REGION ?? "us-east-1" };
