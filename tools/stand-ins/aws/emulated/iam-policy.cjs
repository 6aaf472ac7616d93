const { ask, askWhetherThere } = require("./clients.cjs");
const { retag, tagList, tagRecord } = require("./tags.cjs");

const iam = (command, input) => ask("iam", command, input);

/** AWS keeps as many versions of a policy. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MOST_VERSIONS = 5;

/** A managed policy: each change is a new version, which becomes the one that counts. */
const policy = {
  takes: ["description", "name", "path", "policy", "tags"],
  create: async (inputs) => {
    const { Policy } = await iam("CreatePolicy", {
      PolicyName: inputs.name,
      Path: inputs.path,
      PolicyDocument: inputs.policy,
      Description: inputs.description,
      Tags: tagList(inputs.tags),
    });
    return { id: Policy.Arn, outputs: { arn: Policy.Arn, policyId: Policy.PolicyId } };
  },
  read: async (id) => {
    const found = await askWhetherThere("iam", "GetPolicy", { PolicyArn: id });
    if (found === null) return null;
    const { Policy } = found;
    const { PolicyVersion } = await iam("GetPolicyVersion", {
      PolicyArn: id,
      VersionId: Policy.DefaultVersionId,
    });
    return {
      name: Policy.PolicyName,
      path: Policy.Path,
      description: Policy.Description || undefined,
      policy: decodeURIComponent(PolicyVersion.Document),
      tags: tagRecord(Policy.Tags),
    };
  },
  update: async (id, inputs, olds) => {
    const PolicyArn = id;
    if (inputs.policy !== olds.policy) {
      const versions = await replacedVersions(id);
      if (versions.length >= MOST_VERSIONS - 1) await removeVersion(id, versions[0]);
      await iam("CreatePolicyVersion", {
        PolicyArn,
        PolicyDocument: inputs.policy,
        SetAsDefault: true,
      });
    }
    await retag(
      olds.tags,
      inputs.tags,
      (tags) => iam("TagPolicy", { PolicyArn, Tags: tagList(tags) }),
      (TagKeys) => iam("UntagPolicy", { PolicyArn, TagKeys }),
    );
  },
  remove: async (id) => {
    for (const version of await replacedVersions(id)) await removeVersion(id, version);
    await iam("DeletePolicy", { PolicyArn: id });
  },
};

/** The versions that no longer count, the oldest first. */
async function replacedVersions(id) {
  const { Versions } = await iam("ListPolicyVersions", { PolicyArn: id });
  return Versions.filter(({ IsDefaultVersion }) => !IsDefaultVersion)
    .map(({ VersionId }) => VersionId)
    .sort((one, other) => Number(one.slice(1)) - Number(other.slice(1)));
}

function removeVersion(id, version) {
  return iam("DeletePolicyVersion", { PolicyArn: id, VersionId: version });
}

module.exports = { policy };
