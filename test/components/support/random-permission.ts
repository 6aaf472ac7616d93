import * as pulumi from "@pulumi/pulumi";
import * as fc from "fast-check";
import type { KubernetesPermission, Permission, PermissionCondition } from "../../../components";
import paths from "../../../policy-pack/domain/paths/escalation/escalation-paths.json";

const account = "111122223333";
const region = "eu-central-1";
const of = (service: string, rest: string): string =>
  `arn:aws:${service}:${region}:${account}:${rest}`;

/** Usual permissions of workloads, and forbidden ones. */
const actions = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("s3:GetObject", "s3:List*", "bedrock:InvokeModel") },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "sqs:SendMessage",
      "sqs:ReceiveMessage",
      "kms:Decrypt",
      "kms:CreateGrant",
      "kms:PutKeyPolicy",
      "secretsmanager:GetSecretValue",
      "secretsmanager:PutResourcePolicy",
      "ssm:GetParameter",
      "lambda:InvokeFunction",
      "bedrock-agentcore:InvokeAgentRuntime",
      "s3:PutBucketPolicy",
      "ec2:DescribeInstances",
      "execute-api:Invoke",
      "sts:GetCallerIdentity",
      "sts:GetSessionToken",
    ),
  },
  { weight: 3, arbitrary: fc.constantFrom(...paths.paths.flatMap(({ needs }) => needs.flat())) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "*",
      "*:*",
      "s3:*",
      "s3:**",
      "lambda:?*",
      "lambda:Update*",
      "LAMBDA:UPDATEFUNCTION*",
      "*:UpdateFunctionCode",
      "code*:*Project",
      "codebuild:*",
      "ec2:*InstanceAttribute",
      "ecs:Exec*",
      "ssm:S*",
      "iam:PassRole",
      "iam:Pass*",
      "sts:AssumeRole",
      "sts:Assume*",
      "sts:TagSession",
      "sts:GetWebIdentityToken",
      "sts:Get*",
      "bedrock-agentcore:GetResourceApiKey",
      "bedrock-agentcore:CreatePolicy",
      "bedrock-agentcore:Update*",
      "bedrock-agentcore:Get*",
      "bedrock-agentcore:GetWorkloadAccessTokenForUserId",
      "sso:*Policy*",
      "secretsmanager:*",
      "kms:*",
      "s3:",
      "GetObject",
      "s3:Get Object",
      "${aws:username}:GetObject",
    ),
  },
);

const resources = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      "arn:aws:s3:::tickets",
      "arn:aws:s3:::tickets/*",
      "arn:aws:s3:::tickets/${aws:PrincipalTag/agentid.dev/tenant}/*",
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      "*",
      "arn:aws:*",
      "arn:aws:s3:::*",
      "arn:aws:iam::*:role/*",
      of("iam", "role/agentid/t1/w0"),
      of("iam", "role/admin"),
      of("dynamodb", "table/orders"),
      of("dynamodb", "table/t1-*"),
      of("sqs", "refunds"),
      of("kms", "key/t1-w0-key"),
      of("kms", "alias/*"),
      of("secretsmanager", "secret:legacy/t0-w0-AbCd12"),
      of("secretsmanager", "secret:legacy/t1-w0-AbCd12"),
      of("secretsmanager", "secret:*"),
      of("lambda", "function:t0-w0"),
      of("lambda", "function:t1-*"),
      of("lambda", "event-source-mapping:*"),
      of("ec2", "instance/i-0a1b2c3d"),
      of("ec2", "instance/*"),
      of("ecs", "task/prod/*"),
      of("codebuild", "project/release"),
      of("cloudformation", "stack/prod/*"),
      of("states", "stateMachine:*"),
      of("bedrock-agentcore", "runtime/*"),
      "tickets",
      "",
    ),
  },
);

const everything: ReadonlySet<string> = new Set(["*", "arn:aws:*"]);

const condition: fc.Arbitrary<PermissionCondition> = fc.record({
  test: fc.constantFrom(
    "StringEquals",
    "StringLike",
    "StringNotEquals",
    "StringEqualsIfExists",
    "ForAllValues:StringLike",
    "ArnLike",
    "Null",
    "Bool",
    "NumericLessThan",
    "StringIs",
  ),
  variable: fc.constantFrom(
    "aws:SourceVpce",
    "aws:PrincipalArn",
    "aws:ResourceTag/agentid.dev/tenant",
    "aws:ResourceTag/cost center",
    "aws:username",
    "ssm:resourceTag/team",
    "s3:prefix",
    "",
  ),
  values: fc.array(
    fc.constantFrom("acme", "*", "${aws:PrincipalTag/agentid.dev/tenant}", "true", "vpce-1"),
    { maxLength: 2 },
  ),
});

