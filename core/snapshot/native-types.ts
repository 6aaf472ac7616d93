/**
 * The types of the AWS Cloud Control provider (`aws-native`) that are judged, each with the equivalent type of the AWS
 * provider.
 *
 * Readers, rules and references use one type for each thing; inputs of other names are mapped where they are read.
 */
export const nativeTypes = {
  "aws-native:apprunner:Service": "aws:apprunner/service:Service",
  "aws-native:bedrock:Agent": "aws:bedrock/agentAgent:AgentAgent",
  "aws-native:bedrock:AgentAlias": "aws:bedrock/agentAgentAlias:AgentAgentAlias",
  "aws-native:bedrockagentcore:ApiKeyCredentialProvider":
    "aws:bedrock/agentcoreApiKeyCredentialProvider:AgentcoreApiKeyCredentialProvider",
  "aws-native:bedrockagentcore:BrowserCustom": "aws:bedrock/agentcoreBrowser:AgentcoreBrowser",
  "aws-native:bedrockagentcore:CodeInterpreterCustom":
    "aws:bedrock/agentcoreCodeInterpreter:AgentcoreCodeInterpreter",
  "aws-native:bedrockagentcore:Gateway": "aws:bedrock/agentcoreGateway:AgentcoreGateway",
  "aws-native:bedrockagentcore:GatewayTarget":
    "aws:bedrock/agentcoreGatewayTarget:AgentcoreGatewayTarget",
  "aws-native:bedrockagentcore:OAuth2CredentialProvider":
    "aws:bedrock/agentcoreOauth2CredentialProvider:AgentcoreOauth2CredentialProvider",
  "aws-native:bedrockagentcore:ResourcePolicy":
    "aws:bedrock/agentcoreResourcePolicy:AgentcoreResourcePolicy",
  "aws-native:bedrockagentcore:Runtime": "aws:bedrock/agentcoreAgentRuntime:AgentcoreAgentRuntime",
  "aws-native:bedrockagentcore:WorkloadIdentity":
    "aws:bedrock/agentcoreWorkloadIdentity:AgentcoreWorkloadIdentity",
  "aws-native:batch:JobDefinition": "aws:batch/jobDefinition:JobDefinition",
  "aws-native:dynamodb:Table": "aws:dynamodb/table:Table",
  "aws-native:ec2:Instance": "aws:ec2/instance:Instance",
  "aws-native:ec2:LaunchTemplate": "aws:ec2/launchTemplate:LaunchTemplate",
  "aws-native:ecs:TaskDefinition": "aws:ecs/taskDefinition:TaskDefinition",
  "aws-native:eks:Cluster": "aws:eks/cluster:Cluster",
  "aws-native:eks:Nodegroup": "aws:eks/nodeGroup:NodeGroup",
  "aws-native:eks:PodIdentityAssociation": "aws:eks/podIdentityAssociation:PodIdentityAssociation",
  "aws-native:iam:InstanceProfile": "aws:iam/instanceProfile:InstanceProfile",
  "aws-native:iam:ManagedPolicy": "aws:iam/policy:Policy",
  "aws-native:iam:OidcProvider": "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
  "aws-native:iam:Role": "aws:iam/role:Role",
  "aws-native:iam:RolePolicy": "aws:iam/rolePolicy:RolePolicy",
  "aws-native:iam:User": "aws:iam/user:User",
  "aws-native:kms:Key": "aws:kms/key:Key",
  "aws-native:lambda:EventSourceMapping": "aws:lambda/eventSourceMapping:EventSourceMapping",
  "aws-native:lambda:Function": "aws:lambda/function:Function",
  "aws-native:lambda:Permission": "aws:lambda/permission:Permission",
  "aws-native:lambda:Url": "aws:lambda/functionUrl:FunctionUrl",
  "aws-native:rolesanywhere:Profile": "aws:rolesanywhere/profile:Profile",
  "aws-native:rolesanywhere:TrustAnchor": "aws:rolesanywhere/trustAnchor:TrustAnchor",
  "aws-native:s3:Bucket": "aws:s3/bucket:Bucket",
  "aws-native:s3:BucketPolicy": "aws:s3/bucketPolicy:BucketPolicy",
  "aws-native:secretsmanager:ResourcePolicy": "aws:secretsmanager/secretPolicy:SecretPolicy",
  "aws-native:secretsmanager:Secret": "aws:secretsmanager/secret:Secret",
  "aws-native:sns:Subscription": "aws:sns/topicSubscription:TopicSubscription",
  "aws-native:sns:Topic": "aws:sns/topic:Topic",
  "aws-native:sns:TopicInlinePolicy": "aws:sns/topicPolicy:TopicPolicy",
  "aws-native:sqs:Queue": "aws:sqs/queue:Queue",
  "aws-native:sqs:QueueInlinePolicy": "aws:sqs/queuePolicy:QueuePolicy",
  "aws-native:ssm:Parameter": "aws:ssm/parameter:Parameter",
} as const;

/** A type of the AWS Cloud Control provider that is judged. */
export type NativeType = keyof typeof nativeTypes;

/** Whether a type token is such a type. */
export function isNativeType(type: string): type is NativeType {
  return Object.hasOwn(nativeTypes, type);
}
