import type { Resource } from "../../core/snapshot/resource";
import type { Value, ValueRecord } from "../../core/snapshot/value";
import { outputOf, resource, urnOf } from "./resources";
import type { RuleCases } from "./rule-tester";

export type Expected = RuleCases["rejects"][number]["findings"][number];

export const roleType = "aws:iam/role:Role";
export const policyType = "aws:iam/policy:Policy";
export const functionType = "aws:lambda/function:Function";
export const account = "111122223333";
export const aws = resource("pulumi:providers:aws", "prod", { allowedAccountIds: [account] });
export const anyAccount = resource("pulumi:providers:aws", "prod", {});
export const options = { provider: aws.urn };

/** A policy document of statements. */
export function document(...statements: readonly Value[]): Value {
  return { Version: "2012-10-17", Statement: statements };
}

/** A trust policy with a service. */
export function admitting(service: string): Value {
  return document({ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" });
}

/** A role of the account, which AWS Lambda assumes. */
export function role(name = "desk", inputs: ValueRecord = {}): Resource {
  const trust = admitting("lambda.amazonaws.com");
  return resource(roleType, name, { name, assumeRolePolicy: trust, ...inputs }, options);
}

/** A statement that allows. */
export function allow(action: Value, on: Value = "*", more: ValueRecord = {}): Value {
  return { Effect: "Allow", Action: action, Resource: on, ...more };
}

/** A policy of the role `desk` alone. */
export function inline(...statements: readonly Value[]): Resource {
  const inputs = { role: "desk", policy: document(...statements) };
  return resource("aws:iam/rolePolicy:RolePolicy", "calls", inputs, options);
}

/** A managed policy attached to the role `desk`. */
export function attachment(policyArn: Value): Resource {
  const inputs = { role: "desk", policyArn };
  return resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "gives", inputs, options);
}

/** A managed policy of the stack, `shared`. */
export function managed(...statements: readonly Value[]): Resource {
  const inputs = { name: "shared", policy: document(...statements) };
  return resource(policyType, "shared", inputs, options);
}

/** A function that runs as a role. */
export function lambda(name: string, runsAs = "desk"): Resource {
  const inputs = { name, role: outputOf(urnOf(roleType, runsAs)) };
  return resource(functionType, name, inputs, options);
}

export const roleArn = (name: string) => `arn:aws:iam::${account}:role/${name}`;
export const policyArn = (name: string) => `arn:aws:iam::${account}:policy/${name}`;
export const functionArn = (name: string) => `arn:aws:lambda:eu-west-1:${account}:function:${name}`;
export const makesFunctions = allow(["lambda:CreateFunction", "lambda:InvokeFunction"]);

/** The report on `desk` where it can escalate. */
export function found(paths: string, more: Partial<Expected> = {}): Expected {
  return {
    severity: "high",
    about: "calls",
    holder: "desk",
    at: "calls: policy",
    message: `Policy \`calls\` allows privilege escalation: ${paths}`,
    chain: ["desk -is allowed by-> calls"],
    ...more,
  };
}

export const attaches = "attach any policy to a role (`iam:AttachRolePolicy` on `*`)";

export const runsFunction =
  "run a Lambda function with a role (`iam:PassRole` on `*`, `lambda:CreateFunction`, `lambda:InvokeFunction`)";

export const runsFunctionAs = (name: string) => runsFunction.replace("`*`", `\`${roleArn(name)}\``);
