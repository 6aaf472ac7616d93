// The ids and ARNs that AWS gives to what is made. Forms: https://docs.aws.amazon.com/service-authorization/latest/reference/.
const { createHash, randomBytes } = require("node:crypto");
const { bare, secret } = require("../provider.cjs");
const place = require("./account.cjs");

const iam = (kind) => (name, inputs) =>
  `arn:aws:iam::${place.account}:${kind}${inputs.path ?? "/"}${name}`;
const regional = (service, rest) => (name) =>
  `arn:aws:${service}:${place.region}:${place.account}:${rest(name)}`;

const ARNS = {
  "aws:iam/role:Role": iam("role"),
  "aws:iam/user:User": iam("user"),
  "aws:iam/policy:Policy": iam("policy"),
  "aws:iam/instanceProfile:InstanceProfile": iam("instance-profile"),
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": (_name, inputs) =>
    `arn:aws:iam::${place.account}:oidc-provider/${String(bare(inputs.url)).replace(/^https:\/\//, "")}`,
  "aws:s3/bucket:Bucket": (name) => `arn:aws:s3:::${name}`,
  "aws:s3/bucketV2:BucketV2": (name) => `arn:aws:s3:::${name}`,
  "aws:lambda/function:Function": regional("lambda", (name) => `function:${name}`),
  "aws:dynamodb/table:Table": regional("dynamodb", (name) => `table/${name}`),
  "aws:sqs/queue:Queue": regional("sqs", (name) => name),
  "aws:ssm/parameter:Parameter": regional("ssm", (name) => `parameter/${name.replace(/^\//, "")}`),
  "aws:secretsmanager/secret:Secret": regional("secretsmanager", (name) => `secret:${name}-AbCdEf`),
  "aws:rolesanywhere/trustAnchor:TrustAnchor": regional(
    "rolesanywhere",
    (name) => `trust-anchor/${uuid(name)}`,
  ),
  "aws:rolesanywhere/profile:Profile": regional("rolesanywhere", (name) => `profile/${uuid(name)}`),
  "aws:eks/cluster:Cluster": regional("eks", (name) => `cluster/${name}`),
  "aws:sns/topic:Topic": regional("sns", (name) => name),
  "aws:sfn/stateMachine:StateMachine": regional("states", (name) => `stateMachine:${name}`),
  "aws:scheduler/scheduleGroup:ScheduleGroup": regional(
    "scheduler",
    (name) => `schedule-group/${name}`,
  ),
  "aws:glue/catalogDatabase:CatalogDatabase": regional("glue", (name) => `database/${name}`),
};

/** Types whose id is their ARN. */
const ID_IS_ARN = new Set([
  "aws:iam/policy:Policy",
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
  "aws:secretsmanager/secret:Secret",
  "aws:sns/topic:Topic",
  "aws:sfn/stateMachine:StateMachine",
]);

/**
 * Resources of Bedrock AgentCore: the outputs with id and ARN, and the type in the ARN; ids end in random characters of AWS.
 */
const AGENT_CORE = {
  AgentcoreGateway: ["gateway", "gateway", true],
  AgentcoreAgentRuntime: ["agentRuntime", "runtime", true],
  AgentcorePolicyEngine: ["policyEngine", "policy-engine", true],
  AgentcoreWorkloadIdentity: [
    "workloadIdentity",
    "workload-identity-directory/default/workload-identity",
    false,
  ],
  AgentcoreApiKeyCredentialProvider: [
    "credentialProvider",
    "token-vault/default/apikeycredentialprovider",
    false,
  ],
  AgentcoreOauth2CredentialProvider: [
    "credentialProvider",
    "token-vault/default/oauth2credentialprovider",
    false,
  ],
};

function agentCore({ type, name: resource }, name) {
  const [what, kind, isMadeUp] = AGENT_CORE[type.split(":")[2]] ?? [];
  if (what === undefined) return undefined;
  const id = isMadeUp
    ? `${name}-${hex(type + resource)
        .slice(0, 10)
        .toLowerCase()}`
    : name;
  const arn = regional("bedrock-agentcore", () => `${kind}/${id}`)(name);
  const url = `https://${id}.gateway.bedrock-agentcore.${place.region}.amazonaws.com/mcp`;
  const outputs = { ...(isMadeUp && { [`${what}Id`]: id }), [`${what}Arn`]: arn };
  return { id, outputs: { ...outputs, ...(kind === "gateway" && { gatewayUrl: url }) } };
}

const OTHER_OUTPUTS = {
  "aws:iam/accessKey:AccessKey": () => ({
    secret: secret(randomBytes(30).toString("base64")),
    createDate: "2026-01-01T00:00:00Z",
  }),
  "aws:eks/cluster:Cluster": (name) => ({
    endpoint: `https://${hex(name)}.gr7.${place.region}.eks.amazonaws.com`,
    identities: [
      { oidcs: [{ issuer: `https://oidc.eks.${place.region}.amazonaws.com/id/${hex(name)}` }] },
    ],
  }),
};

/** The id of a new resource, and the outputs that AWS generates. */
function identify(resource, inputs) {
  const given = bare(inputs.name ?? inputs.bucket ?? inputs.family ?? inputs.agentRuntimeName);
  const name =
    typeof given === "string"
      ? given
      : `${resource.name}-${hex(resource.type + resource.name).slice(0, 7)}`;
  const made = agentCore(resource, name);
  if (made !== undefined) return made;
  const [, module] = resource.type.split(":");
  const [service, kind] = (module ?? "").split("/");
  const arn = (
    ARNS[resource.type] ?? regional(service ?? "", (id) => `${kind?.toLowerCase()}/${id}`)
  )(name, inputs);
  return {
    id: ID_IS_ARN.has(resource.type) ? arn : name,
    outputs: { arn, ...OTHER_OUTPUTS[resource.type]?.(name) },
  };
}

function uuid(text) {
  return hex(text)
    .toLowerCase()
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function hex(text) {
  return createHash("sha256").update(text).digest("hex").toUpperCase().slice(0, 32);
}

module.exports = { identify };
