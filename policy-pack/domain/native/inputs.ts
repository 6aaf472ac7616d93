import type { NativeType } from "../../../core/aws/types";
import { tags, type Spellings } from "./spelling";

const pair = ["name", "value"] as const;
const inline: Spellings = { policyName: "name", policyDocument: "policy" };

/** An App Runner service's settings, of an image or of code. */
const runs = {
  parts: {
    runtimeEnvironmentVariables: { pairs: pair },
    runtimeEnvironmentSecrets: { pairs: pair },
  },
} as const;

/**
 * What AWS Cloud Control calls the inputs of what is judged; those of one name in both are left out.
 *
 * Source: the input types of `@pulumi/aws-native` 1 and of `@pulumi/aws` 7.
 */
export const nativeInputs: Readonly<Record<NativeType, Spellings>> = {
  "aws-native:apprunner:Service": {
    sourceConfiguration: {
      parts: {
        imageRepository: { parts: { imageConfiguration: runs } },
        codeRepository: {
          parts: { codeConfiguration: { parts: { codeConfigurationValues: runs } } },
        },
      },
    },
    tags,
  },
  "aws-native:batch:JobDefinition": { jobDefinitionName: "name" },
  "aws-native:bedrock:Agent": {},
  "aws-native:bedrock:AgentAlias": {},
  "aws-native:bedrockagentcore:ApiKeyCredentialProvider": { tags },
  "aws-native:bedrockagentcore:BrowserCustom": {},
  "aws-native:bedrockagentcore:CodeInterpreterCustom": {},
  "aws-native:bedrockagentcore:Gateway": {},
  "aws-native:bedrockagentcore:GatewayTarget": {
    credentialProviderConfigurations: {
      to: "credentialProviderConfiguration",
      only: true,
      parts: {
        credentialProvider: {
          to: "",
          parts: { apiKeyCredentialProvider: "apiKey", oauthCredentialProvider: "oauth" },
        },
      },
    },
  },
  "aws-native:bedrockagentcore:OAuth2CredentialProvider": {
    oauth2ProviderConfigInput: "oauth2ProviderConfig",
    tags,
  },
  "aws-native:bedrockagentcore:ResourcePolicy": {},
  "aws-native:bedrockagentcore:Runtime": {},
  "aws-native:bedrockagentcore:WorkloadIdentity": { tags },
  "aws-native:dynamodb:Table": {
    tableName: "name",
    resourcePolicy: { to: "", parts: { policyDocument: "policy" } },
    tags,
  },
  "aws-native:ec2:Instance": {
    launchTemplate: { parts: { launchTemplateId: "id", launchTemplateName: "name" } },
    tags,
  },
  "aws-native:ec2:LaunchTemplate": {
    launchTemplateName: "name",
    tagSpecifications: "ofTemplate",
    launchTemplateData: {
      to: "",
      parts: {
        iamInstanceProfile: {},
        metadataOptions: {},
        tagSpecifications: { parts: { tags } },
        userData: {},
      },
    },
  },
  "aws-native:ecs:TaskDefinition": {
    tags,
    volumes: {
      parts: { fSxWindowsFileServerVolumeConfiguration: "fsxWindowsFileServerVolumeConfiguration" },
    },
  },
  "aws-native:eks:Cluster": { tags },
  "aws-native:eks:Nodegroup": {
    nodegroupName: "nodeGroupName",
    nodeRole: "nodeRoleArn",
  },
  "aws-native:eks:PodIdentityAssociation": { tags },
  "aws-native:iam:InstanceProfile": {
    instanceProfileName: "name",
    roles: { to: "role", only: true },
  },
  "aws-native:iam:ManagedPolicy": { managedPolicyName: "name", policyDocument: "policy" },
  "aws-native:iam:OidcProvider": { clientIdList: "clientIdLists", tags },
  "aws-native:iam:Role": {
    roleName: "name",
    assumeRolePolicyDocument: "assumeRolePolicy",
    policies: { to: "inlinePolicies", parts: inline },
    tags,
  },
  "aws-native:iam:RolePolicy": { ...inline, roleName: "role" },
  "aws-native:iam:User": { userName: "name", tags },
  "aws-native:kms:Key": { keyPolicy: "policy", tags },
  "aws-native:lambda:EventSourceMapping": { tags },
  "aws-native:lambda:Function": { functionName: "name", tags },
  "aws-native:lambda:Permission": { functionName: "function" },
  "aws-native:lambda:Url": { authType: "authorizationType", targetFunctionArn: "functionName" },
  "aws-native:rolesanywhere:Profile": { tags },
  "aws-native:rolesanywhere:TrustAnchor": { tags },
  "aws-native:s3:Bucket": { bucketName: "bucket", tags },
  "aws-native:s3:BucketPolicy": { policyDocument: "policy" },
  "aws-native:secretsmanager:ResourcePolicy": { secretId: "secretArn", resourcePolicy: "policy" },
  "aws-native:secretsmanager:Secret": { replicaRegions: "replicas", tags },
  "aws-native:sns:Subscription": { topicArn: "topic" },
  "aws-native:sns:Topic": { topicName: "name", tags },
  "aws-native:sns:TopicInlinePolicy": { topicArn: "arn", policyDocument: "policy" },
  "aws-native:sqs:Queue": { queueName: "name", tags },
  "aws-native:sqs:QueueInlinePolicy": { queue: "queueUrl", policyDocument: "policy" },
  "aws-native:ssm:Parameter": {},
};
