// Stand-in for the AWS provider: it completes inputs as the real one does (names, default tags), generates ids and ARNs,
// answers the functions that need no account, and stores nothing. What can be imported is in a file that AGENTID_EXISTING
// names: the inputs of each resource, by type and id.
//
// With AWS_ENDPOINT_URL, as AWS's SDKs read it, supported types are created at that endpoint, and only the rest is echoed.
const { readFileSync } = require("node:fs");
const { serve, bare, UNKNOWN } = require("../provider.cjs");
const place = require("./account.cjs");
const { describeType } = require("./types.cjs");
const { identify } = require("./identify.cjs");
const { policyDocument } = require("./policy-document.cjs");
const { completeInputs } = require("./complete-inputs.cjs");
const { schema } = require("./schema.cjs");
const replacing = require("./replacing.json");

const emulated =
  process.env.AWS_ENDPOINT_URL === undefined ? undefined : require("./emulated/index.cjs");

const VERSION = "7.48.0";

let defaultTags = {};

const functions = {
  "aws:index/getCallerIdentity:getCallerIdentity": () => ({
    accountId: place.account,
    arn: `arn:aws:iam::${place.account}:user/deployer`,
    id: place.account,
    userId: "AIDAEXAMPLEDEPLOYER",
  }),
  "aws:index/getRegion:getRegion": () => ({
    id: place.region,
    name: place.region,
    region: place.region,
    description: `the region ${place.region}`,
    endpoint: `ec2.${place.region}.amazonaws.com`,
  }),
  "aws:index/getPartition:getPartition": () => ({
    id: "aws",
    partition: "aws",
    dnsSuffix: "amazonaws.com",
    reverseDnsPrefix: "com.amazonaws",
  }),
  "aws:iam/getPolicyDocument:getPolicyDocument": policyDocument,
};

void serve({
  version: VERSION,
  schema: () => schema(VERSION),
  configure: (variables) => {
    const given = variables.defaultTags;
    const settings = typeof given === "string" ? JSON.parse(given) : given;
    defaultTags = settings?.tags ?? {};
    place.region = variables.region ?? place.region;
  },
  check: (resource, inputs, olds) => completeInputs(resource, inputs, olds, defaultTags),
  plan: (resource, inputs) => {
    const outputs = {};
    for (const property of describeType(resource.type).outputs) outputs[property] = UNKNOWN;
    if ("tagsAll" in outputs) outputs.tagsAll = inputs.tags ?? {};
    return { ...outputs, ...withoutMarks(inputs) };
  },
  replacing: (type) => replacing[type] ?? [],
  create: async (resource, inputs) => {
    const known = withoutMarks(inputs);
    const { id, outputs } = identify(resource, known);
    const made = await emulated?.create(resource, known);
    const tagsAll = describeType(resource.type).outputs.includes("tagsAll")
      ? { tagsAll: known.tags ?? {} }
      : {};
    return {
      id: made?.id ?? id,
      outputs: { ...tagsAll, ...known, ...outputs, ...made?.outputs },
    };
  },
  find: async (resource, id, kept) =>
    kept === undefined
      ? recordedAs(resource, id)
      : refreshed(kept, await emulated?.read(resource, id, kept.inputs)),
  update: async (resource, id, inputs, olds) => {
    await emulated?.update(resource, id, withoutMarks(inputs), olds);
    return "tagsAll" in olds ? { tagsAll: inputs.tags ?? {} } : {};
  },
  remove: (resource, id, olds) => emulated?.remove(resource, id, olds),
  invoke: (token, args) => {
    const answer = functions[token];
    if (answer === undefined) throw new Error(`the AWS stand-in has no function \`${token}\``);
    return answer(args);
  },
});

function withoutMarks(inputs) {
  const { __defaults, ...rest } = inputs;
  return rest;
}

/** The importable resources of a file. */
function recordedAs(resource, id) {
  const file = process.env.AGENTID_EXISTING;
  if (file === undefined) return undefined;
  const inputs = JSON.parse(readFileSync(file, "utf8"))[resource.type]?.[id];
  if (inputs === undefined) return null;
  const { outputs } = identify(resource, inputs);
  return { inputs: { ...inputs, __defaults: [] }, outputs: { ...inputs, ...outputs } };
}

/** A stored resource, with the inputs as its service has them now: not every input can be read back. */
function refreshed(kept, there) {
  if (there === undefined || there === null) return there;
  const over = (before) => {
    const after = { ...before };
    for (const [property, value] of Object.entries(there)) {
      if (value === undefined) delete after[property];
      else if (JSON.stringify(bare(before[property])) !== JSON.stringify(value)) {
        after[property] = value;
      }
    }
    return after;
  };
  return { inputs: over(kept.inputs), outputs: over(kept.outputs) };
}