/** Any permission that a program may request; many are to be refused. */
const anyPermission: fc.Arbitrary<Permission> = fc.record(
  {
    actions: fc.array(actions, { maxLength: 3 }),
    resources: fc.array(
      fc.tuple(resources, fc.boolean()).map(([resource, isLate]) =>
        // What turns out to be everything ends the update, of which nothing is left to judge.
        isLate && !everything.has(resource) ? pulumi.output(resource) : resource,
      ),
      { maxLength: 2 },
    ),
    conditions: fc.array(condition, { maxLength: 2 }),
  },
  { requiredKeys: ["actions", "resources"] },
);

const plainPermission: fc.Arbitrary<Permission> = fc.record({
  actions: fc.subarray(["s3:GetObject", "s3:List*", "bedrock:InvokeModel"], { minLength: 1 }),
  resources: fc.subarray(["arn:aws:s3:::tickets", "arn:aws:s3:::tickets/*"], { minLength: 1 }),
});

/** What a random workload may do in AWS. */
export const randomPermissions: fc.Arbitrary<readonly Permission[]> = fc.oneof(
  fc.array(plainPermission, { maxLength: 2 }),
  fc.array(anyPermission, { maxLength: 2 }),
);

const plainRights: fc.Arbitrary<KubernetesPermission> = fc.oneof(
  fc.record({
    apiGroups: fc.constant<string[]>([""]),
    resources: fc.subarray(["configmaps", "pods", "pods/log", "services"], { minLength: 1 }),
    verbs: fc.subarray(["get", "list", "watch"], { minLength: 1 }),
  }),
  fc.record({
    apiGroups: fc.constant<string[]>([""]),
    resources: fc.subarray(["secrets", "configmaps"], { minLength: 1 }),
    verbs: fc.subarray(["get", "update", "patch"], { minLength: 1 }),
    resourceNames: fc.subarray(["model", "routing"], { minLength: 1 }),
  }),
  fc.record({
    apiGroups: fc.constant<string[]>(["example.com"]),
    resources: fc.subarray(["tickets", "tickets/status"], { minLength: 1 }),
    verbs: fc.subarray(["create", "delete", "deletecollection"], { minLength: 1 }),
  }),
);

const kinds = [
  "configmaps",
  "secrets",
  "pods",
  "pods/log",
  "pods/exec",
  "pods/attach",
  "pods/ephemeralcontainers",
  "pods/portforward",
  "pods/eviction",
  "services/proxy",
  "serviceaccounts",
  "serviceaccounts/token",
  "replicationcontrollers",
  "namespaces",
  "nodes",
  "nodes/proxy",
  "persistentvolumes",
  "users",
  "groups",
  "deployments",
  "deployments/scale",
  "statefulsets",
  "jobs",
  "cronjobs",
  "roles",
  "rolebindings",
  "clusterroles",
  "clusterrolebindings",
  "certificatesigningrequests",
  "certificatesigningrequests/approval",
  "signers",
  "mutatingwebhookconfigurations",
  "storageclasses",
  "events",
  "leases",
  "tickets",
  "*",
  "*/exec",
];

const groups = [
  "",
  "",
  "apps",
  "batch",
  "rbac.authorization.k8s.io",
  "certificates.k8s.io",
  "admissionregistration.k8s.io",
  "coordination.k8s.io",
  "storage.k8s.io",
  "example.com",
  "*",
];

const verbs = [
  "get",
  "list",
  "watch",
  "create",
  "update",
  "patch",
  "delete",
  "deletecollection",
  "bind",
  "escalate",
  "impersonate",
  "approve",
  "*",
];

const anyRights: fc.Arbitrary<KubernetesPermission> = fc.record(
  {
    apiGroups: fc.array(fc.constantFrom(...groups), { minLength: 1, maxLength: 2 }),
    resources: fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 2 }),
    verbs: fc.array(fc.constantFrom(...verbs), { minLength: 1, maxLength: 2 }),
    resourceNames: fc.array(fc.constantFrom("model", "cluster-admin", "triage", "*"), {
      minLength: 1,
      maxLength: 2,
    }),
  },
  { requiredKeys: ["apiGroups", "resources", "verbs"] },
);

/** What a random workload may do through the Kubernetes API. */
export const randomRights: fc.Arbitrary<readonly KubernetesPermission[]> = fc.oneof(
  fc.array(plainRights, { maxLength: 2 }),
  fc.array(anyRights, { maxLength: 2 }),
);
