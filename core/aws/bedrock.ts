import type { AwsType } from "./aws-type";

// Types that code asks for by name.
export const bedrockAgentType = "aws:bedrock/agentAgent:AgentAgent";
export const agentAliasType = "aws:bedrock/agentAgentAlias:AgentAgentAlias";
export const agentcoreRuntimeType = "aws:bedrock/agentcoreAgentRuntime:AgentcoreAgentRuntime";
export const agentcoreGatewayType = "aws:bedrock/agentcoreGateway:AgentcoreGateway";
export const workloadIdentityType =
  "aws:bedrock/agentcoreWorkloadIdentity:AgentcoreWorkloadIdentity";
export const oauth2ProviderType =
  "aws:bedrock/agentcoreOauth2CredentialProvider:AgentcoreOauth2CredentialProvider";
export const apiKeyProviderType =
  "aws:bedrock/agentcoreApiKeyCredentialProvider:AgentcoreApiKeyCredentialProvider";
export const harnessType = "aws:bedrock/agentcoreHarness:AgentcoreHarness";
export const agentCollaboratorType = "aws:bedrock/agentAgentCollaborator:AgentAgentCollaborator";
export const gatewayTargetType = "aws:bedrock/agentcoreGatewayTarget:AgentcoreGatewayTarget";

