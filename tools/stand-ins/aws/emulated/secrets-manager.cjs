const { ask, askWhetherThere } = require("./clients.cjs");
const { retag, tagList, tagRecord } = require("./tags.cjs");

const secrets = (command, input) => ask("secrets-manager", command, input);

/** A secret, which is stored for a while after it is removed unless its window is nothing. */
const secret = {
  takes: [
    "description",
    "forceOverwriteReplicaSecret",
    "kmsKeyId",
    "name",
    "recoveryWindowInDays",
    "tags",
  ],
  create: async (inputs) => {
    const { ARN } = await secrets("CreateSecret", {
      Name: inputs.name,
      Description: inputs.description,
      KmsKeyId: inputs.kmsKeyId,
      Tags: tagList(inputs.tags),
    });
    return { id: ARN, outputs: { arn: ARN } };
  },
  read: async (id) => {
    const found = await askWhetherThere("secrets-manager", "DescribeSecret", { SecretId: id });
    if (found === null || found.DeletedDate !== undefined) return null;
    return {
      name: found.Name,
      description: found.Description || undefined,
      kmsKeyId: found.KmsKeyId,
      tags: tagRecord(found.Tags),
    };
  },
  update: async (id, inputs, olds) => {
    if (inputs.description !== olds.description || inputs.kmsKeyId !== olds.kmsKeyId) {
      await secrets("UpdateSecret", {
        SecretId: id,
        Description: inputs.description ?? "",
        KmsKeyId: inputs.kmsKeyId,
      });
    }
    await retag(
      olds.tags,
      inputs.tags,
      (tags) => secrets("TagResource", { SecretId: id, Tags: tagList(tags) }),
      (TagKeys) => secrets("UntagResource", { SecretId: id, TagKeys }),
    );
  },
  remove: (id, olds) =>
    secrets("DeleteSecret", {
      SecretId: id,
      ...(olds.recoveryWindowInDays === 0
        ? { ForceDeleteWithoutRecovery: true }
        : { RecoveryWindowInDays: olds.recoveryWindowInDays }),
    }),
};

/** The policy of a secret: put as a whole, first and later. */
const secretPolicy = {
  takes: ["blockPublicPolicy", "policy", "secretArn"],
  create: async (inputs) => {
    await put(inputs);
    return { id: inputs.secretArn, outputs: {} };
  },
  read: async (id) => {
    const found = await askWhetherThere("secrets-manager", "GetResourcePolicy", { SecretId: id });
    if (!found?.ResourcePolicy) return null;
    return { secretArn: found.ARN, policy: found.ResourcePolicy };
  },
  update: (_id, inputs) => put(inputs),
  remove: (id) => secrets("DeleteResourcePolicy", { SecretId: id }),
};

function put(inputs) {
  return secrets("PutResourcePolicy", {
    SecretId: inputs.secretArn,
    ResourcePolicy: inputs.policy,
    BlockPublicPolicy: inputs.blockPublicPolicy,
  });
}

module.exports = { secret, secretPolicy };
