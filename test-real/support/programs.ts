import type { Files } from "./files";

const LAMBDA_TRUST = `JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
})`;

/** Types of what the programs here declare. */
export const TYPES = {
  role: "aws:iam/role:Role",
  lambda: "aws:lambda/function:Function",
  issuer: "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
} as const;

/**
 * A program of Lambda functions, made one after the other.
 *
 * @param roles the name of the role that each function runs as; functions are named by their key
 */
export function functionsProgram(roles: Readonly<Record<string, string>>): Files {
  const declared = [...new Set(Object.values(roles))].map(
    (role) => `const ${role} = new aws.iam.Role("${role}", { assumeRolePolicy: ${LAMBDA_TRUST} });`,
  );
  const functions = Object.entries(roles).map(
    ([name, role], index, all) => `
      const ${name} = new aws.lambda.Function("${name}", {
        role: ${role}.arn, runtime: "nodejs20.x", handler: "index.handler", code,
      }, { dependsOn: [${all[index - 1]?.[0] ?? ""}] });`,
  );
  return {
    "index.ts": `
      import * as aws from "@pulumi/aws";
      import * as pulumi from "@pulumi/pulumi";
      const code = new pulumi.asset.AssetArchive({
        "index.js": new pulumi.asset.StringAsset("exports.handler = async () => 0;"),
      });
      ${declared.join("\n")}
      ${functions.join("\n")}
    `,
  };
}

/**
 * A program whose role trusts an issuer that is yet to be made, so that its trust policy is unknown in a preview.
 *
 * @param subject the condition on the token's subject, `""` for none
 */
export function federatedProgram(subject: string): Files {
  const issuer = "oidc.eks.us-east-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF";
  const claims: Record<string, string> = { [`${issuer}:aud`]: "sts.amazonaws.com" };
  if (subject !== "") claims[`${issuer}:sub`] = subject;
  return {
    "index.ts": `
      import * as aws from "@pulumi/aws";
      import * as pulumi from "@pulumi/pulumi";
      const cluster = new aws.iam.OpenIdConnectProvider("cluster", {
        url: "https://${issuer}", clientIdLists: ["sts.amazonaws.com"],
      });
      new aws.iam.Role("agent", {
        assumeRolePolicy: pulumi.jsonStringify({
          Version: "2012-10-17",
          Statement: [{
            Effect: "Allow",
            Principal: { Federated: cluster.arn },
            Action: "sts:AssumeRoleWithWebIdentity",
            Condition: { StringEquals: ${JSON.stringify(claims)} },
          }],
        }),
      });
    `,
  };
}
