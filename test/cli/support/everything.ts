/** A text with the form of a token of Slack. */
export const slackToken = "xoxb-123456789012-1234567890123-AbCdEfGhIjKlMnOpQrStUvWx";

/**
 * A program of which everything is judged that has a reader of its own: a policy, a credential, a callback that only writes, one that
 * is not called, and a function without an answer.
 */
export const everything = `
  const { CustomResource, runtime } = require("@pulumi/pulumi");
  const role = new CustomResource("aws:iam/role:Role", "desk", {
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }],
    }),
  });
  new CustomResource("aws:lambda/function:Function", "tool", {
    role: role.id.apply((id) => \`arn:aws:iam::111122223333:role/\${id}\`),
    environment: { variables: { TOKEN: "${slackToken}" } },
  });
  role.id.apply((id) => { new CustomResource("aws:iam/role:Role", "of-" + id, {}); });
  runtime.invoke("aws:index/getRegion:getRegion", {}).then(({ name }) => {
    if (name === "eu-west-1") new CustomResource("aws:iam/role:Role", "there", {});
  });
`;
