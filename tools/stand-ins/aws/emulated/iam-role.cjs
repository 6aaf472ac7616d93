const { ask, askWhetherThere } = require("./clients.cjs");
const { retag, tagList, tagRecord } = require("./tags.cjs");

const iam = (command, input) => ask("iam", command, input);

/** A role: a command of its own changes its trust policy, its boundary and the length of its sessions. */
const role = {
  takes: [
    "assumeRolePolicy",
    "description",
    "forceDetachPolicies",
    "maxSessionDuration",
    "name",
    "path",
    "permissionsBoundary",
    "tags",
  ],
  create: async (inputs) => {
    const [RoleName, PolicyDocument] = [inputs.name, inputs.assumeRolePolicy];
    const { Role } = await iam("CreateRole", {
      RoleName,
      Path: inputs.path,
      AssumeRolePolicyDocument: PolicyDocument,
      Description: inputs.description,
      MaxSessionDuration: inputs.maxSessionDuration,
      PermissionsBoundary: inputs.permissionsBoundary,
      Tags: tagList(inputs.tags),
    });
    try {
      // moto reads a trust policy only where it takes the place of another, so it is put once more.
      await iam("UpdateAssumeRolePolicy", { RoleName, PolicyDocument });
    } catch (error) {
      await iam("DeleteRole", { RoleName });
      throw error;
    }
    return { id: Role.RoleName, outputs: { arn: Role.Arn, uniqueId: Role.RoleId } };
  },
  read: async (id) => {
    const found = await askWhetherThere("iam", "GetRole", { RoleName: id });
    if (found === null) return null;
    const { Role } = found;
    return {
      name: Role.RoleName,
      path: Role.Path,
      assumeRolePolicy: decodeURIComponent(Role.AssumeRolePolicyDocument),
      description: Role.Description || undefined,
      maxSessionDuration: Role.MaxSessionDuration,
      permissionsBoundary: Role.PermissionsBoundary?.PermissionsBoundaryArn,
      tags: tagRecord(Role.Tags),
    };
  },
  update: async (id, inputs, olds) => {
    const RoleName = id;
    if (inputs.assumeRolePolicy !== olds.assumeRolePolicy) {
      await iam("UpdateAssumeRolePolicy", { RoleName, PolicyDocument: inputs.assumeRolePolicy });
    }
    if (
      inputs.description !== olds.description ||
      inputs.maxSessionDuration !== olds.maxSessionDuration
    ) {
      await iam("UpdateRole", {
        RoleName,
        Description: inputs.description ?? "",
        MaxSessionDuration: inputs.maxSessionDuration,
      });
    }
    if (inputs.permissionsBoundary === undefined && olds.permissionsBoundary !== undefined) {
      await iam("DeleteRolePermissionsBoundary", { RoleName });
    } else if (inputs.permissionsBoundary !== olds.permissionsBoundary) {
      await iam("PutRolePermissionsBoundary", {
        RoleName,
        PermissionsBoundary: inputs.permissionsBoundary,
      });
    }
    await retag(
      olds.tags,
      inputs.tags,
      (tags) => iam("TagRole", { RoleName, Tags: tagList(tags) }),
      (TagKeys) => iam("UntagRole", { RoleName, TagKeys }),
    );
  },
  remove: (id) => iam("DeleteRole", { RoleName: id }),
};

/** A policy within a role: put as a whole, first and later. */
const rolePolicy = {
  takes: ["name", "policy", "role"],
  create: async (inputs) => {
    await put(inputs);
    return { id: `${inputs.role}:${inputs.name}`, outputs: {} };
  },
  read: async (id) => {
    const found = await askWhetherThere("iam", "GetRolePolicy", partsOf(id));
    if (found === null) return null;
    return {
      role: found.RoleName,
      name: found.PolicyName,
      policy: decodeURIComponent(found.PolicyDocument),
    };
  },
  update: (_id, inputs) => put(inputs),
  remove: (id) => iam("DeleteRolePolicy", partsOf(id)),
};

function put(inputs) {
  return iam("PutRolePolicy", {
    RoleName: inputs.role,
    PolicyName: inputs.name,
    PolicyDocument: inputs.policy,
  });
}

function partsOf(id) {
  const [RoleName, PolicyName] = id.split(":");
  return { RoleName, PolicyName };
}

module.exports = { role, rolePolicy };
