const { ask, askWhetherThere } = require("./clients.cjs");
const { retag, tagList, tagRecord } = require("./tags.cjs");

const HALVES = { key: "TagKey", value: "TagValue" };

const kms = (command, input) => ask("kms", command, input);

/** A key, which is removed only after a waiting time; until then it cannot be used. */
const key = {
  takes: ["deletionWindowInDays", "description", "enableKeyRotation", "policy", "tags"],
  create: async (inputs) => {
    const { KeyMetadata } = await kms("CreateKey", {
      Description: inputs.description,
      Policy: inputs.policy,
      Tags: tagList(inputs.tags, HALVES),
    });
    const { KeyId, Arn } = KeyMetadata;
    if (inputs.enableKeyRotation === true) await kms("EnableKeyRotation", { KeyId });
    return { id: KeyId, outputs: { arn: Arn, keyId: KeyId } };
  },
  read: async (id) => {
    const KeyId = id;
    const found = await askWhetherThere("kms", "DescribeKey", { KeyId });
    if (found === null || found.KeyMetadata.KeyState === "PendingDeletion") return null;
    const { KeyRotationEnabled } = await kms("GetKeyRotationStatus", { KeyId });
    const { Policy } = await kms("GetKeyPolicy", { KeyId, PolicyName: "default" });
    const { Tags } = await kms("ListResourceTags", { KeyId });
    return {
      description: found.KeyMetadata.Description || undefined,
      enableKeyRotation: KeyRotationEnabled || undefined,
      policy: Policy,
      tags: tagRecord(Tags, HALVES),
    };
  },
  update: async (id, inputs, olds) => {
    const KeyId = id;
    if (inputs.policy !== olds.policy) {
      await kms("PutKeyPolicy", { KeyId, PolicyName: "default", Policy: inputs.policy });
    }
    if (inputs.description !== olds.description) {
      await kms("UpdateKeyDescription", { KeyId, Description: inputs.description ?? "" });
    }
    if (inputs.enableKeyRotation !== olds.enableKeyRotation) {
      await kms(inputs.enableKeyRotation === true ? "EnableKeyRotation" : "DisableKeyRotation", {
        KeyId,
      });
    }
    await retag(
      olds.tags,
      inputs.tags,
      (tags) => kms("TagResource", { KeyId, Tags: tagList(tags, HALVES) }),
      (TagKeys) => kms("UntagResource", { KeyId, TagKeys }),
    );
  },
  remove: (id, olds) =>
    kms("ScheduleKeyDeletion", { KeyId: id, PendingWindowInDays: olds.deletionWindowInDays ?? 30 }),
};

module.exports = { key };
