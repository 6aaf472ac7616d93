import type { Resource } from "../../core/snapshot/resource";
import type { Value, ValueRecord } from "../../core/snapshot/value";
import type { TenantPatterns } from "../../policy-pack/findings/settings";
import { outputOf, resource, urnOf } from "./resources";

export const roleType = "aws:iam/role:Role";
export const bucketType = "aws:s3/bucket:Bucket";
/** The tag that names a tenant. */
export const tag = "agentid.dev/tenant";

export function trustOf(principal: ValueRecord): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" }],
  });
}

/** A trust policy for Lambda. */
export const byLambda = trustOf({ Service: "lambda.amazonaws.com" });

/** The role `desk` of tenant `acme`. */
export const desk = resource(roleType, "desk", {
  name: "desk",
  tags: { [tag]: "acme" },
  assumeRolePolicy: byLambda,
});

/** The same role without a tag. */
export const untagged = resource(roleType, "desk", { name: "desk", assumeRolePolicy: byLambda });

/** A statement that allows. */
export function allow(action: Value, on: Value, more: ValueRecord = {}): ValueRecord {
  return { Effect: "Allow", Action: action, Resource: on, ...more };
}

/** A statement that denies. */
export function deny(action: Value, on: Value, more: ValueRecord = {}): ValueRecord {
  return { ...allow(action, on, more), Effect: "Deny" };
}

/** A policy document of statements. */
export function document(...statements: readonly ValueRecord[]): ValueRecord {
  return { Version: "2012-10-17", Statement: [...statements] };
}

/** An inline policy of `desk`, named `access`. */
export function policy(...statements: readonly ValueRecord[]): Resource {
  return resource("aws:iam/rolePolicy:RolePolicy", "access", {
    role: "desk",
    policy: document(...statements),
  });
}

/** A bucket, of a tenant if one is named. */
export function bucket(
  name: string,
  tenant: string | undefined,
  inputs: ValueRecord = {},
): Resource {
  return resource(bucketType, name, {
    bucket: name,
    ...(tenant !== undefined && { tags: { [tag]: tenant } }),
    ...inputs,
  });
}

/** What has S3 look at the tags of a bucket. */
export function byTags(name: string): Resource {
  return resource("aws:s3/bucketAbac:BucketAbac", name, {
    bucket: outputOf(urnOf(bucketType, name)),
    abacStatus: { status: "Enabled" },
  });
}

/** The bucket of tenant `globex`. */
export const globex = bucket("globex-tickets", "globex");
/** The bucket of tenant `acme`. */
export const acme = bucket("acme-tickets", "acme");

/** A tenant's configuration. */
export function tenant(patterns: Partial<TenantPatterns>): TenantPatterns {
  return { namespaces: [], accounts: [], rolePaths: [], names: [], ...patterns };
}

/** What is found where `access` takes in the bucket of `globex`. */
export const toGlobex = {
  severity: "critical",
  about: "access",
  holder: "desk",
  at: "access: policy",
  related: ["globex-tickets: is of tenant `globex`"],
  chain: ["desk -is allowed by-> access", "access -allows acting on-> globex-tickets"],
} as const;

/** The same by reading. */
export const reading = {
  ...toGlobex,
  message:
    "Policy `access` allows tenant `acme` to call `s3:GetObject` on bucket `globex-tickets` of tenant `globex`",
};

/** A managed policy `fence`, the boundary of `fenced`. */
export function boundary(...statements: readonly ValueRecord[]): readonly Resource[] {
  return [
    resource("aws:iam/policy:Policy", "fence", { name: "fence", policy: document(...statements) }),
    resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "unused", {
      role: "other",
      policyArn: "arn:aws:iam::111122223333:policy/fence",
    }),
  ];
}

/** The role `desk` with that boundary. */
export const fenced = resource(roleType, "desk", {
  name: "desk",
  tags: { [tag]: "acme" },
  assumeRolePolicy: byLambda,
  permissionsBoundary: outputOf(urnOf("aws:iam/policy:Policy", "fence")),
});

/** Providers of two accounts. */
export const accounts = ["111122223333", "444455556666"].map((account) =>
  resource("pulumi:providers:aws", `in-${account}`, { allowedAccountIds: [account] }),
);

/** The URN of the provider of an account. */
export function providerOf(account: string): string {
  return urnOf("pulumi:providers:aws", `in-${account}`);
}

/** A statement that allows everything. */
export const anything = allow("*", "*");

/** A queue of a tenant. */
export function queue(name: string, of: string, inputs: ValueRecord = {}): Resource {
  return resource("aws:sqs/queue:Queue", name, { name, tags: { [tag]: of }, ...inputs });
}

/** A gateway of AgentCore with IAM authentication. */
export function gateway(name: string, inputs: ValueRecord = {}): Resource {
  return resource("aws:bedrock/agentcoreGateway:AgentcoreGateway", name, {
    name,
    authorizerType: "AWS_IAM",
    roleArn: "arn:aws:iam::111122223333:role/gateway",
    ...inputs,
  });
}

/** A role of a tenant with statements of its own. */
export function roleOf(name: string, of: string, ...statements: readonly ValueRecord[]): Resource {
  return resource(roleType, name, {
    name,
    tags: { [tag]: of },
    assumeRolePolicy: byLambda,
    ...(statements.length > 0 && {
      inlinePolicies: [{ name: "own", policy: JSON.stringify(document(...statements)) }],
    }),
  });
}

export const invoke = "bedrock-agentcore:InvokeGateway";

/** A parameter of Systems Manager. */
export function parameter(
  name: string,
  tenant: string | undefined,
  type = "SecureString",
): Resource {
  return resource("aws:ssm/parameter:Parameter", name, {
    name: `/${name}`,
    type,
    ...(tenant !== undefined && { tags: { [tag]: tenant } }),
  });
}

export const byPath = "ssm:GetParametersByPath";

export function underPath(path: string): string {
  return `arn:aws:ssm:*:*:parameter/${path}`;
}
