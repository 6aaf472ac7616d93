// Prints, as JSON, the content of the endpoint AWS_ENDPOINT_URL by the types that are created there: a program's state only
// claims it, the services have it.
const { ask } = require("./clients.cjs");

/** As many as IAM gives at once; more than that no test makes. */
const MaxItems = 1000;

const iam = (command, input) => ask("iam", command, { MaxItems, ...input });

async function roles() {
  const { Roles, IsTruncated } = await iam("ListRoles");
  if (IsTruncated) throw new Error(`there are more than ${MaxItems} roles`);
  return Promise.all(
    Roles.map(async ({ RoleName }) => {
      // A list leaves out the boundary.
      const { Role } = await ask("iam", "GetRole", { RoleName });
      const { PolicyNames } = await iam("ListRolePolicies", { RoleName });
      const policies = PolicyNames.map(async (PolicyName) => {
        const { PolicyDocument } = await ask("iam", "GetRolePolicy", { RoleName, PolicyName });
        return [PolicyName, document(decodeURIComponent(PolicyDocument))];
      });
      return {
        arn: Role.Arn,
        trust: document(decodeURIComponent(Role.AssumeRolePolicyDocument)),
        maxSession: Role.MaxSessionDuration,
        boundary: Role.PermissionsBoundary?.PermissionsBoundaryArn,
        policies: Object.fromEntries(await Promise.all(policies)),
      };
    }),
  );
}

async function policies() {
  const { Policies } = await iam("ListPolicies", { Scope: "Local" });
  return Promise.all(
    Policies.map(async ({ Arn, DefaultVersionId }) => {
      const version = { PolicyArn: Arn, VersionId: DefaultVersionId };
      const { PolicyVersion } = await ask("iam", "GetPolicyVersion", version);
      return { arn: Arn, document: document(decodeURIComponent(PolicyVersion.Document)) };
    }),
  );
}

async function users() {
  const { Users } = await iam("ListUsers");
  return Promise.all(
    Users.map(async ({ Arn, UserName }) => {
      const { AccessKeyMetadata } = await iam("ListAccessKeys", { UserName });
      return { arn: Arn, accessKeys: AccessKeyMetadata.length };
    }),
  );
}

async function secrets() {
  const { SecretList } = await ask("secrets-manager", "ListSecrets", {});
  return Promise.all(
    SecretList.map(async ({ ARN, KmsKeyId }) => {
      const { ResourcePolicy } = await ask("secrets-manager", "GetResourcePolicy", {
        SecretId: ARN,
      });
      return { arn: ARN, key: KmsKeyId, policy: ResourcePolicy && document(ResourcePolicy) };
    }),
  );
}

/** A key that is pending deletion cannot be used, and is gone for its creator. */
async function keys() {
  const { Keys } = await ask("kms", "ListKeys", {});
  const described = await Promise.all(
    Keys.map(({ KeyId }) => ask("kms", "DescribeKey", { KeyId })),
  );
  return described
    .map(({ KeyMetadata }) => KeyMetadata)
    .filter(({ KeyState }) => KeyState !== "PendingDeletion")
    .map(({ Arn }) => Arn);
}

async function buckets() {
  const { Buckets } = await ask("s3", "ListBuckets", {});
  return (Buckets ?? []).map(({ Name }) => Name);
}

async function queues() {
  const { QueueUrls } = await ask("sqs", "ListQueues", {});
  return QueueUrls ?? [];
}

/** A document as data; as the text that it is where it is none, for not every service looks. */
function document(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function taskDefinitions() {
  const { taskDefinitionArns } = await ask("ecs", "ListTaskDefinitions", {});
  return Promise.all(
    taskDefinitionArns.map(async (arn) => {
      const said = await ask("ecs", "DescribeTaskDefinition", { taskDefinition: arn });
      return { arn, role: said.taskDefinition.taskRoleArn };
    }),
  );
}

async function functions() {
  const { Functions } = await ask("lambda", "ListFunctions", {});
  return Functions.map(({ FunctionArn, Role }) => ({ arn: FunctionArn, role: Role }));
}

async function logGroups() {
  const { logGroups: groups } = await ask("cloudwatch-logs", "DescribeLogGroups", {});
  return groups.map(({ logGroupName }) => logGroupName);
}

async function main() {
  const kinds = {
    ...{ roles, policies, users, secrets, keys, buckets, queues },
    ...{ taskDefinitions, functions, logGroups },
  };
  const held = Object.entries(kinds).map(async ([kind, list]) => [kind, await list()]);
  console.log(JSON.stringify(Object.fromEntries(await Promise.all(held))));
}

main().catch((error) => {
  console.error(`${error.name}: ${error.message}`);
  process.exitCode = 1;
});
