// The clients of AWS's services, from AWS's own SDK. The SDK reads the endpoint and the credentials from the environment
// (AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY); each is loaded on demand.
const place = require("../account.cjs");

// The SDK's word on versions of Node to come is nothing that a program's user is to read.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

/** The SDK's packages by service, each for types that examples declare. */
const sdks = {
  // Roles, their policies and boundaries, users and their keys.
  iam: () => require("@aws-sdk/client-iam"),
  // What runs as a role: tasks and functions, and what the latter log.
  ecs: () => require("@aws-sdk/client-ecs"),
  lambda: () => require("@aws-sdk/client-lambda"),
  "cloudwatch-logs": () => require("@aws-sdk/client-cloudwatch-logs"),
  // The key of a legacy tool's secret.
  kms: () => require("@aws-sdk/client-kms"),
  // Buckets and queues, which the desk's tools read and write.
  s3: () => require("@aws-sdk/client-s3"),
  sqs: () => require("@aws-sdk/client-sqs"),
  // The secret of a legacy tool, and who may read it.
  "secrets-manager": () => require("@aws-sdk/client-secrets-manager"),
};

const clients = new Map();

/**
 * Runs a command of a service, and returns its answer.
 *
 * @param service one of the table above
 * @param command the command, such as `CreateRole`
 */
async function ask(service, command, input) {
  const sdk = sdks[service]();
  return clientOf(service, sdk).send(new sdk[`${command}Command`](input));
}

/** The same, where the object may be gone: `null` where the service reports so. */
async function askWhetherThere(service, command, input) {
  try {
    return await ask(service, command, input);
  } catch (error) {
    if (isAbsence(error)) return null;
    throw error;
  }
}

/** The services' words for what is not there. */
const ABSENT = /^(NoSuch\w*|NotFound\w*|ResourceNotFound\w*|QueueDoesNotExist)$|NonExistentQueue$/;

function isAbsence(error) {
  return ABSENT.test(error.name) || error.$metadata?.httpStatusCode === 404;
}

function clientOf(service, sdk) {
  const key = `${service} ${place.region}`;
  let client = clients.get(key);
  if (client === undefined) {
    const [, Client] = Object.entries(sdk).find(([name]) => /^[A-Z]\w*Client$/.test(name));
    client = new Client({
      region: place.region,
      // An emulator has one host for all buckets.
      ...(service === "s3" ? { forcePathStyle: true } : {}),
    });
    clients.set(key, client);
  }
  return client;
}

module.exports = { ask, askWhetherThere };
