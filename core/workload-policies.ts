import { taskTagsOnly } from "./session-tags";

/**
 * The actions by which a workload on Bedrock AgentCore authenticates, for itself and for a person whose token it has.
 *
 * Not for a person that it only names (`GetWorkloadAccessTokenForUserId`): with that it could choose its user. Source:
 * Service Authorization Reference, Amazon Bedrock AgentCore.
 */
export const ownIdentityActions = [
  "bedrock-agentcore:GetWorkloadAccessToken",
  "bedrock-agentcore:GetWorkloadAccessTokenForJWT",
] as const;

/** What a tool calls to get its key; the last two where AgentCore hands it out. */
export const legacyKeyActions = {
  read: "secretsmanager:GetSecretValue",
  decrypt: "kms:Decrypt",
  prove: "bedrock-agentcore:GetWorkloadAccessToken",
  fetch: "bedrock-agentcore:GetResourceApiKey",
} as const;

/** What a workload on AgentCore calls to get OAuth2 tokens of its services; the last where a key of a customer encrypts a client's secret. */
export const oauth2Actions = {
  fetch: "bedrock-agentcore:GetResourceOauth2Token",
  read: "secretsmanager:GetSecretValue",
  decrypt: "kms:Decrypt",
} as const;

/** The actions by which a workload assumes the role of a tool that names it. */
export const directCallActions = ["sts:AssumeRole", "sts:SetSourceIdentity"] as const;

/**
 * What a task broker may do to the roles of tools, for its workload: start their sessions, tagged only by the task.
 *
 * @param podIdentity whether its pods assume its role by EKS Pod Identity
 */
export function taskBrokerStatements(
  roles: string,
  podIdentity: boolean,
): readonly Readonly<Record<string, unknown>>[] {
  return [
    { Sid: "ActAsTools", Effect: "Allow", Action: directCallActions, Resource: roles },
    {
      ...{ Sid: "TagSessions", Effect: "Allow", Action: "sts:TagSession", Resource: roles },
      Condition: taskTagsOnly(podIdentity),
    },
  ];
}

/**
 * What a gateway's own role calls: to have its policy engine decide each call, and then to make it.
 *
 * Source: Amazon Bedrock AgentCore developer guide, AgentCore Gateway and Policy in AgentCore IAM permissions. The page
 * leaves out `CheckAuthorizePermissions`, without which no engine is attached in `ENFORCE`.
 */
export const gatewayActions = {
  engine: ["bedrock-agentcore:GetPolicyEngine"],
  decide: ["bedrock-agentcore:AuthorizeAction", "bedrock-agentcore:PartiallyAuthorizeActions"],
  check: ["bedrock-agentcore:CheckAuthorizePermissions"],
  function: ["lambda:InvokeFunction"],
  runtime: ["bedrock-agentcore:InvokeAgentRuntime"],
} as const;

/** The actions by which a workload calls tools through a gateway that identifies callers by their role. */
export const invokeGatewayActions = ["bedrock-agentcore:InvokeGateway"] as const;
