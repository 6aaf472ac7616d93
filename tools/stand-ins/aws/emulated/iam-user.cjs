const { secret } = require("../../provider.cjs");
const { ask, askWhetherThere } = require("./clients.cjs");
const { retag, tagList, tagRecord } = require("./tags.cjs");

const iam = (command, input) => ask("iam", command, input);

const user = {
  takes: ["forceDestroy", "name", "path", "tags"],
  create: async (inputs) => {
    const { User } = await iam("CreateUser", {
      UserName: inputs.name,
      Path: inputs.path,
      Tags: tagList(inputs.tags),
    });
    return { id: User.UserName, outputs: { arn: User.Arn, uniqueId: User.UserId } };
  },
  read: async (id) => {
    const found = await askWhetherThere("iam", "GetUser", { UserName: id });
    if (found === null) return null;
    const { User } = found;
    return { name: User.UserName, path: User.Path, tags: tagRecord(User.Tags) };
  },
  update: (id, inputs, olds) =>
    retag(
      olds.tags,
      inputs.tags,
      (tags) => iam("TagUser", { UserName: id, Tags: tagList(tags) }),
      (TagKeys) => iam("UntagUser", { UserName: id, TagKeys }),
    ),
  remove: (id) => iam("DeleteUser", { UserName: id }),
};

/** A key of a user; AWS returns its secret once, on creation. */
const accessKey = {
  takes: ["status", "user"],
  create: async (inputs) => {
    const { AccessKey } = await iam("CreateAccessKey", { UserName: inputs.user });
    return { id: AccessKey.AccessKeyId, outputs: { secret: secret(AccessKey.SecretAccessKey) } };
  },
  read: async (id, kept) => {
    const found = await askWhetherThere("iam", "ListAccessKeys", { UserName: kept.user });
    const key = found?.AccessKeyMetadata.find(({ AccessKeyId }) => AccessKeyId === id);
    return key === undefined ? null : { user: key.UserName, status: key.Status };
  },
  update: (id, inputs) =>
    iam("UpdateAccessKey", { UserName: inputs.user, AccessKeyId: id, Status: inputs.status }),
  remove: (id, olds) => iam("DeleteAccessKey", { UserName: olds.user, AccessKeyId: id }),
};

module.exports = { user, accessKey };
