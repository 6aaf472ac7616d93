/** Types that cannot be declared without an input, one a line; an `aws:iam/user:User` can, so it is not among them. */
const typesWithRequiredInputs: ReadonlySet<string> = new Set([
  "aws:ec2/instance:Instance",
  "aws:ecs/taskDefinition:TaskDefinition",
  "aws:eks/podIdentityAssociation:PodIdentityAssociation",
  "aws:iam/accessKey:AccessKey",
  "aws:iam/groupPolicy:GroupPolicy",
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
  "aws:iam/policy:Policy",
  "aws:iam/policyAttachment:PolicyAttachment",
  "aws:iam/role:Role",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  "aws:iam/serviceSpecificCredential:ServiceSpecificCredential",
  "aws:iam/userPolicy:UserPolicy",
  "aws:iam/userPolicyAttachment:UserPolicyAttachment",
  "aws:lambda/function:Function",
  "aws:secretsmanager/secretVersion:SecretVersion",
  "aws:ssm/parameter:Parameter",
  "random:index/randomBytes:RandomBytes",
  "random:index/randomId:RandomId",
  "random:index/randomPassword:RandomPassword",
  "random:index/randomString:RandomString",
]);

/**
 * Whether a resource of this type always has inputs, so that none at all means it is not part of the update
 * (`--target` hands resources that it passes over without their inputs).
 *
 * Kubernetes' SDK gives every object its `apiVersion` and `kind`. Our components demand arguments.
 */
export function alwaysHasInputs(type: string): boolean {
  if (typesWithRequiredInputs.has(type)) return true;
  return isKubernetesObject(type) || type.startsWith("agentid:");
}

/** A type token of an object of a Kubernetes API, such as `kubernetes:apps/v1:Deployment`. */
function isKubernetesObject(type: string): boolean {
  const [host, group = ""] = type.split(":");
  return host === "kubernetes" && group.includes("/v") && !group.startsWith("helm.sh/");
}
