// What a resource type takes and gives, read from the SDK's own class: the class names each input as taken from `args` and
// marks each output.
const { readFileSync } = require("node:fs");

const INPUT = /resourceInputs\["(\w+)"\] = .*\bargs\??\.\1\b/g;
const OUTPUT = /resourceInputs\["(\w+)"\] = undefined \/\*out\*\//g;
const REQUIRED = /Missing required property '(\w+)'/g;

const seen = new Map();

/** The inputs, required inputs and pure outputs of a type such as `aws:iam/role:Role`; all empty for a type the SDK lacks. */
function describeType(type) {
  let description = seen.get(type);
  if (description === undefined) {
    const text = source(type);
    const all = (pattern) => [...text.matchAll(pattern)].map((match) => match[1]);
    description = { inputs: all(INPUT), required: all(REQUIRED), outputs: all(OUTPUT) };
    seen.set(type, description);
  }
  return description;
}

function source(type) {
  try {
    return readFileSync(require.resolve(`@pulumi/aws/${type.split(":")[1]}.js`), "utf8");
  } catch {
    return "";
  }
}

module.exports = { describeType };
