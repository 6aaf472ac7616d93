// The real provider completes inputs before anyone judges them: it names what has no name, fills in defaults, and adds the
// provider's tags. Policies see the completed inputs.
const { createHash } = require("node:crypto");
const { describeType } = require("./types.cjs");

/** Properties that are a resource's name, where it is not `name`. */
const NAME_PROPERTIES = { "aws:s3/bucket:Bucket": "bucket", "aws:s3/bucketV2:BucketV2": "bucket" };

/** Defaults of the Terraform schema behind the types that tests use. */
const DEFAULTS = {
  "aws:iam/role:Role": { forceDetachPolicies: false, maxSessionDuration: 3600, path: "/" },
  "aws:iam/user:User": { forceDestroy: false, path: "/" },
  "aws:iam/policy:Policy": { path: "/" },
  "aws:iam/instanceProfile:InstanceProfile": { path: "/" },
  "aws:iam/accessKey:AccessKey": { status: "Active" },
  "aws:secretsmanager/secret:Secret": {
    forceOverwriteReplicaSecret: false,
    recoveryWindowInDays: 30,
  },
};

function completeInputs(resource, inputs, olds, defaultTags) {
  const { inputs: taken, required } = describeType(resource.type);
  const completed = { ...inputs };
  const filled = [];
  const fill = (property, value) => {
    completed[property] = value;
    filled.push(property);
  };
  const name = NAME_PROPERTIES[resource.type] ?? "name";
  const named = taken.includes(name) && !required.includes(name);
  if (named && inputs[name] === undefined && inputs[`${name}Prefix`] === undefined) {
    fill(name, olds[name] ?? autoname(resource));
  }
  for (const [property, value] of Object.entries(DEFAULTS[resource.type] ?? {})) {
    if (inputs[property] === undefined) fill(property, value);
  }
  if (
    taken.includes("tags") &&
    Object.keys(defaultTags).length > 0 &&
    typeof inputs.tags !== "string"
  ) {
    completed.tags = { ...defaultTags, ...inputs.tags };
  }
  return { ...completed, __defaults: filled.sort() };
}

/** Seven digits that follow the name, always the same for the same resource so that recordings can be compared. */
function autoname(resource) {
  const digits = createHash("sha256")
    .update(`${resource.type} ${resource.name}`)
    .digest("hex")
    .slice(0, 7);
  return `${resource.name}-${digits}`;
}

module.exports = { completeInputs };
