import type { AwsType } from "./aws-type";

// Types that code asks for by name.
export const roleType = "aws:iam/role:Role";
export const managedPolicyType = "aws:iam/policy:Policy";
export const userType = "aws:iam/user:User";
export const accessKeyType = "aws:iam/accessKey:AccessKey";
export const instanceProfileType = "aws:iam/instanceProfile:InstanceProfile";
export const oidcProviderType = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";
export const policyAttachmentType = "aws:iam/policyAttachment:PolicyAttachment";
export const rolePolicyType = "aws:iam/rolePolicy:RolePolicy";
export const rolePolicyAttachmentType = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
export const rolePolicyAttachmentsExclusiveType =
  "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive";
export const serviceCredentialType = "aws:iam/serviceSpecificCredential:ServiceSpecificCredential";
export const rolesAnywhereProfileType = "aws:rolesanywhere/profile:Profile";
export const trustAnchorType = "aws:rolesanywhere/trustAnchor:TrustAnchor";

/** IAM, and IAM Roles Anywhere. */
export const iamTypes = {
  [roleType]: {
    native: "aws-native:iam:Role",
    shownAs: ["identity", "IAM role"],
    needsInputs: true,
    ownAccountInputs: ["permissionsBoundary", "managedPolicyArns"],
    hasTenantReader: true,
    arn: {
      what: "role",
      arn: "arn:aws:iam::{account}:role{path}{name}",
      actions: `
        sts:AssumeRole iam:PassRole iam:AttachRolePolicy iam:DeleteRole
        iam:DeleteRolePermissionsBoundary iam:DeleteRolePolicy iam:DetachRolePolicy iam:GetRole
        iam:GetRolePolicy iam:ListAttachedRolePolicies iam:ListRolePolicies iam:ListRoleTags
        iam:PutRolePermissionsBoundary iam:PutRolePolicy iam:TagRole iam:UntagRole
        iam:UpdateAssumeRolePolicy iam:UpdateRole iam:UpdateRoleDescription
      `,
      outside: "sts:AssumeRole",
    },
  },
  [managedPolicyType]: {
    native: "aws-native:iam:ManagedPolicy",
    needsInputs: true,
    arn: {
      what: "managed policy",
      arn: "arn:aws:iam::{account}:policy{path}{name}",
      actions: `
        iam:CreatePolicyVersion iam:DeletePolicy iam:DeletePolicyVersion iam:GetPolicyVersion
        iam:SetDefaultPolicyVersion iam:TagPolicy iam:UntagPolicy
      `,
    },
  },
  [userType]: {
    native: "aws-native:iam:User",
    shownAs: ["identity", "IAM user"],
    ownAccountInputs: ["permissionsBoundary"],
    hasTenantReader: true,
    arn: {
      what: "user",
      arn: "arn:aws:iam::{account}:user{path}{name}",
      actions: `
        iam:CreateAccessKey iam:UpdateAccessKey iam:DeleteAccessKey iam:CreateLoginProfile
        iam:UpdateLoginProfile iam:CreateServiceSpecificCredential
        iam:ResetServiceSpecificCredential iam:UploadSSHPublicKey iam:AttachUserPolicy
        iam:DetachUserPolicy iam:PutUserPolicy iam:DeleteUserPolicy
        iam:PutUserPermissionsBoundary iam:DeleteUserPermissionsBoundary iam:DeleteUser
        iam:UpdateUser
      `,
    },
  },
  [accessKeyType]: {
    shownAs: ["secret", "IAM access key"],
    needsInputs: true,
    generates: { outputs: ["secret", "sesSmtpPasswordV4"], value: "secret", staticKey: true },
  },
  "aws:iam/groupPolicy:GroupPolicy": { needsInputs: true },
  [instanceProfileType]: { native: "aws-native:iam:InstanceProfile" },
  [oidcProviderType]: { native: "aws-native:iam:OidcProvider", needsInputs: true },
  [policyAttachmentType]: { needsInputs: true, ownAccountInputs: ["policyArn"] },
  [rolePolicyType]: { native: "aws-native:iam:RolePolicy", needsInputs: true },
  [rolePolicyAttachmentType]: { needsInputs: true, ownAccountInputs: ["policyArn"] },
  [rolePolicyAttachmentsExclusiveType]: { ownAccountInputs: ["policyArns"] },
  [serviceCredentialType]: {
    needsInputs: true,
    generates: {
      outputs: ["servicePassword", "serviceCredentialSecret"],
      value: "secret",
      staticKey: true,
    },
  },
  "aws:iam/userPolicy:UserPolicy": { needsInputs: true },
  "aws:iam/userPolicyAttachment:UserPolicyAttachment": {
    needsInputs: true,
    ownAccountInputs: ["policyArn"],
  },
  [rolesAnywhereProfileType]: {
    native: "aws-native:rolesanywhere:Profile",
    ownAccountInputs: ["roleArns"],
  },
  [trustAnchorType]: { native: "aws-native:rolesanywhere:TrustAnchor" },
} as const satisfies Readonly<Record<string, AwsType>>;
