// What is made with the service itself, at the endpoint that AWS_ENDPOINT_URL names.
const { bare, warn } = require("../../provider.cjs");
const echoed = require("./echoed.cjs");

/**
 * How each type is created, read, changed and removed:
 *
 * - `takes`: the inputs that it sends, or that need not be sent; any other is refused, for none is left out in silence
 * - `create(inputs)`: `{ id, outputs }`, the outputs that the service decides
 * - `read(id, kept)`: the inputs as the service has them, `undefined` those that it has not; `null` where there is nothing
 * - `update(id, inputs, olds)`
 * - `remove(id, olds)`
 */
const types = {
  "aws:cloudwatch/logGroup:LogGroup": () => require("./cloudwatch-logs.cjs").logGroup,
  "aws:ecs/taskDefinition:TaskDefinition": () => require("./ecs.cjs").taskDefinition,
  "aws:iam/accessKey:AccessKey": () => require("./iam-user.cjs").accessKey,
  "aws:iam/policy:Policy": () => require("./iam-policy.cjs").policy,
  "aws:iam/role:Role": () => require("./iam-role.cjs").role,
  "aws:iam/rolePolicy:RolePolicy": () => require("./iam-role.cjs").rolePolicy,
  "aws:iam/user:User": () => require("./iam-user.cjs").user,
  "aws:kms/key:Key": () => require("./kms.cjs").key,
  "aws:lambda/function:Function": () => require("./lambda.cjs").lambdaFunction,
  "aws:s3/bucket:Bucket": () => require("./s3.cjs").bucket,
  "aws:secretsmanager/secret:Secret": () => require("./secrets-manager.cjs").secret,
  "aws:secretsmanager/secretPolicy:SecretPolicy": () =>
    require("./secrets-manager.cjs").secretPolicy,
  "aws:sqs/queue:Queue": () => require("./sqs.cjs").queue,
};

async function create(resource, inputs) {
  const reason = echoed[resource.type];
  if (reason !== undefined) {
    await warn(resource, `${resource.type} is echoed: ${reason}`);
    return undefined;
  }
  const known = types[resource.type]?.();
  if (known === undefined) {
    throw new Error(
      `the AWS stand-in knows nothing of \`${resource.type}\`: it is made neither by a service nor, as emulated/echoed.cjs lists, by echo`,
    );
  }
  const strange = Object.keys(inputs).filter((input) => !known.takes.includes(input));
  if (strange.length > 0) {
    throw new Error(`the AWS stand-in does not send ${list(strange)} of \`${resource.type}\``);
  }
  return saying("creating", resource, () => known.create(plain(inputs)));
}

function read(resource, id, kept) {
  const known = types[resource.type]?.();
  return known && saying("reading", resource, () => known.read(id, plain(kept)));
}

function update(resource, id, inputs, olds) {
  const known = types[resource.type]?.();
  return known && saying("updating", resource, () => known.update(id, plain(inputs), plain(olds)));
}

function remove(resource, id, olds) {
  const known = types[resource.type]?.();
  return known && saying("deleting", resource, () => known.remove(id, plain(olds)));
}

/** A service's refusal, with its own code and words, after the request. */
async function saying(what, resource, action) {
  try {
    return await action();
  } catch (error) {
    throw new Error(
      `${what} ${resource.type} \`${resource.name}\`: ${error.name}: ${error.message}`,
      {
        cause: error,
      },
    );
  }
}

/** A value with no mark of a secret in it: services take the value itself. */
function plain(value) {
  const inner = bare(value);
  if (Array.isArray(inner)) return inner.map(plain);
  if (typeof inner !== "object" || inner === null) return inner;
  return Object.fromEntries(Object.entries(inner).map(([key, each]) => [key, plain(each)]));
}

function list(names) {
  return names.map((name) => `\`${name}\``).join(", ");
}

module.exports = { create, read, update, remove };