/** Amazon Bedrock, and Bedrock AgentCore. */
export const bedrockTypes = {
  [bedrockAgentType]: {
    native: "aws-native:bedrock:Agent",
    ownAccountInputs: ["agentResourceRoleArn"],
    workload: {
      what: "Bedrock agent",
      name: "agentName",
      runsAs: { path: "agentResourceRoleArn", how: "service role" },
    },
    arn: {
      what: "Bedrock agent",
      arn: "arn:aws:bedrock:{region}:{account}:agent/{id}",
      arnOutput: "agentArn",
      actions: `
        bedrock:UpdateAgent* bedrock:DeleteAgent* bedrock:GetAgent bedrock:PrepareAgent
        bedrock:CreateAgentActionGroup bedrock:CreateAgentAlias
        bedrock:AssociateAgentKnowledgeBase
      `,
    },
    otherArns: [
      {
        what: "aliases of Bedrock agent",
        arn: "arn:aws:bedrock:{region}:{account}:agent-alias/{id}/*",
        idOutput: "agentId",
        authorizedAs: ["bedrock:agent-alias"],
      },
    ],
  },
  [agentAliasType]: {
    native: "aws-native:bedrock:AgentAlias",
    arn: {
      what: "Bedrock agent alias",
      arn: "arn:aws:bedrock:{region}:{account}:agent-alias/{agentId}/{id}",
      arnOutput: "agentAliasArn",
      idOutput: "agentAliasId",
      authorizedAs: ["bedrock:agent-alias"],
    },
  },
  "aws:bedrock/agentKnowledgeBase:AgentKnowledgeBase": {
    arn: {
      what: "knowledge base",
      arn: "arn:aws:bedrock:{region}:{account}:knowledge-base/{id}",
      actions: `
        bedrock:Retrieve bedrock:GetKnowledgeBase bedrock:UpdateKnowledgeBase
        bedrock:DeleteKnowledgeBase bedrock:*DataSource bedrock:StartIngestionJob
        bedrock:*KnowledgeBaseDocuments
      `,
    },
  },
  [agentcoreRuntimeType]: {
    native: "aws-native:bedrockagentcore:Runtime",
    ownAccountInputs: ["roleArn"],
    workload: {
      what: "AgentCore runtime",
      name: "agentRuntimeName",
      runsAs: { path: "roleArn", how: "execution role" },
      environments: ["environmentVariables"],
    },
    arn: {
      what: "AgentCore runtime",
      arn: "arn:aws:bedrock-agentcore:{region}:{account}:runtime/{agentRuntimeName-??????????}",
      arnOutput: "agentRuntimeArn",
      inside: ["/*"],
      actions: `
        bedrock-agentcore:InvokeAgentRuntime* bedrock-agentcore:StopRuntimeSession
        bedrock-agentcore:GetAgentRuntime bedrock-agentcore:UpdateAgentRuntime
        bedrock-agentcore:DeleteAgentRuntime
      `,
      calls: {
        as: "runtime",
        actions: `
          bedrock-agentcore:InvokeAgentRuntime bedrock-agentcore:InvokeAgentRuntimeForUser
          bedrock-agentcore:InvokeAgentRuntimeWithWebSocketStream
        `,
      },
    },
  },
  [agentcoreGatewayType]: {
    native: "aws-native:bedrockagentcore:Gateway",
    ownAccountInputs: ["roleArn"],
    workload: { what: "AgentCore gateway", runsAs: { path: "roleArn", how: "service role" } },
    arn: {
      what: "gateway",
      arn: "arn:aws:bedrock-agentcore:{region}:{account}:gateway/{name-??????????}",
      arnOutput: "gatewayArn",
      actions: `
        bedrock-agentcore:InvokeGateway bedrock-agentcore:GetGateway
        bedrock-agentcore:UpdateGateway bedrock-agentcore:DeleteGateway
        bedrock-agentcore:CreateGatewayTarget bedrock-agentcore:GetGatewayTarget
        bedrock-agentcore:UpdateGatewayTarget bedrock-agentcore:DeleteGatewayTarget
        bedrock-agentcore:SynchronizeGatewayTargets
      `,
      use: "bedrock-agentcore:InvokeGateway",
      calls: { as: "gateway", actions: "bedrock-agentcore:InvokeGateway" },
    },
  },
  "aws:bedrock/agentcoreMemory:AgentcoreMemory": {
    arn: {
      what: "AgentCore memory",
      arn: "arn:aws:bedrock-agentcore:{region}:{account}:memory/{name-??????????}",
      inside: ["/*"],
      actions: `
        bedrock-agentcore:CreateEvent bedrock-agentcore:GetEvent bedrock-agentcore:ListEvents
        bedrock-agentcore:DeleteEvent bedrock-agentcore:ListActors
        bedrock-agentcore:ListSessions bedrock-agentcore:*MemoryRecord
        bedrock-agentcore:*MemoryRecords bedrock-agentcore:GetMemory
        bedrock-agentcore:UpdateMemory bedrock-agentcore:DeleteMemory
      `,
    },
  },
  "aws:bedrock/agentcoreCodeInterpreter:AgentcoreCodeInterpreter": {
    native: "aws-native:bedrockagentcore:CodeInterpreterCustom",
    workload: {
      what: "AgentCore code interpreter",
      runsAs: { path: "executionRoleArn", how: "execution role" },
    },
    arn: {
      what: "code interpreter",
      arn: "arn:aws:bedrock-agentcore:{region}:{account}:code-interpreter-custom/{name-??????????}",
      arnOutput: "codeInterpreterArn",
      actions: "bedrock-agentcore:*CodeInterpreterSession*",
      authorizedAs: ["bedrock-agentcore:code-interpreter-custom"],
    },
  },
  "aws:bedrock/agentcoreBrowser:AgentcoreBrowser": {
    native: "aws-native:bedrockagentcore:BrowserCustom",
    workload: {
      what: "AgentCore browser",
      runsAs: { path: "executionRoleArn", how: "execution role" },
    },
    arn: {
      what: "browser",
      arn: "arn:aws:bedrock-agentcore:{region}:{account}:browser-custom/{name-??????????}",
      arnOutput: "browserArn",
      // The reference has no resource type for the streams, and none for the lists of sessions.
      actions: `
        bedrock-agentcore:*BrowserSession* bedrock-agentcore:ConnectBrowser*Stream
      `,
      authorizedAs: ["bedrock-agentcore:browser-custom"],
    },
  },
  "aws:bedrock/agentcoreBrowserProfile:AgentcoreBrowserProfile": {
    arn: {
      what: "browser profile",
      arn: "arn:aws:bedrock-agentcore:{region}:{account}:browser-profile/{name-??????????}",
      arnOutput: "profileArn",
      authorizedAs: ["bedrock-agentcore:browser-profile"],
    },
  },
  "aws:bedrock/agentcorePolicyEngine:AgentcorePolicyEngine": {
    arn: {
      what: "policy engine",
      arn: "arn:aws:bedrock-agentcore:{region}:{account}:policy-engine/{name-??????????}",
      arnOutput: "policyEngineArn",
      inside: ["/*"],
      authorizedAs: [
        "bedrock-agentcore:policy-engine",
        "bedrock-agentcore:policy",
        "bedrock-agentcore:policy-generation",
      ],
    },
  },
  "aws:bedrock/agentcoreRegistry:AgentcoreRegistry": {
    arn: {
      what: "AgentCore registry",
      arn: "arn:aws:bedrock-agentcore:{region}:{account}:registry/{id}",
      arnOutput: "registryArn",
      idOutput: "registryId",
      inside: ["/*"],
      authorizedAs: ["bedrock-agentcore:registry", "bedrock-agentcore:registry-record"],
    },
  },
  "aws:bedrock/agentcoreEvaluator:AgentcoreEvaluator": {
    arn: {
      what: "AgentCore evaluator",
      arn: "arn:aws:bedrock-agentcore:{region}:{account}:evaluator/{evaluatorName-??????????}",
      arnOutput: "evaluatorArn",
      authorizedAs: ["bedrock-agentcore:evaluator"],
    },
  },
  [workloadIdentityType]: {
    native: "aws-native:bedrockagentcore:WorkloadIdentity",
    hasTenantReader: true,
    arn: {
      what: "workload identity",
      arn: "arn:aws:bedrock-agentcore:{region}:{account}:workload-identity-directory/default/workload-identity/{name}",
      arnOutput: "workloadIdentityArn",
      actions: `
        bedrock-agentcore:GetWorkloadAccessToken* bedrock-agentcore:UpdateWorkloadIdentity
        bedrock-agentcore:DeleteWorkloadIdentity
      `,
      use: "bedrock-agentcore:GetWorkloadAccessToken*",
    },
  },
  [oauth2ProviderType]: {
    native: "aws-native:bedrockagentcore:OAuth2CredentialProvider",
    secrets: {
      at: ["oauth2ProviderConfig.*.clientSecret", "oauth2ProviderConfig.*.clientSecretWo"],
    },
    nativeSecrets: ["oauth2ProviderConfigInput.*.clientSecret"],
    hasTenantReader: true,
    arn: {
      what: "OAuth2 credential provider",
      arn: "arn:aws:bedrock-agentcore:{region}:{account}:token-vault/default/oauth2credentialprovider/{name}",
      arnOutput: "credentialProviderArn",
      actions: `
        bedrock-agentcore:GetResourceOauth2Token bedrock-agentcore:GetOauth2CredentialProvider
        bedrock-agentcore:UpdateOauth2CredentialProvider
        bedrock-agentcore:DeleteOauth2CredentialProvider
      `,
      use: "bedrock-agentcore:GetResourceOauth2Token",
    },
  },
  [apiKeyProviderType]: {
    native: "aws-native:bedrockagentcore:ApiKeyCredentialProvider",
    secrets: { at: ["apiKey", "apiKeyWo"], marked: true },
    nativeSecrets: ["apiKey"],
    arn: {
      what: "API key credential provider",
      arn: "arn:aws:bedrock-agentcore:{region}:{account}:token-vault/default/apikeycredentialprovider/{name}",
      arnOutput: "credentialProviderArn",
      actions: `
        bedrock-agentcore:GetResourceApiKey bedrock-agentcore:GetApiKeyCredentialProvider
        bedrock-agentcore:UpdateApiKeyCredentialProvider
        bedrock-agentcore:DeleteApiKeyCredentialProvider
      `,
      use: "bedrock-agentcore:GetResourceApiKey",
    },
  },
  "aws:bedrock/guardrail:Guardrail": {
    arn: {
      what: "guardrail",
      arn: "arn:aws:bedrock:{region}:{account}:guardrail/{id}",
      arnOutput: "guardrailArn",
      actions: `
        bedrock:ApplyGuardrail bedrock:GetGuardrail bedrock:UpdateGuardrail
        bedrock:DeleteGuardrail
      `,
    },
  },
  "aws:bedrock/agentPrompt:AgentPrompt": {
    arn: {
      what: "prompt",
      arn: "arn:aws:bedrock:{region}:{account}:prompt/{id}",
      actions: `
        bedrock:GetPrompt bedrock:RenderPrompt bedrock:UpdatePrompt bedrock:DeletePrompt
      `,
    },
  },
  "aws:bedrock/agentFlow:AgentFlow": {
    arn: {
      what: "flow",
      arn: "arn:aws:bedrock:{region}:{account}:flow/{id}",
      inside: ["/alias/*"],
      actions: "bedrock:InvokeFlow bedrock:GetFlow bedrock:UpdateFlow bedrock:DeleteFlow",
    },
  },
  [harnessType]: {
    isMarkedInTheOpen: true,
    workload: {
      what: "AgentCore harness",
      name: "harnessName",
      runsAs: { path: "executionRoleArn", how: "execution role" },
      environments: ["environmentVariables"],
    },
    arn: {
      what: "AgentCore harness",
      arn: "arn:aws:bedrock-agentcore:{region}:{account}:harness/{harnessName-??????????}",
      actions: `
        bedrock-agentcore:InvokeHarness bedrock-agentcore:InvokeAgentRuntime*
        bedrock-agentcore:GetHarness bedrock-agentcore:UpdateHarness
        bedrock-agentcore:DeleteHarness
      `,
    },
  },
  [agentCollaboratorType]: { ownAccountInputs: ["agentDescriptor.aliasArn"] },
  [gatewayTargetType]: {
    native: "aws-native:bedrockagentcore:GatewayTarget",
    ownAccountInputs: [
      "credentialProviderConfiguration.apiKey.providerArn",
      "credentialProviderConfiguration.oauth.providerArn",
    ],
  },
  "aws:bedrock/agentcoreResourcePolicy:AgentcoreResourcePolicy": {
    native: "aws-native:bedrockagentcore:ResourcePolicy",
    policyOf: {
      input: "resourceArn",
      types: [
        agentcoreRuntimeType,
        agentcoreGatewayType,
        "aws:bedrock/agentcoreMemory:AgentcoreMemory",
      ],
    },
  },
} as const satisfies Readonly<Record<string, AwsType>>;
