const { ask, askWhetherThere } = require("./clients.cjs");
const { retag } = require("./tags.cjs");

const lambda = (command, input) => ask("lambda", command, input);

/** A function whose code is an image; moto wants its role to be there. */
const lambdaFunction = {
  takes: ["environment", "imageUri", "name", "packageType", "role", "tags"],
  create: async (inputs) => {
    const { FunctionArn } = await lambda("CreateFunction", {
      FunctionName: inputs.name,
      Role: inputs.role,
      PackageType: inputs.packageType,
      Code: { ImageUri: inputs.imageUri },
      Environment: environment(inputs),
      Tags: inputs.tags,
    });
    return { id: inputs.name, outputs: { arn: FunctionArn } };
  },
  read: async (id) => {
    const found = await askWhetherThere("lambda", "GetFunction", { FunctionName: id });
    if (found === null) return null;
    const { FunctionName, Role, PackageType, Environment } = found.Configuration;
    return {
      name: FunctionName,
      role: Role,
      packageType: PackageType,
      imageUri: found.Code.ImageUri,
      environment: Environment && { variables: Environment.Variables },
      tags: Object.keys(found.Tags ?? {}).length > 0 ? found.Tags : undefined,
    };
  },
  update: async (id, inputs, olds) => {
    const FunctionName = id;
    if (inputs.imageUri !== olds.imageUri) {
      await lambda("UpdateFunctionCode", { FunctionName, ImageUri: inputs.imageUri });
    }
    if (
      inputs.role !== olds.role ||
      JSON.stringify(inputs.environment) !== JSON.stringify(olds.environment)
    ) {
      await lambda("UpdateFunctionConfiguration", {
        FunctionName,
        Role: inputs.role,
        Environment: environment(inputs),
      });
    }
    await retag(
      olds.tags,
      inputs.tags,
      (Tags) => lambda("TagResource", { Resource: olds.arn, Tags }),
      (TagKeys) => lambda("UntagResource", { Resource: olds.arn, TagKeys }),
    );
  },
  remove: (id) => lambda("DeleteFunction", { FunctionName: id }),
};

function environment({ environment: given }) {
  return { Variables: given?.variables ?? {} };
}

module.exports = { lambdaFunction };
