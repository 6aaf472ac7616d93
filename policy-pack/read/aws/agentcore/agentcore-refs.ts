import {
  agentcoreGatewayType,
  agentcoreRuntimeType,
  apiKeyProviderType,
  oauth2ProviderType,
  workloadIdentityType,
} from "../../../../core/aws/bedrock";
import { asIs, behind, type Referable } from "../refs";

/** An identity of Bedrock AgentCore. Its name is unique in its account and region. */
export const workloadIdentity: Referable = {
  kind: "workload-identity",
  types: [workloadIdentityType],
  inArn: (arn) =>
    behind(arn, "bedrock-agentcore", "workload-identity-directory/default/workload-identity/"),
  arnOutput: "workloadIdentityArn",
  tidy: asIs,
  isRegional: "where known",
};

/** What Bedrock AgentCore gets OAuth2 tokens by. Its name is unique in its account and region. */
export const oauth2Provider: Referable = {
  kind: "oauth2-provider",
  types: [oauth2ProviderType],
  inArn: (arn) => behind(arn, "bedrock-agentcore", "token-vault/default/oauth2credentialprovider/"),
  arnOutput: "credentialProviderArn",
  tidy: asIs,
  isRegional: "where known",
};

/** What Bedrock AgentCore hands API keys out by. Its name is unique in its account and region. */
export const apiKeyProvider: Referable = {
  kind: "api-key-provider",
  types: [apiKeyProviderType],
  inArn: (arn) => behind(arn, "bedrock-agentcore", "token-vault/default/apikeycredentialprovider/"),
  arnOutput: "credentialProviderArn",
  tidy: asIs,
  isRegional: "where known",
};

/** A gateway of Bedrock AgentCore, by its id. */
export const gateway: Referable = {
  kind: "gateway",
  types: [agentcoreGatewayType],
  inArn: (arn) => behind(arn, "bedrock-agentcore", "gateway/"),
  idOutput: "gatewayId",
  arnOutput: "gatewayArn",
  tidy: asIs,
  isRegional: "where known",
};

/** A runtime of Bedrock AgentCore, by its id; an endpoint of it is the same runtime. */
export const runtime: Referable = {
  kind: "runtime",
  types: [agentcoreRuntimeType],
  inArn: (arn) => behind(arn, "bedrock-agentcore", "runtime/")?.split("/")[0],
  named: "agentRuntimeName",
  idOutput: "agentRuntimeId",
  arnOutput: "agentRuntimeArn",
  tidy: asIs,
  isRegional: "where known",
};
