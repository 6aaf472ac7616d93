// The real provider completes inputs before they are judged: it generates names, fills in defaults, and adds the provider's
// tags. Policies see the completed inputs.
const { createHash } = require("node:crypto");
const { UNKNOWN, isSecret } = require("../provider.cjs");
const { describeType } = require("./types.cjs");

/** Properties that take a policy document as text or as an object. */
const DOCUMENTS = ["assumeRolePolicy", "policy"];

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
  for (const property of DOCUMENTS) {
    if (taken.includes(property)) completed[property] = documentText(completed[property]);
  }
  return { ...withoutUndefined(completed), __defaults: filled.sort() };
}

/** A policy document as an object is sent as text; with an unknown anywhere in it the whole text is unknown. */
function documentText(document) {
  if (typeof document !== "object" || document === null || isSecret(document)) return document;
  const text = JSON.stringify(document);
  return text.includes(UNKNOWN) ? UNKNOWN : text;
}

function withoutUndefined(inputs) {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
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
