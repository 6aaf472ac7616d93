// The schema of the AWS stand-in: programs in YAML are checked against it, for the modules that tests use.
const { readdirSync } = require("node:fs");
const { dirname, join } = require("node:path");
const { describeType } = require("./types.cjs");

const MODULES = ["iam", "lambda"];

const ANYTHING = { $ref: "pulumi.json#/Any" };

/** Types of a module by the SDK's files: `role.js` has `aws:iam/role:Role`. */
function typesOf(module) {
  const folder = join(dirname(require.resolve("@pulumi/aws/package.json")), module);
  return readdirSync(folder)
    .filter((file) => file.endsWith(".js") && file !== "index.js" && !file.startsWith("get"))
    .map((file) => file.slice(0, -".js".length))
    .map((name) => `aws:${module}/${name}:${name[0].toUpperCase()}${name.slice(1)}`)
    .filter((type) => {
      const { inputs, outputs } = describeType(type);
      return inputs.length + outputs.length > 0;
    });
}

function resourceOf(type) {
  const { inputs, required, outputs } = describeType(type);
  const anything = (names) => Object.fromEntries(names.map((name) => [name, ANYTHING]));
  return {
    inputProperties: anything(inputs),
    requiredInputs: required,
    properties: anything([...inputs, ...outputs]),
  };
}

/** The schema of the modules above; every property may be anything. */
function schema(version) {
  const types = MODULES.flatMap(typesOf);
  return {
    name: "aws",
    version,
    meta: { moduleFormat: "(.*)(?:/[^/]*)" },
    resources: Object.fromEntries(types.map((type) => [type, resourceOf(type)])),
  };
}

module.exports = { schema };
