module.exports = { account: "111122223333", region: "us-east-1" };
